import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  answerRequest,
  awaitAnswer,
  listRequests,
  pruneAnswers,
  sendRequest,
  withdrawRequest,
} from '../../../controller/state/requests.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('requests')

const AT = '2026-01-01T00:00:00.000Z'
const answer = { ok: true, message: 'rolled out', at: AT }

test('a request waits for a controller, is answered and is removed', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'bottled-requests-'))
  try {
    const id = await sendRequest(stateDir, { kind: 'rollout', name: 'a' })
    const waiting = awaitAnswer(stateDir, id, AbortSignal.timeout(Math.ceil(10_000 * patience())))
    const [request, ...more] = await listRequests(stateDir)
    assert.equal(more, [])
    assert.is(request?.kind, 'rollout')
    assert.is(request?.name, 'a')
    assert.is((await stat(join(stateDir, 'requests', `${id}.json`))).mode & 0o777, 0o600)
    await answerRequest(stateDir, id, answer)
    assert.equal(await waiting, { id, ...answer })
    assert.equal(await listRequests(stateDir), [])
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
})

test('an aborted wait rejects with the signal’s reason and leaves the request', async () => {
  const disk = createMemoryDisk()
  const id = await sendRequest('/s', { kind: 'confirm-deletes' }, disk)
  const reason = await awaitAnswer('/s', id, AbortSignal.timeout(20), disk).catch((error: unknown) => error)
  assert.is((reason as Error).name, 'TimeoutError')
  assert.is((await listRequests('/s', disk)).length, 1)
  assert.ok(await withdrawRequest('/s', id, disk))
  assert.not(await withdrawRequest('/s', id, disk))
})

test('a thousand answers are no requests: none is read, and none keeps a request off the list', async () => {
  const disk = createMemoryDisk()
  for (let n = 0; n < 1_000; n += 1) await disk.writeDurable(`/s/requests/a${n}.answer.json`, JSON.stringify(answer))
  const id = await sendRequest('/s', { id: 'zz', kind: 'reconcile', name: 'x' }, disk)
  const read: string[] = []
  const counting = { ...disk, read: (path: string, most?: number) => (read.push(path), disk.read(path, most)) }
  assert.equal(
    (await listRequests('/s', counting)).map((request) => request.id),
    [id],
  )
  assert.equal(read, ['/s/requests/zz.json'])
})

test('requests are listed oldest first', async () => {
  const disk = createMemoryDisk()
  for (const [id, at] of [
    ['a', '2026-01-03'],
    ['b', '2026-01-01'],
    ['c', '2026-01-02'],
  ] as const) {
    await sendRequest('/s', { id, kind: 'reconcile', name: 'x', at }, disk)
  }
  assert.equal(
    (await listRequests('/s', disk)).map((request) => request.id),
    ['b', 'c', 'a'],
  )
})

test('torn, foreign, oversized and renamed files are ignored', async () => {
  const good = JSON.stringify({ id: 'good', kind: 'delete', name: 'a', purge: true, at: AT })
  const disk = createMemoryDisk({
    files: Object.entries({
      good,
      copy: good,
      torn: good.slice(0, 20),
      unknown: JSON.stringify({ id: 'unknown', kind: 'explode', name: 'a', at: AT }),
      nameless: JSON.stringify({ id: 'nameless', kind: 'reconcile', at: AT }),
      huge: JSON.stringify({ id: 'huge', kind: 'reconcile', name: 'a', at: AT, junk: 'x'.repeat(20_000) }),
      array: '[]',
      flag: JSON.stringify({ id: 'flag', kind: 'delete', name: 'a', purge: 'yes', at: AT }),
    }).map(([id, text]) => [`/s/requests/${id}.json`, text] as const),
  })
  disk.files.set('/s/requests/.good.json.1-1.tmp', good)
  disk.files.set('/s/requests/notes', good)
  assert.equal(await listRequests('/s', disk), [{ id: 'good', kind: 'delete', name: 'a', purge: true, at: AT }])
})

test('a crash between answer and removal does not bring the request back', async () => {
  let killed = false
  const disk = createMemoryDisk({
    effect: (moment, verb) => {
      if (moment === 'before' && verb === 'remove' && !killed) {
        killed = true
        throw new Error('killed')
      }
    },
  })
  const id = await sendRequest('/s', { kind: 'reconcile', name: 'a' }, disk)
  await answerRequest('/s', id, answer, disk).catch(() => undefined)
  assert.ok(killed)
  assert.equal(await listRequests('/s', disk), [])
  await pruneAnswers('/s', Date.parse(AT) + 10 * 60_000, disk)
  assert.equal([...disk.files.keys()], [`/s/requests/${id}.answer.json`])
  await pruneAnswers('/s', Date.parse(AT) + 10 * 60_000 + 1, disk)
  assert.equal([...disk.files.keys()], [])
})

test.run()
