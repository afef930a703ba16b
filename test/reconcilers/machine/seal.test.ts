import * as assert from 'uvu/assert'
import type { Machine } from '../../../drivers/ports.ts'
import { givenBy, isUnlikeGiven, sealDrift } from '../../../reconcilers/machine/seal.ts'
import { suite } from '../../helpers/suite.ts'
import { aMachine } from '../../parts/plans.ts'
import { DRIFTS, GIVEN } from '../../parts/seal-drifts.ts'

const test = suite('seal')
const ASKED = { bundleIp: '192.168.9.2', mount: undefined } as unknown as Parameters<typeof sealDrift>[1]
const MADE = { given: GIVEN }
const sealed = (change: Partial<Machine> = {}): Machine => aMachine({ others: GIVEN.others, ...change })

test('each way in which a VM can differ from what was asked is said, with what takes it back', () => {
  assert.is(sealDrift(sealed(), ASKED, MADE), undefined)
  for (const [what, drifted, because, inPlace] of DRIFTS) {
    const certain = !because.endsWith(' when it was created')
    assert.equal(sealDrift(sealed(drifted), ASKED, MADE), { because, inPlace, certain }, what)
  }
})

test('before the record says what it was when new, only what is certain counts', () => {
  for (const [what, drifted, because] of DRIFTS) {
    const isCertain = !because.endsWith(' when it was created') && drifted.createdAt === undefined
    assert.is(sealDrift(sealed(drifted), ASKED, undefined)?.certain, isCertain ? true : undefined, what)
  }
})

test('a VM with a workspace has its mount, and no other', () => {
  const mounted = { ...ASKED, mount: { source: '/work', target: '/workspace' } } as typeof ASKED
  assert.is(sealDrift(sealed({ mounts: 1 }), mounted, MADE), undefined)
  assert.is(sealDrift(sealed({ mounts: 2 }), mounted, MADE)?.because, 'it has 2 mounts and not 1')
  assert.is(sealDrift(sealed({ mounts: 0 }), mounted, MADE)?.because, 'it has 0 mounts and not 1')
})

test('a VM that trusts its authority has one mount more, as the record says', () => {
  const trusting = { ...MADE, guestFolder: '/cache/guests/own1/web', restartHash: 'h' }
  assert.is(sealDrift(sealed({ mounts: 1 }), ASKED, trusting), undefined)
  assert.is(sealDrift(sealed({ mounts: 0 }), ASKED, trusting)?.because, 'it has 0 mounts and not 1')
  assert.is(sealDrift(sealed({ mounts: 2 }), ASKED, trusting)?.because, 'it has 2 mounts and not 1')
  const mounted = { ...ASKED, mount: { source: '/work', target: '/workspace' } } as typeof ASKED
  assert.is(sealDrift(sealed({ mounts: 2 }), mounted, trusting), undefined)
})

test('while a change is under way it may have that mount already, or no longer, and no more than that', () => {
  for (const [guestFolder, allowed] of [
    [undefined, [0, 1]],
    ['/cache/guests/own1/web', [0, 1, 2]],
  ] as const) {
    const underWay = { ...MADE, ...(guestFolder === undefined ? {} : { guestFolder }), restartHash: '' }
    for (const mounts of [0, 1, 2, 3])
      assert.is(
        sealDrift(sealed({ mounts }), ASKED, underWay) === undefined,
        allowed.includes(mounts as never),
        `${mounts}`,
      )
  }
})

test('the order of fields and lists is no change, and what they hold is', () => {
  const told = (rules: string) =>
    sealDrift(sealed({ others: { ...GIVEN.others, rules } }), ASKED, {
      given: { ...GIVEN, others: { ...GIVEN.others, rules: '[{"a":1,"b":[2,3]},"x"]' } },
    })?.because
  assert.is(told('["x",{"b":[3,2],"a":1}]'), undefined)
  for (const other of ['["x",{"b":[3,2],"a":2}]', '["x",{"b":[3,2]}]', '["x","x",{"a":1,"b":[2,3]}]', 'no JSON'])
    assert.match(told(other) ?? '', /^its rules is /, other)
})

test('a long value is cut', () => {
  for (const [length, shown] of [
    [80, 'x'.repeat(80)],
    [81, `${'x'.repeat(80)}…`],
  ] as const) {
    const others = { ...GIVEN.others, disks: 'x'.repeat(length) }
    assert.is(sealDrift(sealed({ others }), ASKED, MADE)?.because, `its disks is ${shown}`)
  }
})

test('what is certain stays so beside what is not', () => {
  const others = { ...GIVEN.others, new_flag: 'true' }
  assert.is(sealDrift(sealed({ others, ports: 1 }), ASKED, MADE)?.certain, true)
})

test('only whole names of devices are never given', () => {
  for (const [key, isKept] of [
    ['gpu', false],
    ['gpu_vram_mib', false],
    ['cuda', false],
    ['disks', false],
    ['forkable', false],
    ['branchable', false],
    ['ephemeral', false],
    ['parent_machine', false],
    ['no_gpu', true],
    ['disks_sync', true],
    ['forkable_by', true],
    ['branchable_by', true],
    ['ephemeral_disk', true],
    ['parent_machine_id', true],
  ] as const)
    assert.is(key in givenBy(sealed({ others: { [key]: '1' } }), '1').others, isKept, key)
})

test('what was not reported when it was new can not be given back in place', () => {
  const given = { version: '1', others: {} }
  assert.is(sealDrift(sealed({ others: { block_io: '"async"' } }), ASKED, { given })?.inPlace, false)
})

test('what nobody asks for is never taken for given', () => {
  const others = {
    ...GIVEN.others,
    gpu: 'true',
    cuda_cards: '1',
    disks: '[]',
    parent_machine: '"x"',
    branchable: 'true',
  }
  const given = givenBy(sealed({ others }), '1.32.2')
  assert.equal(given, GIVEN)
  assert.is(isUnlikeGiven(sealed({ others }), given), false, 'it is told apart by itself')
  assert.is(isUnlikeGiven(sealed({ others: { ...others, mode: '"open"' } }), given), true)
  assert.is(isUnlikeGiven(sealed(), { version: '1.32.2', others: {} }), true)
  assert.equal(givenBy(sealed({ createdAt: undefined }), '1.32.2'), { version: '1.32.2', others: GIVEN.others })
})

test.run()
