import * as assert from 'uvu/assert'
import type { Container } from '../../../drivers/ports.ts'
import type { Check } from './bench.ts'
import { refuses, without } from './bench.ts'

export const containerPromises = (check: Check): void => {
  check('a container is created stopped, with its labels, its network by id and its address', async (bench) => {
    const network = await bench.network()
    const labels = { 'dev.bottled.test': bench.tag, 'dev.bottled.hash': 'h' }
    const id = await bench.container(network, { labels })
    const found = await bench.containers.find(`${bench.tag}-bundle`)
    assert.is(found?.id, id)
    assert.is(found?.state, 'created')
    assert.is(found?.image, bench.image)
    for (const [key, value] of Object.entries(labels)) assert.is(found?.labels[key], value)
    assert.equal(found?.attachments, [{ networkId: network.id, ip: network.at.ip }])
  })

  check('list and find agree in every state', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    const agree = async (state: string): Promise<void> => {
      const listed = (await bench.containers.list()).find((container) => container.id === id)
      const inspected = (await bench.containers.find(`${bench.tag}-bundle`)) as Container
      const { exitCode: _, oomKilled: __, startedAt: ___, finishedAt: ____, facts: _____, pid, ...found } = inspected
      assert.is(found.state, state)
      assert.is(pid !== undefined, state === 'running')
      assert.equal(found, listed)
    }
    await agree('created')
    await bench.containers.start(id)
    await agree('running')
    await bench.containers.stop(id)
    await agree('exited')
    await bench.containers.start(id)
    await agree('running')
  })

  check('what it is shows as what was asked for, whatever its labels say', async (bench) => {
    const network = await bench.network()
    const asked = {
      user: '1000:1000',
      command: ['/bin/busybox', 'sleep', '60'],
      tmpfs: ['/tmp'],
      readOnlyRoot: false,
      cpus: 0.5,
      mounts: [{ source: '/etc', target: '/mnt', readOnly: true }],
    }
    const id = await bench.container(network, asked)
    const facts = async () => (await bench.containers.find(`${bench.tag}-bundle`))?.facts
    const before = await facts()
    assert.is(before?.env['BOTTLE_NAME'], bench.tag)
    const { env: _, ...found } = before ?? { env: {} }
    const { memoryMiB, pids } = bench.request(network)
    assert.equal(found, {
      ...asked,
      dropsCapabilities: true,
      noNewPrivileges: true,
      memoryMiB,
      pids,
      restartPolicy: 'no',
      extras: [],
    })
    await bench.containers.start(id)
    assert.equal(await facts(), before, 'a start changes none of it')
  })

  check('without wishes it is nobody, on a read-only root', async (bench) => {
    const network = await bench.network()
    await bench.container(network)
    const facts = (await bench.containers.find(`${bench.tag}-bundle`))?.facts
    assert.is(facts?.user, '65534:65534')
    assert.is(facts?.readOnlyRoot, true)
    assert.is(facts?.cpus, 0)
    assert.equal([facts?.mounts, facts?.tmpfs, facts?.extras], [[], [], []])
  })

  check('those that carry all of some labels are found, whatever their names and states', async (bench) => {
    const network = await bench.network()
    const labels = { 'dev.bottled.uid': bench.tag, 'dev.bottled.owner': bench.tag }
    const one = await bench.container(network, { name: `${bench.tag}-one`, labels })
    const two = await bench.container(network, { name: `${bench.tag}-two`, labels, ip: network.at.at(3) })
    await bench.container(network, { labels: { ...labels, 'dev.bottled.owner': 'other' } })
    await bench.containers.start(two)
    const found = await bench.containers.carrying(labels)
    assert.equal(found.map(({ id }) => id).toSorted(), [one, two].toSorted())
    const listed = await bench.containers.list()
    for (const each of found)
      assert.equal(
        each,
        listed.find(({ id }) => id === each.id),
      )
    assert.equal(await bench.containers.carrying({ ...labels, more: 'x' }), [])
  })

  check('the begin and the end of the last run are known, and neither before the first', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    const times = async (): Promise<readonly [string | undefined, string | undefined]> => {
      const found = await bench.containers.find(`${bench.tag}-bundle`)
      return [found?.startedAt, found?.finishedAt]
    }
    assert.equal(await times(), [undefined, undefined])
    await bench.containers.start(id)
    const [started, unfinished] = await times()
    assert.match(started ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
    assert.is(unfinished, undefined)
    await bench.containers.stop(id)
    const [, finished] = await times()
    assert.ok((finished ?? '') >= (started ?? 'z'))
  })

  check('a running container is an endpoint of its network, a stopped one is not', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    const endpoints = async (): Promise<unknown> => (await bench.networks.find(network.name))[0]?.endpoints
    assert.equal(await endpoints(), [])
    await bench.containers.start(id)
    assert.equal(await endpoints(), [{ containerId: id, containerName: `${bench.tag}-bundle`, ip: network.at.ip }])
    await bench.containers.stop(id)
    assert.equal(await endpoints(), [])
  })

  check('a container name that exists is NameTaken', async (bench) => {
    const network = await bench.network()
    await bench.container(network)
    await refuses('NameTaken', () => bench.container(network))
  })

  check('a missing image is ImageNotFound, with or without a user, and leaves nothing', async (bench) => {
    const network = await bench.network()
    for (const user of [undefined, '1000:1000']) {
      await refuses('ImageNotFound', () => bench.container(network, { image: 'bottled-test-missing:none', user }))
    }
    assert.is(await bench.containers.find(`${bench.tag}-bundle`), undefined)
  })

  check('start, stop and remove may be repeated', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    await bench.containers.stop(id)
    await bench.containers.start(id)
    await bench.containers.start(id)
    assert.is((await bench.byId(id))?.state, 'running')
    await bench.containers.stop(id)
    await bench.containers.stop(id)
    assert.is((await bench.byId(id))?.state, 'exited')
    await bench.containers.remove(id)
    await bench.containers.remove(id)
    await bench.containers.stop(id)
    assert.is(await bench.byId(id), undefined)
  })

  check('a running container can be removed, by several at once', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    await bench.containers.start(id)
    await Promise.all([1, 2, 3].map(() => bench.containers.remove(id)))
    assert.is(await bench.containers.find(`${bench.tag}-bundle`), undefined)
    assert.equal((await bench.networks.find(network.name))[0]?.endpoints, [])
  })

  check('starting a removed container is NotFound', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    await bench.containers.remove(id)
    await refuses('NotFound', () => bench.containers.start(id))
  })

  check('find returns the container with exactly the name', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    assert.is(await bench.containers.find(`${bench.tag}-bundl`), undefined)
    assert.is(await bench.containers.find(id.slice(0, 12)), undefined)
  })
}

export const addressPromises = (check: Check): void => {
  check('an address in use is AddressTaken at start, and its holder is seen', async (bench) => {
    const network = await bench.network()
    const stranger = await bench.container(network, { name: `${bench.tag}-stranger`, labels: {} })
    await bench.containers.start(stranger)
    const ours = await bench.container(network)
    await refuses('AddressTaken', () => bench.containers.start(ours))
    const holder = (await bench.networks.find(network.name))[0]?.endpoints.find(({ ip }) => ip === network.at.ip)
    assert.is(holder?.containerId, stranger)
    const failed = await bench.containers.find(`${bench.tag}-bundle`)
    assert.is(failed?.state, 'created')
    await bench.containers.remove(stranger)
    await bench.containers.start(ours)
  })

  check('a stopped container reserves nothing', async (bench) => {
    const network = await bench.network()
    const ours = await bench.container(network)
    await bench.containers.start(ours)
    await bench.containers.stop(ours)
    const stranger = await bench.container(network, { name: `${bench.tag}-stranger` })
    await bench.containers.start(stranger)
    await refuses('AddressTaken', () => bench.containers.start(ours))
  })

  check("the gateway's address is AddressTaken at start", async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network, { ip: network.at.gateway })
    await refuses('AddressTaken', () => bench.containers.start(id))
  })

  for (const before of ['that ran', 'never started'] as const) {
    check(`a network recreated under its name does not heal a container ${before}`, async (bench) => {
      const network = await bench.network()
      const id = await bench.container(network)
      if (before === 'that ran') {
        await bench.containers.start(id)
        await bench.containers.stop(id)
      }
      await bench.networks.remove(network.id)
      await refuses('NotFound', () => bench.containers.start(id))
      const again = await bench.network({ name: network.name, ...without(network.at) })
      assert.is.not(again.id, network.id)
      await refuses('NotFound', () => bench.containers.start(id))
      assert.equal((await bench.networks.find(network.name))[0]?.endpoints, [])
    })
  }
}
