import * as assert from 'uvu/assert'
import { createFirewall } from '../../../drivers/firewall/firewall.ts'
import { NotAllowedError } from '../../../drivers/firewall/tool.ts'
import type { Tool } from '../../../drivers/firewall/tool.ts'
import { DriverError, isDriverError } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'

/** How the driver calls iptables, with one that does what a test says. */
const test = suite('calls of the firewall')
const edge = (identity: string) => ({ identity, bridge: `br-${identity}`, bundleIp: '192.168.9.2', reach: [] })

const make = () => {
  let text = ''
  const world = {
    scripts: [] as string[],
    looks: 0,
    refuse: undefined as Error | undefined,
    /** So many scripts fail. */
    fail: 0,
    open: 0,
    hold: Promise.resolve(),
    /** What a look saw comes after that. */
    slow: Promise.resolve(),
  }
  const tool: Tool = {
    save: async () => {
      world.looks += 1
      if (world.refuse !== undefined) throw world.refuse
      const seen = text
      await world.slow
      return seen
    },
    restore: async (script) => {
      await world.hold
      if (world.refuse !== undefined) throw world.refuse
      world.scripts.push(script)
      if (world.fail-- > 0) throw new DriverError({ code: 'Failed', operation: 'write', detail: 'line 3 failed' })
      // The script begins with nothing here, so what it appends is what there is.
      text = script
        .replace(/^-I (\S+) 1 /gm, '-A $1 ')
        .replace('*filter', '*filter\n:INPUT - [0:0]\n:OUTPUT - [0:0]\n:FORWARD - [0:0]')
    },
  }
  const firewall = createFirewall({
    owner: 'bottled-0123456789abcdef',
    userId: 0,
    reach: [],
    open: async () => {
      world.open += 1
      if (world.refuse !== undefined) throw world.refuse
      return tool
    },
    resolvers: async () => [],
  })
  return { firewall, world }
}

test('a look that began before a removal does not bring back what was removed', async () => {
  const { firewall, world } = make()
  await firewall.close(edge('a'))
  let arrive = (): void => undefined
  world.slow = new Promise((resolve) => (arrive = resolve))
  const before = world.looks
  const looking = firewall.look()
  while (world.looks === before) await Promise.resolve()
  world.slow = Promise.resolve()
  await firewall.open('a')
  arrive()
  await looking
  assert.equal(firewall.last(), { may: true, closed: [], identities: [] })
  await firewall.close(edge('b'))
  assert.not.match(world.scripts.at(-1) ?? '', /br-a /)
})

test('where rules may not be set a look says why, and a change fails with it', async () => {
  const { firewall, world } = make()
  world.refuse = new NotAllowedError('only root may')
  assert.equal(await firewall.look(), { may: false, why: 'only root may' })
  assert.equal(firewall.last(), { may: false, why: 'only root may' })
  const error = await firewall.close(edge('a')).catch((reason: unknown) => reason)
  assert.ok(isDriverError(error, 'Failed') && error.detail === 'only root may')
  world.refuse = undefined
  assert.equal(await firewall.look(), { may: true, closed: [], identities: [] })
})

test('a look that fails otherwise is no look', async () => {
  const { firewall, world } = make()
  await firewall.look()
  world.refuse = new DriverError({ code: 'Timeout', operation: 'read', detail: 'late' })
  const error = await firewall.look().catch((reason: unknown) => reason)
  assert.ok(isDriverError(error, 'Timeout'))
  assert.equal(firewall.last(), { may: true, closed: [], identities: [] })
})

test('calls that come while a script is carried out share the next one', async () => {
  const { firewall, world } = make()
  let go: () => void = () => {}
  world.hold = new Promise((resolve) => (go = resolve))
  const first = firewall.close(edge('a'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  const others = ['b', 'c', 'd'].map((name) => firewall.close(edge(name)))
  go()
  await Promise.all([first, ...others])
  assert.equal(
    world.scripts.map((script) => script.match(/^-A BOTTLED-\w+-HOST /gm)?.length),
    [1, 4],
  )
  const look = await firewall.look()
  assert.equal(look.may && look.identities, ['a', 'b', 'c', 'd'])
})

test('a script that fails is tried again on a fresh look, three times in all, and the next call is its own', async () => {
  const { firewall, world } = make()
  world.fail = 2
  await firewall.close(edge('a'))
  assert.is(world.scripts.length, 3)
  world.fail = 3
  const error = await firewall.close(edge('b')).catch((reason: unknown) => reason)
  assert.ok(isDriverError(error, 'Failed') && error.detail === 'line 3 failed')
  assert.is(world.scripts.length, 6)
  await firewall.close(edge('c'))
  const look = await firewall.look()
  assert.equal(look.may && look.identities, ['a', 'c'])
})

test('rules that do not stand after a script are a failure', async () => {
  // Somebody's other program takes them away at once.
  const gone = createFirewall({
    owner: 'bottled-0123456789abcdef',
    userId: 0,
    reach: [],
    open: async () => ({ save: async () => '', restore: async () => {} }),
    resolvers: async () => [],
  })
  const error = await gone.close(edge('a')).catch((reason: unknown) => reason)
  assert.ok(isDriverError(error, 'Failed'))
  assert.match(String(error), "those of a don't stand")
})

test('the variant is looked for once, until it fails', async () => {
  const { firewall, world } = make()
  await firewall.look()
  await firewall.close(edge('a'))
  assert.is(world.open, 1)
})

test.run()
