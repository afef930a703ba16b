import * as assert from 'uvu/assert'
import type { Machine, SealLook } from '../../../drivers/ports.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { leakOf } from '../../../reconcilers/machine/sealed.ts'
import { machine } from '../../../reconcilers/machine/machine.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import { suite } from '../../helpers/suite.ts'
import { UPSTREAM, aMachine, aSituation, words } from '../../parts/plans.ts'
import { BOX_LEAKING, INSTALLED, LEAKING, LEAK_WORDS, PROVEN, UNTRIED, aProof } from '../../parts/seal-looks.ts'

const test = suite('a machine that leaks')
const LEAK = `{"status":"False","reason":"Leak","message":${JSON.stringify(LEAK_WORDS)}}`
const PROVEN_LINE =
  '{"status":"True","reason":"Proven","message":"a guest tried 40 ways out on 2026-01-01T00:00:00.000Z"}'
const OLD: SealLook = {
  ...UNTRIED,
  installed: { ...INSTALLED, smolvm: '2.0.0' },
  proof: aProof({ leaks: ['x'] }),
}
const at = (change: Parameters<typeof aSituation>[0] = {}): Situation => {
  const { restartHash } = machineShape(aSituation({ spec: change.spec ?? {} }))
  return aSituation({ record: { machine: { envKeys: [], restartHash, workspaceCopied: true } }, ...change })
}
const plan = (situation: Situation, found: Partial<Machine> | undefined, seal: SealLook): readonly string[] => {
  const { labels } = machineShape(situation).request
  const there = found === undefined ? undefined : aMachine({ labels, ...found })
  const unread = { missing: undefined, secretsThere: false, verdict: undefined, asMade: undefined, source: undefined }
  return words(machine.plan(situation, { machine: there, ...unread, seal }))
}

test('what runs is stopped, what is down stays down, and what is new is not made', () => {
  assert.equal(plan(at(), {}, LEAKING), [`stop machine/bottle-web: ${LEAK_WORDS}`])
  assert.equal(plan(at(), { state: 'unreachable' }, LEAKING), [`stop machine/bottle-web: ${LEAK_WORDS}`])
  assert.equal(plan(at(), { state: 'stopped' }, LEAKING), [
    `stuck Leak: ${LEAK_WORDS}`,
    `{"name":"bottle-web","state":"stopped","Sealed":${LEAK}}`,
  ])
  assert.equal(plan(at(), undefined, LEAKING), [`stuck Leak: ${LEAK_WORDS}`, `{"Sealed":${LEAK}}`])
})

test('a container is stopped by what a container showed, and not by what a VM did', () => {
  const contained = { spec: { machine: { runtime: 'container' as const, image: 'a:1' } } }
  const found = { runtime: 'container' as const, storageGiB: undefined, dns: '192.168.9.2' }
  const situation = at(contained)
  const { labels } = machineShape(situation).request
  const first = (seal: SealLook): string => plan(situation, { ...found, labels }, seal)[0] ?? ''
  assert.match(
    first(BOX_LEAKING),
    /^stop machine\/bottle-web: a guest that tried .* --runtime container tries it again$/,
  )
  assert.is(leakOf(situation, LEAKING, machineShape(situation).request), undefined)
  assert.is(leakOf(at(), BOX_LEAKING, machineShape(at()).request), undefined)
})

test('what may be booting is stopped', () => {
  const { restartHash } = machineShape(at())
  const booting = at({ record: { machine: { envKeys: [], restartHash, workspaceCopied: true, starting: true } } })
  assert.equal(plan(booting, { state: 'created' }, LEAKING), [`stop machine/bottle-web: ${LEAK_WORDS}`])
})

test('no rollout destroys the disk of what could not be started again', () => {
  for (const rollout of [false, true])
    for (const updatePolicy of ['Recreate', 'OnDelete'] as const) {
      const situation = at({ rollout, spec: { machine: { updatePolicy, image: 'a:1' } } })
      assert.match(plan(situation, { state: 'stopped', labels: aMachine().labels }, LEAKING)[0] ?? '', /^stuck Leak/)
    }
})

test('where it is allowed it runs, and the condition says that it leaks', () => {
  const allowed = at({ settings: { unsealed: 'allow' } })
  assert.equal(plan(allowed, {}, LEAKING), [`settled {"name":"bottle-web","state":"running","pid":7,"Sealed":${LEAK}}`])
  assert.match(plan(allowed, { state: 'stopped' }, LEAKING)[0] ?? '', /^slowly start/)
  assert.match(plan(allowed, undefined, LEAKING)[0] ?? '', /^slowly create/)
})

test('a leak of what is no longer installed, and a seal that nobody tried, stop nothing', () => {
  for (const seal of [OLD, UNTRIED, PROVEN]) {
    assert.is(leakOf(at(), seal, {}), undefined)
    assert.match(plan(at(), {}, seal)[0] ?? '', /^settled .*"Sealed"/)
    assert.match(plan(at(), { state: 'stopped' }, seal)[0] ?? '', /^slowly start/)
  }
  assert.equal(plan(at(), {}, PROVEN), [
    `settled {"name":"bottle-web","state":"running","pid":7,"Sealed":${PROVEN_LINE}}`,
  ])
})

test('what is open of the edges is said with it', () => {
  const [line] = plan(at({ upstream: { ...UPSTREAM, edges: { open: 'no rules' } } }), {}, PROVEN)
  assert.match(line ?? '', '"reason":"EdgesOpen","message":"no rules; a guest tried')
})

test('a VM of others says nothing of the seal', () => {
  const foreign = plan(at(), { labels: { ...aMachine().labels, 'dev.bottled.owner': 'them' } }, LEAKING)
  assert.is(foreign.length, 1)
  assert.match(foreign[0] ?? '', /^stuck NameConflict/)
})

test('a VM that was opened is stopped unless that is allowed, and is taken back by a rollout either way', () => {
  const opened = { allowedCidrs: ['0.0.0.0/0'] }
  const mismatch = '"Sealed":{"status":"False","reason":"PolicyMismatch"'
  assert.match(plan(at(), opened, PROVEN)[0] ?? '', /^stop machine\/bottle-web: its allow list/)
  assert.match(plan(at(), { ...opened, state: 'stopped' }, PROVEN)[1] ?? '', mismatch)
  const settings = { unsealed: 'allow' } as const
  assert.match(plan(at({ settings }), opened, PROVEN)[0] ?? '', mismatch)
  assert.match(plan(at({ settings }), opened, PROVEN)[0] ?? '', /^settled/)
  assert.match(plan(at({ settings }), { ...opened, state: 'stopped' }, PROVEN)[0] ?? '', /^slowly start/)
  assert.match(plan(at({ settings, rollout: true }), opened, PROVEN)[0] ?? '', /^stop/)
  assert.match(plan(at({ settings, rollout: true }), { ...opened, state: 'stopped' }, PROVEN)[0] ?? '', /^reseal/)
})

test('what only a new VM takes back stays as it is where it is allowed, until a rollout', () => {
  const settings = { unsealed: 'allow' } as const
  assert.match(plan(at({ settings }), { dns: '8.8.8.8' }, PROVEN)[0] ?? '', /^settled/)
  assert.match(plan(at({ settings, rollout: true }), { dns: '8.8.8.8' }, PROVEN)[0] ?? '', /^remove/)
})

test.run()
