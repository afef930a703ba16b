import * as assert from 'uvu/assert'
import { movedSecrets, notedSecrets, writeSecrets, writeSmolfile } from '../../../reconcilers/machine/secrets.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import type { ResolvedSpec } from '../../../reconcilers/derive/resolve.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { aSituation, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('secrets of a VM')
const guest = { A: { fromEnv: 'A' }, F: { fromFile: '/f' } } as const
const proxy = { KEY: { fromEnv: 'KEY', deliver: 'proxy' } } as const
const egress = { allow: [{ host: 'a.test', credential: { secret: 'NAMED', header: 'X-Key' } }] }

const specOf = (spec: Partial<BottleSpec>): ResolvedSpec => {
  const { spec: resolved } = aSituation({ spec })
  if (resolved === undefined) throw new Error('no spec')
  return resolved
}
const written = async (spec: Partial<BottleSpec>): Promise<readonly string[]> => {
  const { drivers, calls } = createCalls({})
  await writeSecrets(specOf(spec), 'web', drivers.secrets)
  return calls
}

test('files are written of those that are delivered to the guest, and of no other', async () => {
  assert.equal(await written({ secrets: { ...guest, ...proxy }, egress: {} }), [
    'secrets.write("web", {"A":{"fromEnv":"A"},"F":{"fromFile":"/f"}})',
  ])
  assert.equal(await written({ secrets: { A: { fromEnv: 'A' }, NAMED: { fromEnv: 'N' } }, egress }), [
    'secrets.write("web", {"A":{"fromEnv":"A"}})',
  ])
})

test('where none is the guest’s any more, the old files go; where there never was one, nothing is done', async () => {
  assert.equal(await written({ secrets: proxy, egress: {} }), ['secrets.remove("web")'])
  assert.equal(await written({}), [])
})

test('the Smolfile refers to those of the guest, and has a placeholder for those of the bundle', async () => {
  const situation = aSituation({ spec: { secrets: { ...guest, ...proxy }, egress: {} } })
  const { drivers, calls } = createCalls({ 'secrets.path': (_: string, key: string) => `/run/${key}` })
  await writeSmolfile(situation, drivers, machineShape(situation))
  const [text = ''] = calls.filter((call) => call.startsWith('records.writeSmolfile'))
  assert.ok(text.includes('/run/A') && text.includes('/run/F'))
  assert.not.match(text, '/run/KEY')
  assert.match(text, 'KEY=placeholder-')
})

test('the record names those of the guest, and tells which of them it is to lose', () => {
  assert.equal(notedSecrets(specOf({ secrets: { ...guest, ...proxy }, egress: {} })), { secretKeys: ['A', 'F'] })
  assert.equal(notedSecrets(specOf({ secrets: proxy, egress: {} })), {})
  const lost = (secrets: BottleSpec['secrets'], secretKeys?: readonly string[]): readonly string[] =>
    movedSecrets(
      aSituation({
        spec: { ...(secrets === undefined ? {} : { secrets }), egress: {} },
        record: {
          machine: {
            envKeys: [],
            restartHash: '',
            workspaceCopied: true,
            ...(secretKeys === undefined ? {} : { secretKeys }),
          },
        },
      }),
    )
  assert.equal(lost(guest, ['A', 'F']), [])
  assert.equal(lost(proxy, ['A', 'KEY']), ['A', 'KEY'])
  assert.equal(lost({ A: { fromEnv: 'B' } }, ['A']), [])
  assert.equal(lost(undefined, ['A']), ['A'])
  assert.equal(lost(undefined), [])
  const placeholders = aSituation({
    spec: { secrets: guest, egress: {} },
    record: { machine: { envKeys: ['A', 'HTTP_PROXY'], restartHash: '', workspaceCopied: true } },
  })
  assert.equal(movedSecrets(placeholders), ['A'])
})

test.run()
