import * as assert from 'uvu/assert'
import { learnPaths } from '../../controller/learn-paths.ts'
import { createPassParts } from '../parts/pass-parts.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('what bottles ask for')

test('all bottles that have a record are learned of before one is judged', async () => {
  const writer = { agent: 'a', workspace: { path: 'w', mode: 'mount' } }
  const many = Array.from({ length: 300 }, (_, at) => ({
    name: `b${at}`,
    identity: `b${at}`,
    uid: `${at}`,
    goodHash: '1',
  }))
  const { parts } = await createPassParts([
    { name: 'web', identity: 'web', spec: writer, base: 'sub', goodHash: 'h' },
    ...many,
  ])
  const learned: string[] = []
  const learn = async (...[bottles]: Parameters<typeof parts.taint.learn>) =>
    void learned.push(...bottles.map(({ record, spec }) => `${record.name} ${spec?.workspace?.path ?? 'none'}`))
  await learnPaths({ ...parts, taint: { ...parts.taint, learn } }, ['nobody', 'web', ...many.map(({ name }) => name)])
  assert.equal(learned, ['web /root/sub/w', ...many.map(({ name }) => `${name} none`)])
})

test.run()
