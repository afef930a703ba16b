import * as assert from 'uvu/assert'
import { createSecretSources } from '../../../controller/loop/secret-sources.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('secret sources')
const allow = [{ host: 'a', credential: { secret: 'TOKEN', header: 'X-Key' } }]
const TOLD: Partial<BottleSpec> = { secrets: { TOKEN: { fromFile: 'token' } }, egress: { allow } }

const make = () => {
  const records = new Map<string, BottleRecord>()
  const changed: string[] = []
  const asked: string[] = []
  const world = { stamp: '1', answer: Promise.resolve() }
  const secrets = {
    stamp: async (given: object) => {
      asked.push(JSON.stringify(given))
      await world.answer
      return world.stamp
    },
  }
  const registry = { byName: (name: string) => records.get(name) }
  const parts = { registry, drivers: { secrets }, settings: { root: '/root' } }
  const sources = createSecretSources(parts, (name) => changed.push(name))
  const put = async (spec: Partial<BottleSpec>, change: Partial<BottleRecord> = {}): Promise<void> => {
    const base = { version: 1, uid: 'u', name: 'web', identity: 'web', file: 'web.yaml', generation: 1, specHash: '' }
    records.set('web', { ...base, version: 1, spec: { agent: 'a', ...spec }, ...change })
    await sources.after(async () => undefined)('web')
  }
  return { sources, records, world, changed, asked, put }
}

test('a bottle comes again when a file has changed that its bundle was told, and once after it was noted', async () => {
  const { sources, world, changed, asked, put } = make()
  await put(TOLD)
  await sources.check()
  await sources.check()
  assert.equal(changed, ['web'])
  world.stamp = '2'
  await sources.check()
  await sources.check()
  assert.equal(changed, ['web', 'web'])
  assert.is(asked[0], '{"TOKEN":{"fromFile":"/root/token"}}')
  await sources.after(async () => undefined)('web')
  await sources.check()
  assert.is(changed.length, 2, 'another pass changes nothing')
})

test('nothing is looked at for values of the environment, of the guest, of a suspended bottle, or of one that goes', async () => {
  const { sources, records, asked, put } = make()
  await put({ ...TOLD, secrets: { TOKEN: { fromEnv: 'TOKEN' } } })
  await sources.check()
  await put({ secrets: { TOKEN: { fromFile: 'token' } } })
  await sources.check()
  await put({ ...TOLD, suspend: true })
  await sources.check()
  await put(TOLD, { deleting: { since: '' } })
  await sources.check()
  await put(TOLD)
  records.clear()
  await sources.after(async () => undefined)('web')
  await sources.check()
  assert.equal(asked, [])
})

test('what was looked at before an edit says nothing about the files after it', async () => {
  const { sources, world, changed, put } = make()
  await put(TOLD)
  let answer = (): void => undefined
  world.answer = new Promise((resolve) => (answer = resolve))
  const checking = sources.check()
  await put({ ...TOLD, secrets: { TOKEN: { fromFile: 'other' } } })
  answer()
  await checking
  assert.equal(changed, [])
  await sources.check()
  assert.equal(changed, ['web'])
})

test.run()
