import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import type { ContainerSeals, SealRequest } from '../../../drivers/container/seals.ts'
import { suite } from '../../helpers/suite.ts'
import { clear, createBench, refuses, without } from '../docker/bench.ts'
import type { Bench, World } from '../docker/bench.ts'

/** What is needed beside the ports of Docker: what others do to a holder. */
export interface SealWorld extends World {
  readonly seals: ContainerSeals
  /** Of the first process, at once. */
  kill(container: string): Promise<void>
  /** All rules of its namespace are gone. */
  flush(container: string): Promise<void>
  /** Whatever it was, TCP to this address is let out. */
  letOut(container: string, ip: string): Promise<void>
  /** A container that has the network of another, and runs. */
  join(name: string, holder: string): Promise<void>
  /** It has no nft. */
  readonly imageWithoutNft: string
}

/** Promises of ContainerSeals, tested through it and the ports of Docker alone. */
export const containerSealsConformance = (options: {
  readonly name: string
  readonly make: () => Promise<SealWorld>
  readonly image: string
}): void => {
  const test = suite(`container seals: ${options.name}`)
  const check = (title: string, body: (place: Place) => Promise<void>): void =>
    test(
      title,
      async () => {
        const world = await options.make()
        const bench = createBench(world, options.image)
        try {
          await body(await placeIn(world, bench))
        } finally {
          await clear(bench)
          await world.cleanup()
        }
      },
      { deadlineMs: 60_000 },
    )

  check('a seal is held by a container of its own, at its address, with its labels', async (place) => {
    const { seals, seal, holder } = place
    const held = await seals.hold(seal)
    assert.equal(held, { holder: held.holder, allowedCidrs: [`${seal.bundleIp}/32`], ports: [8888, 9418] })
    const found = await place.containers.find(holder)
    assert.is(found?.id, held.holder)
    assert.is(found?.state, 'running')
    assert.equal(found?.attachments, [{ networkId: seal.networkId, ip: seal.ip }])
    for (const [key, value] of Object.entries({ ...seal.labels, 'dev.bottled.role': 'seal' }))
      assert.is(found?.labels[key], value)
    assert.equal(
      [found?.facts?.extras, found?.facts?.readOnlyRoot, found?.facts?.noNewPrivileges, found?.facts?.restartPolicy],
      [['the capability NET_ADMIN'], true, true, 'no'],
    )
  })

  check('placed, it is there and not started, so that nothing gets out, and is what is held later', async (place) => {
    const { seals, seal, holder } = place
    const id = await seals.place(seal)
    assert.is(await seals.place(seal), id)
    const found = await place.containers.find(holder)
    assert.is(found?.id, id)
    assert.is.not(found?.state, 'running')
    assert.is(await seals.read(seal.machine), undefined)
    const held = await seals.hold(seal)
    assert.is(held.holder, id)
    assert.is(await seals.place(seal), id)
    assert.equal(await seals.read(seal.machine), held)
  })

  check('held again it stays as it is, and other ports are opened by the same holder', async ({ seals, seal }) => {
    const held = await seals.hold(seal)
    assert.equal(await seals.hold(seal), held)
    assert.equal(await seals.read(seal.machine), held)
    const other = { ...held, ports: [9100] }
    assert.equal(await seals.hold({ ...seal, ports: [9100] }), other)
    assert.equal(await seals.read(seal.machine), other)
  })

  check('none is read before the first, after a stop, and after a removal; all may be repeated', async (place) => {
    const { seals, seal, holder } = place
    assert.is(await seals.read(seal.machine), undefined)
    await seals.stop(seal.machine)
    await seals.remove(seal.machine)
    const held = await seals.hold(seal)
    for (const _ of [1, 2]) await seals.stop(seal.machine)
    assert.is(await seals.read(seal.machine), undefined)
    assert.is((await seals.hold(seal)).holder, held.holder, 'the same is started again')
    for (const _ of [1, 2]) await seals.remove(seal.machine)
    assert.is(await seals.read(seal.machine), undefined)
    assert.is(await place.containers.find(holder), undefined)
  })

  check('those of an owner are listed, stopped ones too', async ({ seals, seal }) => {
    const owner = seal.labels['dev.bottled.owner'] ?? ''
    assert.equal([...(await seals.list(owner))], [])
    const { holder } = await seals.hold(seal)
    assert.equal([...(await seals.list(owner))], [[seal.machine, holder]])
    await seals.stop(seal.machine)
    assert.equal([...(await seals.list(owner))], [[seal.machine, holder]])
    assert.equal([...(await seals.list(`${owner}-another`))], [])
  })

  check('one that was killed is started again with its rules', async ({ seals, seal, kill, holder }) => {
    const held = await seals.hold(seal)
    await kill(holder)
    assert.is(await seals.read(seal.machine), undefined)
    assert.equal(await seals.hold(seal), held)
  })

  check('whoever else starts it, it lets nothing out', async ({ seals, seal, containers }) => {
    const held = await seals.hold(seal)
    await seals.stop(seal.machine)
    await containers.start(held.holder)
    const closed = { holder: held.holder, allowedCidrs: [], ports: [] }
    // Its first process loads them.
    for (let tries = 0; tries < 100; tries += 1)
      if ((await seals.read(seal.machine))?.allowedCidrs.length === 0) break
      else await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(await seals.read(seal.machine), closed)
    assert.equal(await seals.hold(seal), held)
  })

  check('rules that others flushed or opened are seen, and loaded again', async (place) => {
    const { seals, seal, holder } = place
    const held = await seals.hold(seal)
    await place.flush(holder)
    assert.equal((await seals.read(seal.machine))?.allowedCidrs, ['0.0.0.0/0'])
    assert.equal(await seals.hold(seal), held)
    await place.letOut(holder, '192.0.2.7')
    assert.equal((await seals.read(seal.machine))?.allowedCidrs, ['0.0.0.0/0'])
    assert.equal(await seals.hold(seal), held)
    assert.equal(await seals.read(seal.machine), held)
  })

  check('on a network that was made anew it is another, unless an agent has its network', async (place) => {
    const { seals, seal, containers, networks } = place
    const first = await seals.hold(seal)
    const anew = async (): Promise<SealRequest> => {
      for (const { id, name } of await containers.list())
        if (name === place.holder || name === place.agent) await containers.stop(id)
      for (const { id } of await networks.find(place.network.name)) await networks.remove(id)
      const { network } = place
      const asked = { name: network.name, mtu: undefined, labels: network.labels, ...without(network.at) }
      return { ...seal, networkId: (await networks.create(asked)).id }
    }
    const second = await seals.hold(await anew())
    assert.is.not(second.holder, first.holder)
    await place.join(place.agent, second.holder)
    const again = await anew()
    const third = await seals.hold(again)
    assert.is(third.holder, second.holder)
    assert.equal(third.allowedCidrs, [`${seal.bundleIp}/32`])
    assert.equal((await containers.find(place.holder))?.attachments, [{ networkId: again.networkId, ip: seal.ip }])
    assert.equal(await seals.hold(again), third)
  })

  check("a container of its name that isn't ours is refused, and stays", async (place) => {
    const { seals, seal, containers } = place
    const id = await place.container(place.network, { name: place.holder, labels: {}, command: ASLEEP })
    await refuses('NameTaken', () => seals.hold(seal))
    await seals.stop(seal.machine)
    await seals.remove(seal.machine)
    assert.is(await seals.read(seal.machine), undefined)
    assert.is((await containers.find(place.holder))?.id, id)
  })

  check('an image without nft, or none, is refused with what is missing', async (place) => {
    const { seals, seal } = place
    await refuses('ImageNotFound', () => seals.hold({ ...seal, image: 'bottled-test-missing:none' }))
    const error = await refuses('Failed', () => seals.hold({ ...seal, image: place.imageWithoutNft }))
    assert.match(error.message, /no nft/)
    assert.match(error.hint ?? '', /bottled bundle build/)
    assert.is(await seals.read(seal.machine), undefined)
  })

  check('an address that is taken, or is none, is refused', async (place) => {
    const { seals, seal, containers } = place
    await refuses('InvalidRequest', () => seals.hold({ ...seal, bundleIp: '10.0.0.2; accept' }))
    const stranger = await place.container(place.network, {
      name: `${place.tag}-stranger`,
      ip: seal.ip,
      command: ASLEEP,
    })
    await containers.start(stranger)
    await refuses('AddressTaken', () => seals.hold(seal))
    await containers.remove(stranger)
    assert.equal((await seals.hold(seal)).allowedCidrs, [`${seal.bundleIp}/32`])
  })

  check('an aborted signal ends every call as Aborted', async ({ seals, seal }) => {
    const signal = AbortSignal.abort()
    await refuses('Aborted', () => seals.hold(seal, signal))
    await refuses('Aborted', () => seals.read(seal.machine, signal))
    await refuses('Aborted', () => seals.list('o', signal))
    await refuses('Aborted', () => seals.stop(seal.machine, signal))
    await refuses('Aborted', () => seals.remove(seal.machine, signal))
  })

  test.run()
}

/** Whatever the image has. */
const ASLEEP = ['node', '-e', 'setInterval(()=>{},2**30)']

interface Place extends SealWorld, Omit<Bench, 'network'> {
  readonly seal: SealRequest
  /** Names. */
  readonly holder: string
  readonly agent: string
  readonly network: Awaited<ReturnType<Bench['network']>>
}

const placeIn = async (world: SealWorld, bench: Bench): Promise<Place> => {
  const network = await bench.network()
  const seal: SealRequest = {
    machine: bench.tag,
    labels: {
      'dev.bottled.test': bench.tag,
      'dev.bottled.owner': randomBytes(4).toString('hex'),
      'dev.bottled.uid': bench.tag,
    },
    networkId: network.id,
    ip: network.at.at(3),
    bundleIp: network.at.ip,
    ports: [9418, 8888],
    image: bench.image,
  }
  return { ...world, ...bench, seal, network, holder: `${bench.tag}-seal`, agent: bench.tag }
}
