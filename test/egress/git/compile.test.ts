import * as assert from 'uvu/assert'
import { compileRepositories } from '../../../egress/git/compile.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('compiled repositories')
const compiled = (...written: Parameters<typeof compileRepositories>[0]) => {
  const result = compileRepositories(written)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.repositories
}

test('every default is spelt out', () => {
  assert.equal(compiled({ name: 'app', url: 'https://GitHub.com/acme/app/', credential: { secret: 'T' } }), [
    {
      name: 'app',
      url: 'https://github.com/acme/app',
      credential: { secret: 'T', username: 'x-access-token' },
      fetch: true,
      push: [],
      maxPackMiB: 512,
      review: false,
      private: false,
    },
  ])
})

test('faults have their place', () => {
  const result = compileRepositories([
    { name: 'a', url: 'https://a.example/x' },
    { name: 'a', url: 'ssh://a.example/x' },
  ])
  assert.equal(result.ok ? [] : result.faults.map(({ path }) => path.join('.')), ['1.name', '1.url'])
})

test.run()
