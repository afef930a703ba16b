import * as assert from 'uvu/assert'
import { suite } from '../../helpers/suite.ts'
import { addressPromises, containerPromises } from './containers.ts'
import { networkPromises } from './networks.ts'
import type { Bench, Check, World } from './bench.ts'
import { clear, createBench, refuses } from './bench.ts'

/**
 * Every promise of the ports Networks, Containers, Images and Engine, as kept by the real Engine. An in-memory driver
 * must pass the same suite. Only the ports are used, so their callers may rely on these assertions.
 */
export interface Conformance {
  readonly name: string
  readonly make: () => Promise<World>
  /** An image present in the world, whose own command runs until it is stopped. */
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
  check('the daemon reports the same identity each time', async (bench) => {
    const daemon = await bench.engine.ping()
    assert.ok(daemon.id)
    assert.match(daemon.apiVersion, /^\d+\.\d+$/)
    assert.equal(await bench.engine.ping(), daemon)
  })

  check('a present image is found, another is not', async (bench) => {
    assert.ok(await bench.images.has(bench.image))
    assert.not(await bench.images.has('bottled-test-missing:none'))
  })

  check('each change of networks and containers brings a hint', async (bench) => {
    const stop = new AbortController()
    let hints = 0
    const watching = (async () => {
      for await (const _ of bench.engine.events(stop.signal)) hints += 1
    })()
    const hinted = async <T>(what: string, change: () => Promise<T>): Promise<T> => {
      // Hints of earlier changes on the same Engine must not count.
      for (let before = -1, tries = 0; hints !== before && tries < 20; tries += 1) {
        before = hints
        await pause(100)
      }
      const before = hints
      const result = await change()
      for (let tries = 0; tries < 100 && hints === before; tries += 1) await pause(50)
      assert.ok(hints > before, what)
      return result
    }
    const network = await hinted('a network is created', () => bench.network())
    const id = await hinted('a container is created', () => bench.container(network))
    await hinted('it starts', () => bench.containers.start(id))
    await hinted('it stops', () => bench.containers.stop(id))
    await hinted('it is removed', () => bench.containers.remove(id))
    await hinted('the network is removed', () => bench.networks.remove(network.id))
    stop.abort()
    await watching
  })

  check('a container that ends, and that runs again, is named: no list may show it', async (bench) => {
    const stop = new AbortController()
    const named: (string | undefined)[] = []
    const watching = (async () => {
      for await (const id of bench.engine.events(stop.signal)) named.push(id)
    })()
    const times = async (id: string, count: number): Promise<void> => {
      const seen = (): number => named.filter((each) => each === id).length
      for (let tries = 0; tries < 100 && seen() < count; tries += 1) await pause(50)
      assert.is(seen(), count)
    }
    // Until the stream is open.
    await pause(200)
    const id = await bench.container(await bench.network())
    await bench.containers.start(id)
    await times(id, 0)
    await bench.containers.stop(id)
    await times(id, 1)
    await bench.containers.start(id)
    await times(id, 2)
    stop.abort()
    await watching
  })

  check('an already aborted signal ends every call as Aborted', async (bench) => {
    const signal = AbortSignal.abort()
    await refuses('Aborted', () => bench.networks.list(signal))
    await refuses('Aborted', () => bench.containers.list(signal))
    await refuses('Aborted', () => bench.images.has(bench.image, signal))
    await refuses('Aborted', () => bench.engine.ping(signal))
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
