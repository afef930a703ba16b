import * as assert from 'uvu/assert'
import { DriverError } from '../../drivers/errors.ts'
import type { Edge, EdgesLook } from '../../drivers/ports.ts'
import type { Goal, Situation } from '../../reconcilers/contract/reconciler.ts'
import { edges } from '../../reconcilers/edges.ts'
import { aSituation, createCalls, runAll, words } from '../parts/plans.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('edges')
const upstream = { network: { id: '0123456789abcdef', bundleIp: '192.168.9.2' } }
const edge: Edge = { identity: 'web', bridge: 'br-0123456789ab', bundleIp: '192.168.9.2', reach: [] }
const other: Edge = { ...edge, identity: 'db', bridge: 'br-9' }
const at = (goal: Goal): Situation => aSituation({ goal, upstream: goal === 'up' ? upstream : {} })
const seen = (closed: readonly Edge[], identities = closed.map(({ identity }) => identity)): EdgesLook => ({
  may: true,
  closed,
  identities,
})
const CLOSED = 'settled {}'

test('what they need', () => {
  for (const [what, goal, look, lines] of [
    ['closed', 'up', seen([other, edge]), [CLOSED]],
    ['nothing there', 'up', seen([other]), ['close edges/web: it has no rules']],
    ['rules that do not stand', 'up', seen([], ['web']), ['close edges/web: its rules were changed']],
    ['a new network', 'up', seen([{ ...edge, bridge: 'br-old' }]), ['close edges/web: its network is new']],
    [
      'another address',
      'up',
      seen([{ ...edge, bundleIp: '10.0.0.2' }]),
      ['close edges/web: its rules are for another bundle'],
    ],
    [
      'a reach that nobody asked for',
      'up',
      seen([{ ...edge, reach: ['0.0.0.0/0'] }]),
      ['close edges/web: its rules are for another bundle'],
    ],
    ['down', 'down', undefined, ['settled {}']],
    ['gone, with rules', 'gone', seen([edge]), ['remove edges/web: the bottle is deleted']],
    ['gone, with what is left of them', 'gone', seen([], ['web']), ['remove edges/web: the bottle is deleted']],
    ['gone, without', 'gone', seen([other]), ['settled {}']],
    ['gone, where nothing may be removed', 'gone', { may: false, why: 'no' }, ['settled {}']],
  ] as const)
    assert.equal(words(edges.plan(at(goal), look)), lines, what)
})

test('where no rules may be set the bottle runs, and it is said what stays open', () => {
  const plan = edges.plan(at('up'), { may: false, why: 'only root may' })
  assert.equal(plan.verdict === 'settled' ? plan.outputs : plan, {
    open: "only root may: the bundle may reach services of this host, private networks and a cloud's metadata address, and every user of this host the ports of the bundle",
  })
})

test('on a host that the bridge is not on, its firewall closes nothing, and is not asked', async () => {
  const observe = async (source: string | undefined) => {
    const { drivers, calls } = createCalls({ 'host.source': source, 'firewall.look': seen([edge]) })
    const situation = aSituation({ upstream, record: { subnet: '192.168.9.0/24' } })
    const look = (await edges.observe(situation, drivers, new AbortController().signal)) as EdgesLook
    return { look, calls }
  }
  const { look, calls } = await observe('10.0.0.5')
  assert.equal(look, { may: false, why: 'its bridge is not on this host, whose firewall rules its packets never meet' })
  assert.equal(calls, ['host.source("192.168.9.2")'])
  assert.equal((await observe('192.168.9.1')).look, seen([edge]))
})

test('a firewall that never answers keeps no bottle from being deleted, unless its rules are known', async () => {
  const late = new DriverError({ code: 'Failed', operation: 'read the rules', detail: 'no' })
  const observe = async (goal: Goal, last: EdgesLook | undefined, signal = new AbortController().signal) => {
    const rig = createCalls({ 'firewall.look': () => Promise.reject(late), 'firewall.last': last })
    return edges.observe(at(goal), rig.drivers, signal).catch((error: unknown) => error)
  }
  for (const last of [undefined, seen([other]), { may: false, why: 'no' } as const]) {
    assert.equal(await observe('gone', last), { may: false, why: 'cannot read the rules: no' })
    assert.is(await observe('up', last), late)
  }
  assert.is(await observe('gone', seen([edge])), late)
  assert.is(await observe('gone', seen([], ['web'])), late)
  assert.is(await observe('gone', undefined, AbortSignal.abort()), late)
})

test('nothing is asked on the way down, and steps ask for what was planned', async () => {
  for (const [goal, calls] of [
    ['up', ['firewall.look()']],
    ['gone', ['firewall.look()']],
    ['down', []],
  ] as const) {
    const rig = createCalls({ 'firewall.look': seen([]) })
    await edges.observe(at(goal), rig.drivers, new AbortController().signal)
    assert.equal(rig.calls, calls)
  }
  const close = createCalls({})
  await runAll(edges.plan(at('up'), seen([])), close.drivers)
  assert.equal(close.calls, [`firewall.close(${JSON.stringify(edge)})`])
  const open = createCalls({})
  await runAll(edges.plan(at('gone'), seen([edge])), open.drivers)
  assert.equal(open.calls, ['firewall.open("web")'])
})

test.run()
