import * as assert from 'uvu/assert'
import type { Edge, Firewall } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

/** A firewall for one root, and what a person can do to it. */
export interface FirewallWorld {
  readonly firewall: Firewall
  /** Another root's, on the same host. */
  readonly other: Firewall
  /** All rules are flushed. */
  flush(): Promise<void>
  cleanup(): Promise<void>
}

const edge = (identity: string, change: Partial<Edge> = {}): Edge => ({
  identity,
  bridge: `br-${Buffer.from(identity).toString('hex').padEnd(12, '0')}`,
  bundleIp: '192.168.251.2',
  reach: [],
  ...change,
})

/** Promises of the port Firewall, tested through the port alone. */
export const firewallConformance = (options: {
  readonly name: string
  readonly make: () => Promise<FirewallWorld>
}): void => {
  const test = suite(`firewall: ${options.name}`)
  const check = (title: string, body: (world: FirewallWorld) => Promise<void>): void =>
    test(
      title,
      async () => {
        const world = await options.make()
        try {
          await body(world)
        } finally {
          await world.cleanup()
        }
      },
      { deadlineMs: 60_000 },
    )
  const closed = async (firewall: Firewall): Promise<readonly Edge[]> => {
    const look = await firewall.look()
    if (!look.may) throw new Error(look.why)
    return look.closed
  }

  check('at first nothing is closed, and nothing is known before a look', async ({ firewall }) => {
    assert.is(firewall.last(), undefined)
    assert.equal(await firewall.look(), { may: true, closed: [], identities: [] })
    assert.equal(firewall.last(), { may: true, closed: [], identities: [] })
  })

  check('what is closed is seen, again and again, and is known without a look', async ({ firewall }) => {
    const edges = [edge('a', { reach: ['10.1.0.0/16', '10.2.0.5/32:443'] }), edge('b')]
    for (const one of edges) await firewall.close(one)
    const look = { may: true, closed: edges, identities: ['a', 'b'] }
    assert.equal(firewall.last(), look)
    assert.equal(await firewall.look(), look)
    for (const one of edges) await firewall.close(one)
    assert.equal(await firewall.look(), look)
  })

  check('another edge of the same identity takes its place', async ({ firewall }) => {
    await firewall.close(edge('a'))
    await firewall.close(edge('b'))
    await firewall.close(edge('a', { bridge: 'br-0123456789ab', bundleIp: '10.0.0.2', reach: ['10.0.0.0/8'] }))
    assert.equal(await closed(firewall), [
      edge('a', { bridge: 'br-0123456789ab', bundleIp: '10.0.0.2', reach: ['10.0.0.0/8'] }),
      edge('b'),
    ])
  })

  check('what is opened is gone, once and twice, and the others stay', async ({ firewall }) => {
    for (const name of ['a', 'b', 'a-b']) await firewall.close(edge(name))
    await firewall.open('a')
    await firewall.open('a')
    await firewall.open('never')
    assert.equal(
      (await closed(firewall)).map(({ identity }) => identity),
      ['a-b', 'b'],
    )
    await firewall.open('b')
    await firewall.open('a-b')
    assert.equal(await firewall.look(), { may: true, closed: [], identities: [] })
  })

  check('calls at once end as all of them', async ({ firewall }) => {
    const names = Array.from({ length: 12 }, (_, index) => `b${String(index).padStart(2, '0')}`)
    await Promise.all(names.map((name) => firewall.close(edge(name))))
    assert.equal(
      (await closed(firewall)).map(({ identity }) => identity),
      names,
    )
    await Promise.all([...names.slice(1).map((name) => firewall.open(name)), firewall.close(edge('new'))])
    assert.equal(
      (await closed(firewall)).map(({ identity }) => identity),
      ['b00', 'new'],
    )
  })

  check('what is flushed is seen to be open, and can be closed again', async ({ firewall, flush }) => {
    await firewall.close(edge('a'))
    await flush()
    assert.equal(await closed(firewall), [])
    await firewall.close(edge('a'))
    assert.equal(await closed(firewall), [edge('a')])
  })

  check('roots do not disturb each other, not even under the same names', async ({ firewall, other }) => {
    await firewall.close(edge('a'))
    await other.close(edge('a', { bridge: 'br-ba9876543210' }))
    await other.close(edge('b'))
    assert.equal(await closed(firewall), [edge('a')])
    await firewall.open('a')
    assert.equal(await closed(other), [edge('a', { bridge: 'br-ba9876543210' }), edge('b')])
    await other.open('a')
    await other.open('b')
  })

  test.run()
}
