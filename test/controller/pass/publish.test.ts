import * as assert from 'uvu/assert'
import { sha256Of } from '../../../controller/document/content-hash.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { publish } from '../../../controller/pass/publish.ts'
import { createStatusWriter } from '../../../controller/status/status-writer.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import type { BottleRecord, Drivers } from '../../../drivers/ports.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('publish')

test('a status that is the same again within a second replaces the "in progress" between', async () => {
  const path = 'a.yaml'
  let text = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: x}\nspec: {agent: claude}\n'
  const store = createStore()
  store.put(path, { sha256: sha256Of(text), text, parsed: parseFile({ path, text }) })
  const disk = createMemoryDisk()
  const records = createRecords('/state', disk)
  await records.list()
  const record: BottleRecord = {
    version: 1,
    uid: 'u',
    name: 'x',
    identity: 'x',
    file: path,
    generation: 1,
    specHash: 'h',
  }
  await records.write({ ...record, spec: { agent: 'claude' } })
  const statusWriter = createStatusWriter({
    mode: 'inline',
    store,
    stateDir: '/state',
    disk,
    folder: {
      rewrite: async (_, edit) => {
        text = edit(text) ?? text
        return { kind: 'written', sha256: sha256Of(text) }
      },
    },
  })
  const parts: Parameters<typeof publish>[0] = {
    drivers: { records } as unknown as Drivers,
    reconcilers: [{ name: 'network' }] as unknown as Parameters<typeof publish>[0]['reconcilers'],
    simulated: false,
    clock: createFakeClock(),
    store,
    announcer: { begin: () => {}, step: async () => {}, status: () => {}, warn: () => {}, normal: () => {} },
    statusWriter,
    gitCare: { around: (_, write) => write(), stop: async () => {} },
  }
  const settled = new Map([['network', { verdict: 'settled', outputs: {} } as const]])
  const say = (slow: boolean, document = store.documents('x')[0]) =>
    publish(parts, {
      record,
      document,
      refusal: undefined,
      goal: 'up',
      verdicts: slow ? new Map() : settled,
      slow: slow ? { reconciler: 'network', message: 'create network/x' } : undefined,
      halted: undefined,
    })
  await say(false)
  const ready = text
  assert.match(ready, /phase: Ready/)
  const document = store.documents('x')[0]
  await say(true, document)
  assert.match(text, /reason: Working/)
  await say(false, document)
  assert.is(text, ready)
})

test.run()
