import * as assert from 'uvu/assert'
import { compileRepositories } from '../../../egress/git/compile.ts'
import { servedBy } from '../../../egress/git/served.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('requests to a repository of the gate')
const compiled = (...written: Parameters<typeof compileRepositories>[0]) => {
  const result = compileRepositories(written)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.repositories
}

test('a request to a repository that the gate serves is known, with and without .git', () => {
  const repositories = compiled({ name: 'app', url: 'https://a.example/acme/app.git' })
  for (const [host, port, path, served] of [
    ['a.example', 443, '/acme/app/git-receive-pack', true],
    ['A.example.', 443, '/acme/app.git/info/refs?service=git-receive-pack', true],
    ['a.example', 443, '/acme/app-other/info/refs', false],
    ['a.example', 443, '/acme/app', false],
    ['a.example', 8443, '/acme/app/info/refs', false],
    ['b.example', 443, '/acme/app/info/refs', false],
    ['a.example', 443, '/acme//app/info/refs', false],
  ] as const)
    assert.is(servedBy(repositories, { host, port, path })?.name, served ? 'app' : undefined, `${host}${path}`)
})

test.run()
