import * as assert from 'uvu/assert'
import type { PolicyLoad } from '../../drivers/ports.ts'
import { createBundles } from '../../drivers/told-bundles.ts'
import { refuses } from '../conformance/docker/bench.ts'
import { suite } from '../helpers/suite.ts'

/** test/conformance/bundles has what the port promises; this is what only a strange bundle does. */
const test = suite('told bundles')
const HASH = `sha256:${'0a'.repeat(32)}`
const run = { identity: 'web', container: 'c1', startedAt: 'now' }
const load: PolicyLoad = {
  policy: { version: 1, mode: 'enforce', allow: [], deny: [] },
  hash: HASH,
  secrets: { values: { TOKEN: 'hunter2' }, digest: 'd' },
  ca: { cert: 'c', key: 'k' },
  at: 'then',
}

const unheard = (): Promise<string> => Promise.reject(new Error('not asked'))

const answering = (answer: object) => {
  const said: unknown[] = []
  const bundles = createBundles(async (container, text) => {
    said.push([container, JSON.parse(text)])
    return { text: JSON.stringify({ version: 1, ...answer }), exitCode: 0 }
  }, unheard)
  return { bundles, said }
}

test('the message is that of docs/bundle.md', async () => {
  const { bundles, said } = answering({ ok: true, hash: HASH })
  await bundles.status(run)
  await bundles.load(run, load)
  const { policy, hash, ca } = load
  assert.equal(said, [
    ['c1', { version: 1, command: 'status' }],
    ['c1', { version: 1, command: 'load', policy, hash, secrets: { TOKEN: 'hunter2' }, ca }],
  ])
})

test('an answer with another hash is no load', async () => {
  for (const hash of [null, `sha256:${'1'.repeat(64)}`]) {
    const { outcome } = await answering({ ok: true, hash }).bundles.load(run, load)
    assert.equal(outcome, { kind: 'refused', reason: 'HashMismatch' })
  }
})

test('what is not up yet is busy, and what fails is not known any more', async () => {
  const { bundles } = answering({ ok: false, reason: 'NotRunning' })
  await refuses('Busy', () => bundles.load(run, load))
  assert.is(bundles.last('web'), undefined)
  let fails = false
  const failing = createBundles(async () => {
    if (fails) throw new Error('cut off')
    return { text: JSON.stringify({ version: 1, ok: true, hash: HASH }), exitCode: 0 }
  }, unheard)
  await failing.load(run, load)
  assert.is(failing.last('web')?.outcome.kind, 'loaded')
  fails = true
  await failing.load(run, load).catch(() => undefined)
  assert.is(failing.last('web'), undefined)
})

test.run()
