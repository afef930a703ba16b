import * as assert from 'uvu/assert'
import { createRequestServer } from '../../../controller/loop/serve-requests.ts'
import { comesBack } from '../../../controller/pass/pass-end.ts'
import type { PassEnd } from '../../../controller/pass/pass-end.ts'
import { listRequests, sendRequest } from '../../../controller/state/requests.ts'
import { parseAnswer } from '../../../controller/state/request-file.ts'
import type { Answer, Request } from '../../../controller/state/request-file.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('serve requests')

const READY: PassEnd = { state: 'rest', outcome: 'Ready', message: '', asAsked: true }

/** A server on a clock that runs as fast as it is asked. */
const serving = (given: {
  readonly end?: PassEnd
  /** What the following passes end with. */
  readonly later?: PassEnd
  readonly record?: Readonly<Record<string, unknown>>
  readonly waiting?: boolean
  readonly held?: readonly string[]
  readonly halted?: boolean
  readonly away?: boolean
}) => {
  const disk = createMemoryDisk()
  const stopping = new AbortController()
  const ending = new AbortController()
  const problems: unknown[] = []
  let now = 0
  let setBy = 0
  let record: Record<string, unknown> = { name: 'a', identity: 'a', ...given.record }
  const cause = { reason: 'DaemonChanged', message: 'another one answers' }
  const { end = READY } = given
  const parts = {
    settings: { stateDir: '/s' },
    drivers: {
      records: {
        update: async (_: string, change: object) => {
          record = { ...record, ...change }
        },
      },
    },
    store: { documents: () => [{}] },
    registry: { byName: () => record },
    guards: {
      waiting: () => given.waiting === true,
      held: () => given.held ?? [],
      confirmAll: () => given.held ?? [],
      confirm: () => undefined,
    },
    clock: {
      now: () => now + setBy,
      monotonicMs: () => now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        signal?.throwIfAborted()
        now += ms
        await new Promise((resolve) => setImmediate(resolve))
        signal?.throwIfAborted()
      },
    },
    stillAbsent: async () => true,
    acceptRoot: async () => true,
    halted: () => (given.halted === true ? cause : undefined),
    stopping: stopping.signal,
    signal: ending.signal,
  }
  const server = createRequestServer({
    parts: parts as unknown as Parameters<typeof createRequestServer>[0]['parts'],
    disk,
    passes: {
      passNow: () => (given.away === true ? new Promise(() => undefined) : Promise.resolve(end)),
      ends: new Map([['a', given.later ?? end]]),
    },
    asks: { decide: async () => undefined },
    outages: {
      of: () => (given.away === true ? { reason: 'DockerUnavailable', message: 'refused', since: '' } : undefined),
    },
    onProblem: (error) => problems.push(error),
  })
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 3_000; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const ask = async (kind: Request['kind']): Promise<Answer | undefined> => {
    const id = await sendRequest(
      '/s',
      { id: 'r', kind, ...(kind === 'held' || kind === 'confirm-deletes' ? {} : { name: 'a' }) },
      disk,
    )
    await server.poll()
    await turns()
    return parseAnswer(disk.files.get(`/s/requests/${id}.answer.json`), id)
  }
  const waits = async (): Promise<number> => (await listRequests('/s', disk)).length
  return {
    ask,
    server,
    waits,
    turns,
    pass: (ms: number) => (now += ms),
    setClock: (byMs: number) => (setBy += byMs),
    answers: async () => (await disk.list('/s/requests')).filter((name) => name.endsWith('.answer.json')).length,
    stop: () => stopping.abort(),
    abort: () => (stopping.abort(), ending.abort()),
    problems,
  }
}

for (const [title, given, kind, ok, message] of [
  ['a bottle as asked', {}, 'reconcile', true, /^Ready$/],
  [
    'one that needs a person',
    { end: { ...READY, outcome: 'NameConflict', message: 'a stranger', asAsked: false } },
    'reconcile',
    false,
    /^NameConflict: a stranger$/,
  ],
  [
    'one that becomes ready after a wait',
    { end: comesBack('Starting', 'boots', 100), later: READY },
    'reconcile',
    true,
    /^Ready$/,
  ],
  [
    'one that is on its way for long',
    { end: comesBack('Starting', 'boots', 100) },
    'rollout',
    false,
    /^Starting: boots; it goes on by itself$/,
  ],
  [
    'one that fails',
    { end: comesBack('Failed', 'no image', 100), record: { backoff: { failures: 1 } } },
    'rollout',
    false,
    /^Failed: no image; it goes on/,
  ],
  [
    'a bottle that is suspended',
    { end: { ...READY, outcome: 'Suspended' } },
    'rollout',
    false,
    /^Suspended: the rollout waits/,
  ],
  ['Docker away', { away: true }, 'reconcile', false, /^DockerUnavailable: refused; it goes on by itself$/],
] as const)
  test(`the answer to a ${kind} of ${title} is ${ok ? 'ok' : 'not ok'}`, async () => {
    const answer = await serving(given).ask(kind)
    assert.match(answer?.message ?? 'no answer', message)
    assert.is(answer?.ok, ok)
  })

for (const kind of ['confirm-deletes', 'held'] as const) {
  for (const why of ['halted', 'away'] as const) {
    test(`${kind} is answered while ${why}, though nothing was ruled on`, async () => {
      const answer = await serving({ waiting: true, [why]: true }).ask(kind)
      assert.is(answer?.ok, false)
      assert.match(answer?.message ?? '', /^nothing is decided, as (DaemonChanged|DockerUnavailable): /)
    })
    test(`${kind} of what was held before is carried out while ${why}`, async () => {
      const answer = await serving({ waiting: true, held: ['a', 'b'], [why]: true }).ask(kind)
      assert.equal([answer?.ok, answer?.names], [true, ['a', 'b']])
    })
  }

  test(`${kind} that waits for a grace survives a stop, without an answer`, async () => {
    const { ask, abort, waits, turns, problems } = serving({ waiting: true })
    assert.is(await ask(kind), undefined)
    abort()
    await turns()
    assert.is(await waits(), 1)
    assert.equal(problems, [])
  })
}

test('a request whose pass a stop cut short survives it, and a stopped server begins none', async () => {
  const end: PassEnd = { ...READY, outcome: 'Stopped', state: 'busy', asAsked: false }
  const { ask, stop, waits } = serving({ end })
  stop()
  assert.is(await ask('rollout'), undefined)
  assert.is(await waits(), 1)
  const cut = serving({ end })
  const asked = cut.ask('rollout')
  cut.stop()
  assert.is(await asked, undefined)
  assert.is(await cut.waits(), 1)
})

test('an answer stays for ten minutes, whatever becomes of the clock on the wall', async () => {
  const rig = serving({})
  await rig.ask('reconcile')
  rig.setClock(24 * 60 * 60_000)
  await rig.server.prune()
  assert.is(await rig.answers(), 1)
  rig.setClock(-48 * 60 * 60_000)
  rig.pass(10 * 60_000 + 1)
  await rig.server.prune()
  assert.is(await rig.answers(), 0)
})

test.run()
