import * as assert from 'uvu/assert'
import type { Check } from './bench.ts'
import { refuses, without } from './bench.ts'

export const networkPromises = (check: Check): void => {
  check('a network is listed and found with its labels and canonical subnet', async (bench) => {
    const labels = { 'dev.bottled.test': bench.tag, 'dev.bottled.uid': 'u-1' }
    const made = await bench.network({ labels })
    const listed = (await bench.networks.list()).find((network) => network.id === made.id)
    for (const network of [listed, made]) {
      assert.equal(network?.labels, labels)
      assert.equal(network?.subnets, [made.at.subnet])
      assert.is(network?.driver, 'bridge')
      assert.is(network?.name, made.name)
    }
  })

  check('find returns nothing for a name that is only a prefix of another', async (bench) => {
    const made = await bench.network()
    assert.equal(await bench.networks.find(made.name.slice(0, -1)), [])
    assert.equal(await bench.networks.find(`${made.name}x`), [])
  })

  check('a subnet that overlaps another network is AddressTaken, equal, inside or around it', async (bench) => {
    const { at } = await bench.network()
    const around = at.subnet
      .replace(/\.\d+\/24$/, '.0/24')
      .replace(/\.(\d+)\.0\/24$/, (_, octet) => `.${Number(octet) & 254}.0/23`)
    for (const subnet of [at.subnet, at.ipRange, around]) {
      const gateway = subnet === at.ipRange ? at.at(129) : at.gateway
      await refuses('AddressTaken', () =>
        bench.network({ name: `${bench.tag}-other`, subnet, gateway, ipRange: subnet }),
      )
    }
  })

  check('a name in use is NameTaken, and the first network stays the only one', async (bench) => {
    const made = await bench.network()
    const at = bench.subnet()
    await refuses('NameTaken', () =>
      bench.network({ name: made.name, subnet: at.subnet, gateway: at.gateway, ipRange: at.ipRange }),
    )
    assert.equal(
      (await bench.networks.find(made.name)).map((network) => network.id),
      [made.id],
    )
  })

  check('networks requested at once under one name end as one', async (bench) => {
    const name = `${bench.tag}-race`
    const labels = { 'dev.bottled.test': bench.tag }
    await Promise.allSettled([1, 2, 3, 4].map(() => bench.network({ name, labels, ...without(bench.subnet()) })))
    assert.is((await bench.networks.find(name)).length, 1)
  })

  check('removing a network twice is harmless', async (bench) => {
    const { id, name } = await bench.network()
    await bench.networks.remove(id)
    await bench.networks.remove(id)
    assert.equal(await bench.networks.find(name), [])
    assert.not((await bench.networks.list()).some((network) => network.id === id))
  })

  check('a network with a running container is Busy, and stays', async (bench) => {
    const network = await bench.network()
    const id = await bench.container(network)
    await bench.containers.start(id)
    await refuses('Busy', () => bench.networks.remove(network.id))
    assert.is((await bench.networks.find(network.name)).length, 1)
    await bench.containers.stop(id)
    await bench.networks.remove(network.id)
  })

  check('stopped leftovers, whether they ran or not, do not hold a network', async (bench) => {
    const network = await bench.network()
    const ran = await bench.container(network)
    await bench.containers.start(ran)
    await bench.containers.stop(ran)
    await bench.container(network, { name: `${bench.tag}-idle`, ip: network.at.at(9) })
    await bench.networks.remove(network.id)
    assert.equal(await bench.networks.find(network.name), [])
    assert.is((await bench.byId(ran))?.state, 'exited')
  })
}
