import * as assert from 'uvu/assert'
import { createAskFiles } from '../../../controller/asks/ask-files.ts'
import { createAsks } from '../../../controller/asks/asks.ts'
import type { AskParts } from '../../../controller/asks/parts.ts'
import type { Heard } from '../../../drivers/heard-asks.ts'
import { judgeHeard } from '../../../drivers/heard-asks.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import type { AskAnswer } from '../../../egress/asks/answer.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

/** One supervised bottle, its bundle played by the test: what it says is kept, decided, told and counted. */
const test = suite('asks of a bottle')
const PUSH = {
  kind: 'push',
  repository: 'app',
  url: 'https://git.example/acme/app',
  ref: 'refs/heads/agent/x',
  commit: 'b'.repeat(40),
  summary: '1 new commit',
}

const scene = (forbidden?: string) => {
  const clock = createFakeClock()
  const disk = createMemoryDisk()
  const stopping = new AbortController()
  const events: string[] = []
  const measured: string[] = []
  let told: readonly AskAnswer[] = []
  let say: (report: Heard) => void = () => undefined
  const record = { name: 'web', identity: 'web', uid: 'u1', subnet: '192.168.9.0/24', spec: { supervise: true } }
  let uids = 0
  const parts: AskParts = {
    bundles: {
      hear: (_, signal) =>
        new Promise((resolve, reject) => {
          say = resolve
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        }),
      answer: async (_, answers) => void (told = answers),
    },
    registry: { byName: () => record as unknown as BottleRecord },
    store: { documents: () => [{}] },
    bundleOf: () => ({ id: 'c1' }),
    wayTo: async () => 'bridge' as const,
    policyOf: () => undefined,
    forbids: async () => forbidden,
    grants: { give: async () => 'not here', takeBack: async () => 'not here', tidy: async () => undefined },
    clock,
    newUid: () => `uid-${(uids += 1)}`,
    announcer: { asked: (_, reason, message) => void events.push(`${reason} ${message}`) },
    onChange: () => undefined,
    meter: { asked: (kind, outcome, waitedMs) => void measured.push(`${kind} ${outcome} ${waitedMs}`) },
    onProblem: (_, error) => void events.push(`problem ${String(error)}`),
    signal: stopping.signal,
  }
  const asks = createAsks(parts, createAskFiles('/state', disk))
  const settled = async (): Promise<void> => {
    for (let n = 0; n < 200; n += 1) await Promise.resolve()
  }
  let seq = 0
  return {
    clock,
    events,
    measured,
    told: () => told,
    asks,
    start: async () => {
      await asks.around(async () => undefined)('web')
      await settled()
    },
    hear: async (change: object) => {
      const report = judgeHeard(
        JSON.stringify({ version: 1, run: 'a', seq: (seq += 1), asks: [], notices: [], ...change }),
      )
      if (report === undefined) throw new Error('no report')
      say(report)
      await settled()
    },
    settled,
    stop: async () => {
      stopping.abort()
      await asks.stop()
    },
  }
}

test('a push is asked for once, approved until a time, used once, and counted', async () => {
  const { clock, events, measured, told, asks, start, hear, settled, stop } = scene()
  await start()
  await hear({ asks: [{ content: PUSH }, { content: PUSH }] })
  assert.is(asks.openOf('web'), 1)
  const [{ id } = { id: '' }] = told()
  assert.match(
    events.join('\n'),
    new RegExp(`^AskOpened ${id}: it asks for a push of b{12} to "agent/x" of https://git`),
  )
  await clock.advance(61_000)
  const until = new Date(clock.now() + 3_600_000).toISOString()
  assert.is(await asks.decide('web', { ask: id, verdict: 'approve', by: 'ann', until }), undefined)
  await settled()
  assert.equal([told()[0]?.state, told()[0]?.until, told()[0]?.used], ['approved', until, undefined])
  assert.match(events.at(-1) ?? '', `AskApproved ${id}: ann allowed a push of`)
  await hear({ used: [id, 'zzzzzzzz'] })
  assert.is(told()[0]?.used, true)
  // Another start of the bundle asks anew for the same: it follows the one that is used up.
  await hear({ run: 'b', asks: [{ content: PUSH, after: id }] })
  assert.is(asks.openOf('web'), 1)
  assert.is.not(told()[0]?.id, id)
  assert.equal(measured, ['push opened 0', 'push approved 61000', 'push opened 0'])
  await stop()
})

test('a no grants nothing, whatever entry comes with it', async () => {
  const { told, asks, start, hear, stop } = scene()
  await start()
  await hear({
    asks: [{ content: { kind: 'egress', host: 'pypi.example', port: 443, path: '/**', why: 'to install' } }],
  })
  const { id = '' } = told()[0] ?? {}
  const asked = { ask: id, by: 'ann', entry: { host: 'pypi.example' } } as const
  assert.is(await asks.decide('web', { ...asked, verdict: 'approve' }), 'not here')
  assert.is(await asks.decide('web', { ...asked, verdict: 'deny' }), undefined)
  await stop()
})

test('what nobody can allow is denied at once, with its reason, and nobody is asked', async () => {
  const { events, measured, told, asks, start, hear, stop } = scene('spec.git has no such repository')
  await start()
  await hear({ asks: [{ content: PUSH }] })
  assert.is(asks.openOf('web'), 0)
  assert.equal([told()[0]?.state, told()[0]?.reason], ['denied', 'spec.git has no such repository'])
  assert.match(events.join('\n'), /^AskDenied \w{8}: policy denied a push of .*: spec\.git has no such repository$/)
  assert.equal(measured, ['push forbidden 0'])
  await stop()
})

test.run()
