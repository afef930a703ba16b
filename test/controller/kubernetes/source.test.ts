import * as assert from 'uvu/assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubernetesSource } from '../../../controller/kubernetes/kubernetes-source.ts'
import { createStore } from '../../../controller/feed/store.ts'
import type { Store } from '../../../controller/feed/store.ts'
import { silentLogger } from '../../../controller/report/log.ts'
import type { Source } from '../../../controller/source/source.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { adviceOf } from '../../../drivers/message.ts'
import { createResource } from '../../../drivers/kubernetes/resource.ts'
import type { BottleStatus } from '../../../schemas/bottle.ts'
import { openMemoryServer } from '../../conformance/kubernetes/memory-server.ts'
import type { MemoryServer } from '../../conformance/kubernetes/memory-server.ts'
import { plainConnection } from '../../conformance/kubernetes/plain-connection.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

/** The source over an API server in memory, whose troubles come when they are least convenient. */
const test = suite('kubernetes source')
const FINALIZER = 'bottled.dev/teardown'

interface Stage {
  readonly server: MemoryServer
  readonly source: Source
  readonly store: Store
  readonly told: string[]
  readonly troubles: (string | undefined)[]
  /** Each time that it set a timer to come back to what failed. */
  readonly timers: number[]
}

const at = (name: string) => ({ namespace: 'default', name })

const create = (
  { server }: Pick<Stage, 'server'>,
  name: string,
  spec: object = {},
  finalizers: readonly string[] = [],
) =>
  server.objects.create('default', {
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name, finalizers },
    spec: { agent: 'claude', nodeName: 'n1', ...spec },
  })

const finalizersOf = ({ server }: Stage, name: string): readonly string[] | undefined => {
  const object = server.objects.get(at(name))
  return 'metadata' in object ? object.metadata.finalizers : undefined
}

const until = async (what: string, met: () => boolean): Promise<void> => {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(20)) if (met()) return
  throw new Error(`not within 15 s: ${what}`)
}

const withSource = async (work: (stage: Stage) => Promise<void>): Promise<void> => {
  const server = await openMemoryServer()
  const connection = await plainConnection(server.url)
  const options = { group: 'bottled.dev/v1alpha1', plural: 'bottles', fieldSelector: 'spec.nodeName=n1' }
  const store = createStore()
  const told: string[] = []
  const troubles: (string | undefined)[] = []
  const timers: number[] = []
  const clock = createClock()
  const source = kubernetesSource({
    resource: createResource(connection, { ...options, watchSilenceMs: 500 }),
    events: { post: () => undefined, settled: async () => undefined },
    node: 'n1',
    hostPaths: [],
    random: () => 0,
  })({
    store,
    root: '/root',
    stateDir: '/state',
    disk: createMemoryDisk(),
    clock: {
      ...clock,
      setTimer: (ms, fn) => {
        timers.push(ms)
        return clock.setTimer(ms, fn)
      },
    },
    log: silentLogger,
    onNames: async (names) => void told.push(...names),
    onProblem: () => undefined,
    onUnanswered: (why) => void (troubles.at(-1) === why || troubles.push(why)),
    onLimit: () => undefined,
    onFree: () => undefined,
    onHeld: () => undefined,
    isEmpty: () => true,
    isKnown: () => false,
    stopping: new AbortController().signal,
  })
  try {
    await work({ server, source, store, told, troubles, timers })
  } finally {
    await source.status.stop()
    connection.close()
    await server.close()
  }
}

const has = ({ store }: Stage, name: string): boolean => store.documents(`default/${name}`).length === 1

test('a document is in the store only once its object has our finalizer; those of others stay', async () => {
  await withSource(async (stage) => {
    create(stage, 'plain')
    create(stage, 'shared', {}, ['example.com/other'])
    assert.is(await stage.source.sweep(), true)
    assert.ok(has(stage, 'plain') && has(stage, 'shared'))
    assert.equal(finalizersOf(stage, 'plain'), [FINALIZER])
    assert.equal(finalizersOf(stage, 'shared'), ['example.com/other', FINALIZER])
    stage.server.fail('PATCH', { status: 403, reason: 'Forbidden' })
    create(stage, 'refused')
    await until('it was tried', () => stage.timers.length === 1)
    assert.not(has(stage, 'refused'))
    assert.equal(finalizersOf(stage, 'refused'), [])
  })
})

test('what is refused is tried again once, however often it is looked at, and taken up then', async () => {
  await withSource(async (stage) => {
    create(stage, 'refused')
    const refusal = { status: 403, reason: 'Forbidden' }
    stage.server.fail('PATCH', refusal, refusal, refusal)
    for (let looks = 0; looks < 3; looks++) assert.is(await stage.source.sweep(), true)
    assert.not(has(stage, 'refused'))
    assert.is(stage.timers.length, 1)
    await until('it was tried again', () => has(stage, 'refused'))
  })
})

test('somebody who changes the object meanwhile makes no try of ours overwrite that', async () => {
  await withSource(async (stage) => {
    create(stage, 'busy')
    // The version that was seen is the older one by the time of the patch.
    stage.server.fail('PATCH', { status: 422, reason: 'Invalid' }, { status: 409, reason: 'Conflict' })
    assert.is(await stage.source.sweep(), true)
    assert.equal(finalizersOf(stage, 'busy'), [FINALIZER])
    assert.ok(has(stage, 'busy'))
  })
})

test('what changes while a connection is cut, or leads nowhere, is found', async () => {
  await withSource(async (stage) => {
    await stage.source.sweep()
    stage.server.cut()
    create(stage, 'cut')
    await until('cut is seen', () => has(stage, 'cut'))
    stage.server.freeze()
    create(stage, 'frozen')
    await sleep(700)
    assert.not(has(stage, 'frozen'))
    stage.server.wake()
    await until('frozen is seen', () => has(stage, 'frozen'))
  })
})

test('a version that the server forgot leads to a list, and a deletion that nobody saw is none', async () => {
  await withSource(async (stage) => {
    create(stage, 'lost')
    create(stage, 'stays')
    await stage.source.sweep()
    stage.server.fail('watch=true', { status: 503, reason: 'ServiceUnavailable' }, { status: 503, reason: 'x' })
    stage.server.cut()
    stage.server.objects.patch(at('lost'), [{ op: 'remove', path: '/metadata/finalizers' }], HOW)
    stage.server.objects.delete(at('lost'))
    stage.server.compact()
    await until('lost is out of the store', () => !has(stage, 'lost'))
    assert.match(stage.source.surroundings.unseen?.('default/lost') ?? '', 'nobody was seen to delete it')
    assert.ok(has(stage, 'stays'))
  })
})

test('a deletion that was asked for is one, and our finalizer goes last, without those of others', async () => {
  await withSource(async (stage) => {
    create(stage, 'going', {}, ['example.com/other'])
    await stage.source.sweep()
    await until('it is there', () => has(stage, 'going'))
    stage.server.objects.delete(at('going'))
    await until('it is out of the store', () => !has(stage, 'going'))
    assert.is(stage.source.surroundings.unseen?.('default/going'), undefined)
    assert.is(stage.source.leaving?.('default/going')?.name, 'default/going')
    assert.equal(finalizersOf(stage, 'going'), ['example.com/other', FINALIZER])
    stage.server.fail('PATCH', { status: 403, reason: 'Forbidden', message: 'not yours' })
    try {
      await stage.source.released?.('default/going')
      assert.unreachable()
    } catch (error) {
      assert.ok(isDriverError(error, 'Failed'))
      assert.match(adviceOf(error), /take bottled.dev\/teardown off.*not yours.*token of the account bottled-agent/s)
    }
    await stage.source.released?.('default/going')
    await stage.source.released?.('default/going')
    assert.equal(finalizersOf(stage, 'going'), ['example.com/other'])
  })
})

test('an object that is made again under one name has neither the status nor the deletion of the one before', async () => {
  await withSource(async (stage) => {
    create(stage, 'twice')
    await stage.source.sweep()
    const [first] = stage.store.documents('default/twice')
    assert.ok(first)
    stage.server.objects.delete(at('twice'))
    await until('it is out of the store', () => !has(stage, 'twice'))
    await stage.source.released?.('default/twice')
    create(stage, 'twice')
    await until('the next one is there', () => has(stage, 'twice'))
    const status = { phase: 'Ready' } as BottleStatus
    const written = await stage.source.status.statusWriter.write({ document: first, identity: 'x', status })
    assert.is(written.kind, 'gone')
    const second = stage.server.objects.get(at('twice'))
    assert.is('spec' in second && second.status, undefined)
    assert.match(stage.source.surroundings.unseen?.('default/twice') ?? '', 'nobody')
  })
})

test('a status is written once, and again when the server answers again', async () => {
  await withSource(async (stage) => {
    create(stage, 'stated')
    await stage.source.sweep()
    const write = async (): Promise<string> => {
      const [document] = stage.store.documents('default/stated')
      assert.ok(document)
      const status = { phase: 'Ready' } as BottleStatus
      return (await stage.source.status.statusWriter.write({ document, identity: 'x', status })).kind
    }
    stage.server.fail('PATCH', { status: 500, reason: 'InternalError' })
    assert.is(await write(), 'unwritable')
    assert.is(await write(), 'written')
    assert.is(await write(), 'unchanged')
  })
})

test('a list that fails is unknown: nothing leaves the store, and it is tried again', async () => {
  await withSource(async (stage) => {
    create(stage, 'known')
    await stage.source.sweep()
    stage.server.fail('limit=', { status: 429, reason: 'TooManyRequests', retryAfter: 0 })
    assert.is(await stage.source.sweep(), false)
    assert.ok(has(stage, 'known'))
    assert.is(await stage.source.sweep(), true)
    assert.is(stage.troubles.at(-1), undefined)
  })
})

test('of another node, or another kind of answer, nothing is taken', async () => {
  await withSource(async (stage) => {
    create(stage, 'foreign', { nodeName: 'n2' })
    create(stage, 'ours')
    await stage.source.sweep()
    assert.equal([...stage.store.names()], ['default/ours'])
    assert.equal(finalizersOf(stage, 'foreign'), [])
  })
})

const HOW = { isStatus: false, isMerge: false }

test.run()
