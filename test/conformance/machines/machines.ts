import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { MachineMounts } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { bootPromises } from './boots.ts'
import { harmPromises } from './harm.ts'
import { refusalPromises } from './refusals.ts'
import type { Check, HarmCheck, MachinesWorld } from './bench.ts'
import { NO_CHANGE, playOn, refuses } from './bench.ts'

/**
 * Promises of the port Machines, tested through the port alone: on smolvm, its stand-in and the driver in memory.
 * Titles with `boots` need guests that boot; the rest runs without.
 */
export const machinesConformance = (options: {
  readonly name: string
  /** Whether guests boot here; `only`: tests without guests are omitted, as the same executable runs them elsewhere. */
  readonly boots: boolean | 'only'
  /** The world can cause faults on demand. */
  readonly harms?: boolean
  /** The files named in a request are opened. */
  readonly readsFiles?: boolean
  /** How many guests can boot at once. */
  readonly atOnce?: number
  readonly make: () => Promise<MachinesWorld>
  readonly deadlineMs?: number
}): void => {
  const { name, boots, harms = false, readsFiles = true, atOnce = 4, make, deadlineMs = 20_000 } = options
  const test = suite(`machines: ${name}`)
  const check: Check = (title, body) =>
    test(
      title,
      async () => {
        const accident = await playOn(make, body)
        if (accident === undefined) return
        console.log(`\nRETRIED  ${title}: ${accident}`)
        const second = await playOn(make, body)
        if (second !== undefined) throw new Error(second)
      },
      { deadlineMs },
    )
  const harmed: HarmCheck = (title, body) =>
    check(title, async (bench) => {
      if (bench.harm === undefined) throw new Error('this world cannot cause faults on demand')
      await body(bench, bench.harm)
    })
  if (boots !== 'only') {
    recordPromises(check)
    refusalPromises(check, readsFiles)
  }
  if (boots !== false) bootPromises(check)
  else bootPromises((title) => test.skip(title, 'guests cannot boot here'))
  if (harms) harmPromises(harmed, atOnce)
  else harmPromises((title) => test.skip(title, 'this world has no faults on demand'), atOnce)
  test.run()
}

const recordPromises = (check: Check): void => {
  check('a machine that was never created is not found', async ({ machines, tag }) => {
    assert.is(await machines.find(tag), undefined)
    assert.not((await machines.list()).some(({ name }) => name.startsWith(tag)))
  })

  check(
    'what changes a machine moves the mark, what only looks does not; where nothing can be told there is none',
    async (bench) => {
      const { machines } = bench
      const name = await bench.create()
      const first = await machines.mark()
      await machines.list()
      await machines.find(name)
      assert.is(await machines.mark(), first)
      await machines.change(name, { ...NO_CHANGE, setEnv: { A: '2' } })
      const second = await machines.mark()
      await machines.remove(name)
      const marks = [first, second, await machines.mark()]
      assert.is(new Set(marks).size, first === undefined ? 1 : 3, marks.join(', '))
    },
  )

  check('a new machine is listed and found with its labels, sizes and policy', async (bench) => {
    const storageGiB = bench.traits.sizesDisks ? 30 : undefined
    const name = await bench.create({ storageGiB })
    const listed = (await bench.machines.list()).find((machine) => machine.name === name)
    for (const machine of [listed, await bench.machines.find(name)]) {
      assert.equal(machine, {
        name,
        labels: { 'dev.bottled.owner': bench.tag, 'dev.bottled.hash': 'sha256:0=1' },
        state: 'created',
        pid: undefined,
        cpus: 1,
        memoryMiB: 256,
        storageGiB,
        lastExit: undefined,
        network: true,
        allowedCidrs: ['192.168.77.2/32'],
        allowedHosts: [],
        dns: '192.168.77.2',
        dnsOptions: [],
        ports: 0,
        mounts: 0,
        createdAt: machine?.createdAt,
        others: bench.traits.others,
        ...bench.traits.says,
      })
      assert.type(machine?.createdAt, 'number')
    }
  })

  check('the version is three numbers', async ({ machines }) => {
    assert.match(await machines.version(), /^\d+\.\d+\.\d+$/)
  })

  check('what others open of a seal is reported, and taken back, the allow list first of all', async (bench) => {
    // What a container's rules let out is tried in test/drivers/container.
    const mounts = bench.traits.opens ? [undefined, { source: bench.folder, target: '/workspace' }] : []
    for (const mount of mounts) {
      const name = await bench.create({ name: `${bench.tag}${mount === undefined ? '' : '-m'}`, mount })
      const before = await bench.found(name)
      await bench.open(name)
      const opened = await bench.found(name)
      assert.equal([opened.allowedHosts, opened.dnsOptions], [['example.com'], ['use-vc']])
      assert.equal(opened.allowedCidrs, ['192.168.77.2/32', '10.0.0.0/8'])
      assert.equal([opened.ports, opened.mounts], [2, before.mounts + 1])
      assert.equal(opened.others, {
        ...bench.traits.others,
        gpu: 'true',
        block_io: '"async"',
        disk_durability: '"deferred"',
      })
      await bench.machines.reseal(name, { bundleIp: '192.168.77.2', mount, others: before.others })
      assert.equal(await bench.found(name), before)
      await bench.machines.reseal(name, { bundleIp: '192.168.77.2', mount, others: before.others })
      assert.equal(await bench.found(name), before)
    }
    await refuses('NotFound', () =>
      bench.machines.reseal(`${bench.tag}-x`, { bundleIp: '192.168.77.2', mount: undefined, others: {} }),
    )
  })

  check(
    'the folder that a guest trusts by is a mount like another, given and taken back while it is stopped',
    async (bench) => {
      const guestFolder = bench.folder
      for (const mount of [undefined, { source: bench.folder, target: '/workspace' }]) {
        const name = await bench.create({ name: `${bench.tag}${mount === undefined ? '' : '-m'}`, mount })
        const before = await bench.found(name)
        const change = async (mounts: MachineMounts): Promise<number> => {
          await bench.machines.change(name, { ...NO_CHANGE, mounts })
          return (await bench.found(name)).mounts - before.mounts
        }
        assert.is(await change({ mount }), 0)
        assert.is(await change({ mount, guestFolder }), 1)
        assert.is(await change({ mount, guestFolder }), 1)
        await bench.machines.change(name, { ...NO_CHANGE, setEnv: { B: '2' } })
        assert.is((await bench.found(name)).mounts - before.mounts, 1)
        await bench.machines.reseal(name, { bundleIp: '192.168.77.2', mount, guestFolder, others: before.others })
        assert.is((await bench.found(name)).mounts - before.mounts, 1)
        assert.is(await change({ mount }), 0)
        assert.equal(await bench.found(name), before)
      }
      const made = await bench.create({ name: `${bench.tag}-g`, guestFolder })
      assert.is((await bench.found(made)).mounts, 1)
    },
  )

  check('sizes not requested are the defaults', async (bench) => {
    const { cpus, memoryMiB, storageGiB } = await bench.found(
      await bench.create({ cpus: undefined, memoryMiB: undefined }),
    )
    assert.equal({ cpus, memoryMiB, storageGiB }, { ...bench.traits.defaults, storageGiB: undefined })
  })

  check('find returns nothing for a name that is only a prefix of another', async (bench) => {
    const name = await bench.create()
    assert.is(await bench.machines.find(name.slice(0, -1)), undefined)
    assert.is(await bench.machines.find(`${name}x`), undefined)
  })

  check('a name in use is NameTaken, and the first machine stays unchanged', async (bench) => {
    const name = await bench.create()
    const before = await bench.found(name)
    await refuses('NameTaken', () => bench.create({ labels: { other: '1' }, cpus: 2 }))
    assert.equal(await bench.found(name), before)
  })

  check('machines requested at once under one name end as one', async (bench) => {
    const results = await Promise.allSettled([1, 2, 3].map((cpus) => bench.create({ cpus })))
    assert.is(results.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.is((await bench.machines.list()).filter(({ name }) => name === bench.tag).length, 1)
  })

  check('machines created and removed at once under different names do not disturb each other', async (bench) => {
    const names = [0, 1, 2, 3, 4].map((index) => `${bench.tag}-${index}`)
    await Promise.all(names.map((name) => bench.create({ name })))
    const ours = async (): Promise<readonly string[]> =>
      (await bench.machines.list()).map(({ name }) => name).filter((name) => name.startsWith(bench.tag))
    assert.equal((await ours()).toSorted(), names)
    await Promise.all(names.slice(1).map((name) => bench.machines.remove(name)))
    assert.equal(await ours(), names.slice(0, 1))
  })

  check('a missing source or mount is SourceUnavailable, and nothing is created', async (bench) => {
    const path = join(bench.folder, 'missing.tar')
    await refuses('SourceUnavailable', () => bench.create({ source: { kind: 'archive', path } }))
    // A container is made from no pack at all.
    const packs = bench.traits.sizesDisks ? 'SourceUnavailable' : 'InvalidRequest'
    await refuses(packs, () => bench.create({ source: { kind: 'artifact', path } }))
    await refuses('SourceUnavailable', () => bench.create({ mount: { source: path, target: '/workspace' } }))
    assert.is(await bench.machines.find(bench.tag), undefined)
  })

  check('an existing mount is accepted', async (bench) => {
    const name = await bench.create({ mount: { source: bench.folder, target: '/workspace' } })
    assert.is((await bench.found(name)).state, 'created')
  })

  check('a call cancelled before it starts is Aborted, and nothing is created', async (bench) => {
    const signal = AbortSignal.abort()
    const asked = await bench.request()
    await refuses('Aborted', () => bench.machines.list(signal))
    await refuses('Aborted', () => bench.machines.create(asked, signal))
    assert.is(await bench.machines.find(bench.tag), undefined)
  })

  check('stopping and removing a missing machine is harmless', async ({ machines, tag }) => {
    await machines.stop(tag)
    await machines.remove(tag)
  })

  check('starting and changing a missing machine is NotFound', async ({ machines, tag }) => {
    await refuses('NotFound', () => machines.start(tag))
    await refuses('NotFound', () => machines.change(tag, { ...NO_CHANGE, cpus: 2 }))
  })

  check('stopping a machine that never ran leaves it created', async (bench) => {
    const name = await bench.create()
    await bench.machines.stop(name)
    await bench.machines.stop(name)
    assert.is((await bench.found(name)).state, 'created')
  })

  check('a machine can be removed twice, and its name is free again', async (bench) => {
    const name = await bench.create()
    await bench.machines.remove(name)
    await bench.machines.remove(name)
    assert.is(await bench.machines.find(name), undefined)
    await bench.create({ labels: { second: 'yes' } })
    assert.equal((await bench.found(name)).labels, { second: 'yes' })
  })

  check('a change of sizes and env is accepted, and so is an empty change', async (bench) => {
    const name = await bench.create()
    await bench.machines.change(name, {
      ...NO_CHANGE,
      setEnv: { A: '2', B: 'x y' },
      removeEnv: ['ABSENT'],
      cpus: 2,
      memoryMiB: 512,
    })
    const before = await bench.found(name)
    assert.equal([before.cpus, before.memoryMiB], [2, 512])
    await bench.machines.change(name, NO_CHANGE)
    assert.equal(await bench.found(name), before)
  })

  check('a disk that never ran cannot grow or shrink, and keeps its size', async (bench) => {
    if (!bench.traits.sizesDisks) {
      const sizeless = await bench.create()
      await refuses('InvalidRequest', () => bench.machines.change(sizeless, { ...NO_CHANGE, storageGiB: 40 }))
      await refuses('InvalidRequest', () => bench.create({ name: `${bench.tag}-s`, storageGiB: 40 }))
      return
    }
    const name = await bench.create({ storageGiB: 30 })
    await refuses('InvalidRequest', () => bench.machines.change(name, { ...NO_CHANGE, storageGiB: 40 }))
    await refuses('InvalidRequest', () => bench.machines.change(name, { ...NO_CHANGE, storageGiB: 25 }))
    await bench.machines.change(name, { ...NO_CHANGE, storageGiB: 30 })
    assert.is((await bench.found(name)).storageGiB, 30)
  })

  check('copying into a machine that is not running is refused', async (bench) => {
    const name = await bench.create()
    await refuses('Busy', () => bench.machines.hasCopy(name, '/workspace'))
    await refuses('Busy', () => bench.machines.copyIn(name, bench.folder, '/workspace'))
  })
}
