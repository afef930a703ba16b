import * as assert from 'uvu/assert'
import type { WorldEvent } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { addressPromises, containerPromises } from './containers.ts'
import { networkPromises } from './networks.ts'
import type { Bench, Check, World } from './bench.ts'
import { clear, createBench, refuses } from './bench.ts'

/**
 * Every promise of the ports Networks, Containers, Images and Engine, as the real Engine keeps them. An in-memory driver
 * must pass the same suite. Only the ports are used, so what is asserted here may be relied on above them.
 */
export interface Conformance {
  readonly name: string
  readonly make: () => Promise<World>
  /** An image the world has, whose own command runs until it is stopped. */
  readonly image: string
}

export const dockerConformance = ({ name, make, image }: Conformance): void => {
  const test = suite(`docker ports: ${name}`)
  const check = (title: string, body: (bench: Bench) => Promise<void>): void =>
    test(
      title,
      async () => {
        const world = await make()
        const bench = createBench(world, image)
        try {
          await body(bench)
        } finally {
          await clear(bench)
          await world.cleanup()
        }
      },
      { deadlineMs: 60_000 },
    )
  networkPromises(check)
  containerPromises(check)
  addressPromises(check)
  otherPromises(check)
  test.run()
}

const otherPromises = (check: Check): void => {
  check('the daemon tells who it is, the same each time', async (bench) => {
    const daemon = await bench.engine.ping()
    assert.ok(daemon.id)
    assert.match(daemon.apiVersion, /^\d+\.\d+$/)
    assert.equal(await bench.engine.ping(), daemon)
  })

  check('an image that is there is had, another is not', async (bench) => {
    assert.ok(await bench.images.has(bench.image))
    assert.not(await bench.images.has('bottled-test-missing:none'))
  })

  check('what happens to networks and containers is seen as events', async (bench) => {
    const stop = new AbortController()
    const seen: WorldEvent[] = []
    const watching = (async () => {
      for await (const event of bench.engine.events(stop.signal)) seen.push(event)
    })()
    const network = await bench.network()
    const id = await bench.container(network)
    await bench.containers.start(id)
    await bench.containers.stop(id)
    await bench.containers.remove(id)
    await bench.networks.remove(network.id)
    const wanted = ['create', 'start', 'die', 'destroy'].map((action) => ({
      kind: 'container',
      action,
      id,
      name: `${bench.tag}-bundle`,
    }))
    const also = ['create', 'destroy'].map((action) => ({
      kind: 'network',
      action,
      id: network.id,
      name: network.name,
    }))
    const missing = (): readonly object[] =>
      [...wanted, ...also].filter((event) => !seen.some((one) => same(one, event)))
    for (let tries = 0; tries < 100 && missing().length > 0; tries += 1) await pause(50)
    stop.abort()
    await watching
    assert.equal(missing(), [])
  })

  check('a signal that is aborted already ends every call as Aborted', async (bench) => {
    const signal = AbortSignal.abort()
    await refuses('Aborted', () => bench.networks.list(signal))
    await refuses('Aborted', () => bench.containers.list(signal))
    await refuses('Aborted', () => bench.images.has(bench.image, signal))
    await refuses('Aborted', () => bench.engine.ping(signal))
  })
}

const same = (one: object, other: object): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
