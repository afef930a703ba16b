import * as assert from 'uvu/assert'
import type { Bundles, BundleRun, PolicyLoad } from '../../../drivers/ports.ts'
import { compile } from '../../../egress/compile.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'
import { clear, createBench, refuses } from '../docker/bench.ts'
import type { World } from '../docker/bench.ts'

/** Every promise of the port Bundles, as kept by the image of `bottled bundle build` on the real Engine. */
export interface Conformance {
  readonly name: string
  readonly make: () => Promise<World & { readonly bundles: Bundles }>
  /** Of bundles that take a policy, and of others that run. */
  readonly images: { readonly own: string; readonly other: string }
  /** A certificate and its key, in PEM. */
  readonly ca: PolicyLoad['ca']
}

interface Place {
  readonly bundles: Bundles
  /** As Docker has it now. */
  run(): Promise<BundleRun>
  start(): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
}

const VALUE = 'hunter2-the-real-one'

export const loadOf = (spec: EgressPolicy, ca: PolicyLoad['ca']): PolicyLoad => {
  const compiled = compile(spec, [])
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const { policy, hash } = compiled
  return { policy, hash, ca, secrets: { values: { TOKEN: VALUE }, digest: 'd1' }, at: '2026-12-01T12:00:00.000Z' }
}

export const bundlesConformance = ({ name, make, images, ca }: Conformance): void => {
  const test = suite(`bundles: ${name}`)
  const credential = { secret: 'TOKEN', header: 'x-api-key' }
  const load = loadOf({ allow: [{ host: 'a.test', credential }] }, ca)
  const check = (title: string, body: (place: Place) => Promise<void>, image = images.own): void =>
    test(
      title,
      async () => {
        const world = await make()
        const bench = createBench(world, image)
        const named = `${bench.tag}-bundle`
        try {
          const network = await bench.network()
          const id = await bench.container(network, { memoryMiB: 256, pids: 128 })
          await bench.containers.start(id)
          const run = async (): Promise<BundleRun> => {
            const found = await bench.containers.find(named)
            return { identity: 'web', container: id, startedAt: found?.startedAt }
          }
          await body({
            bundles: world.bundles,
            run,
            start: () => bench.containers.start(id),
            stop: () => bench.containers.stop(id),
            remove: () => bench.containers.remove(id),
          })
        } finally {
          await clear(bench)
          await world.cleanup()
        }
      },
      { deadlineMs: 60_000 },
    )

  /** It takes a moment until its program is up. */
  const statusOf = async ({ bundles, run }: Place) => {
    for (let tries = 0; ; tries++) {
      try {
        return (await bundles.status(await run())).outcome
      } catch (error) {
        if (tries > 100 * patience() || !String(error).includes('nothing in it takes one yet')) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  check('a bundle that was told nothing has no policy', async (place) => {
    assert.is(place.bundles.last('web'), undefined)
    assert.equal(await statusOf(place), { kind: 'loaded', hash: null })
  })

  check('a load is answered with its hash, is in force, and is remembered without a value', async (place) => {
    await statusOf(place)
    const run = await place.run()
    const told = await place.bundles.load(run, load)
    const { hash, at } = load
    assert.equal(told, { run, hash, digest: 'd1', at, outcome: { kind: 'loaded', hash } })
    assert.is(place.bundles.last('web'), told)
    assert.not(JSON.stringify(told).includes(VALUE))
    assert.equal(await statusOf(place), { kind: 'loaded', hash })
    const next = loadOf({ deny: [{ host: 'b.test' }] }, ca)
    await place.bundles.load(run, next)
    assert.equal(await statusOf(place), { kind: 'loaded', hash: next.hash })
  })

  check('what is refused changes nothing', async (place) => {
    await statusOf(place)
    const run = await place.run()
    await place.bundles.load(run, load)
    const policy = { ...load.policy, version: 2 as never }
    const outcomes = [
      (await place.bundles.load(run, { ...load, policy })).outcome,
      (await place.bundles.load(run, { ...load, hash: `sha256:${'0'.repeat(64)}` })).outcome,
      (await place.bundles.load(run, { ...load, ca: { cert: 'none', key: 'none' } })).outcome,
    ]
    assert.equal(
      outcomes,
      (['BadPolicy', 'HashMismatch', 'BadCa'] as const).map((reason) => ({ kind: 'refused', reason })),
    )
    assert.equal(await statusOf(place), { kind: 'loaded', hash: load.hash })
  })

  check('another run was told nothing', async (place) => {
    await statusOf(place)
    const before = await place.run()
    await place.bundles.load(before, load)
    await place.stop()
    await place.start()
    assert.equal(await statusOf(place), { kind: 'loaded', hash: null })
    assert.is.not((await place.run()).startedAt, before.startedAt)
  })

  check('of messages at once each has its own answer, and the last load counts', async (place) => {
    await statusOf(place)
    const run = await place.run()
    const loads = Array.from({ length: 6 }, (_, at) => loadOf({ allow: [{ host: `h${at}.test` }] }, ca))
    const told = await Promise.all(loads.map((each) => place.bundles.load(run, each)))
    assert.equal(
      told.map(({ outcome }) => outcome),
      loads.map(({ hash }) => ({ kind: 'loaded', hash })),
    )
    assert.ok(loads.some(({ hash }) => place.bundles.last('web')?.hash === hash))
    await place.bundles.answer(run, [])
    await refuses('Failed', () => place.bundles.answer(run, [{ key: 'none' } as never]))
    place.bundles.rest()
    await place.bundles.load(run, load)
    assert.equal(await statusOf(place), { kind: 'loaded', hash: load.hash })
  })

  check('a run that has ended between two messages is noticed, and the next is told', async (place) => {
    await statusOf(place)
    await place.bundles.load(await place.run(), load)
    await place.bundles.load(await place.run(), load)
    await place.stop()
    await refuses('Busy', async () => place.bundles.status(await place.run()))
    await place.start()
    await statusOf(place)
    assert.is((await place.bundles.load(await place.run(), load)).outcome.kind, 'loaded')
    assert.equal(await statusOf(place), { kind: 'loaded', hash: load.hash })
  })

  check(
    'an image without the program takes no policy',
    async ({ bundles, run }) => {
      assert.equal((await bundles.status(await run())).outcome, { kind: 'unsupported' })
      assert.equal((await bundles.load(await run(), load)).outcome, { kind: 'unsupported' })
    },
    images.other,
  )

  check('what does not run, or is gone, is an error, and nothing is remembered', async (place) => {
    await statusOf(place)
    const run = await place.run()
    await place.bundles.load(run, load)
    await place.stop()
    await refuses('Busy', () => place.bundles.load(run, load))
    assert.is(place.bundles.last('web'), undefined)
    await place.remove()
    const error = await refuses('NotFound', () => place.bundles.load(run, load))
    assert.not(error.message.includes(VALUE))
  })

  check('an aborted signal ends a call as Aborted', async ({ bundles, run }) => {
    const which = await run()
    await refuses('Aborted', () => bundles.load(which, load, AbortSignal.abort()))
  })

  test.run()
}
