import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import {
  createNetwork,
  freeSubnet,
  inspectContainer,
  inspectNetwork,
  occupy,
  removeContainer,
  removeNetwork,
  subnetsInUse,
  tagImage,
  untagImage,
} from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

/** The controller restores its bundle as soon as it can: whoever is first gets the address. */
const steal = async (
  network: string,
  stranger: { readonly ip: string; readonly name: string; readonly image: string },
): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      await occupy(network, { ...stranger, from: `${network}-bundle` })
      return
    } catch (error) {
      await removeContainer(stranger.name)
      if (tries === 10) throw error
    }
  }
}

const test = scenarios('e2e conflicts')

const condition = (rig: Rig, short: string, type: string) =>
  rig.status(short)?.conditions?.find((each) => each.type === type)

test("a stranger's network of the same name is never touched; when it is removed, the bottle comes up", async (rig) => {
  const name = `bottle-${rig.slug('a')}`
  const id = await createNetwork(name, await freeSubnet())
  rig.write('a.yaml', rig.bottle('a'))
  const once = await rig.once()
  assert.is(once.code, 3)
  assert.match(once.stdout, new RegExp(`NameConflict: network ${name} .*never touched`))
  assert.is(rig.status('a')?.phase, 'Stalled')
  assert.is((await inspectNetwork(name))?.Id, id)
  assert.is(await inspectContainer(`${name}-bundle`), undefined)
  assert.equal(rig.calls(), [])
  rig.start()
  await rig.until('it looked', () => rig.lockPid() !== undefined)
  await removeNetwork(id)
  await rig.ready('a')
})

test("if a stranger's network has the derived subnet, the next candidate is used", async (rig) => {
  const octets = Array.from({ length: 253 }, (_, index) => index + 2).filter((octet) => octet !== 17)
  const at = (short: string, step: number): string => {
    const first = createHash('sha256').update(rig.slug(short)).digest().readUInt32BE(0) % octets.length
    return `192.168.${octets[(first + step) % octets.length]}.0/24`
  }
  const used = new Set(await subnetsInUse())
  const short = ['a', 'b', 'c', 'd', 'e', 'f'].find((each) => !used.has(at(each, 0)) && !used.has(at(each, 1))) ?? 'a'
  const id = await createNetwork(`stranger-${rig.slug(short)}`, at(short, 0))
  rig.write(`${short}.yaml`, rig.bottle(short))
  const once = await rig.once()
  assert.is(once.code, 0, once.stdout)
  assert.is(rig.status(short)?.network?.subnet, at(short, 1))
  assert.ok(await inspectNetwork(id))
})

test('a pinned subnet held by a stranger stalls the bottle and names the holder; free again, it is used', async (rig) => {
  const subnet = await freeSubnet()
  const stranger = `stranger-${rig.slug('a')}`
  await createNetwork(stranger, subnet)
  rig.write('a.yaml', rig.bottle('a', `network: {subnet: ${subnet}}`))
  // A pin lies within the pools, else the policy forbids it.
  const pool = ['--subnet-pool', '10.0.0.0/8']
  const once = await rig.once(...pool)
  assert.is(once.code, 3)
  assert.match(once.stdout, new RegExp(`SubnetTaken: .*${stranger}`))
  assert.is(rig.status('a')?.phase, 'Stalled')
  assert.is(condition(rig, 'a', 'Stalled')?.reason, 'SubnetTaken')
  assert.is(condition(rig, 'a', 'NetworkReady')?.reason, 'SubnetTaken')
  assert.is(await inspectNetwork(`bottle-${rig.slug('a')}`), undefined)
  await removeNetwork(stranger)
  const again = await rig.once(...pool)
  assert.is(again.code, 0, again.stdout)
  assert.is(rig.status('a')?.network?.subnet, subnet)
})

test('a missing image is reported and waited for; when it is present, the bottle comes up', async (rig) => {
  const repo = `bottled-test-${rig.slug('later')}`
  rig.write('a.yaml', rig.bottle('a', `bundle: {image: "${repo}:1", pullPolicy: Never}`))
  rig.start('--resync', '2s')
  await rig.until('it says what is missing', () => condition(rig, 'a', 'BundleReady')?.reason === 'ImageNotFound')
  assert.match(condition(rig, 'a', 'BundleReady')?.message ?? '', new RegExp(`${repo}:1`))
  assert.equal(rig.calls(), [], 'no VM without its bundle')
  await tagImage(rig.image, repo, '1')
  try {
    // It retries after 15 s, or at the resync.
    await rig.until('it is Ready', () => rig.status('a')?.phase === 'Ready', 25_000)
  } finally {
    await untagImage(`${repo}:1`)
  }
})

test('--once does not wait for an image that only a person can bring, and names the command', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  const image = `bottled/bundle:${rig.slug('none')}`
  const { code, stdout } = await rig.once('--bundle-image', image, '--timeout', '10m')
  assert.is(code, 3)
  assert.match(stdout, `ImageNotFound: ${image} is not present; bottled bundle build makes it`)
  assert.not.match(stdout, 'not settled')
  assert.equal(rig.calls(), [], 'no VM without its bundle')
})

test('a stranger that takes the address of the bundle stops the VM; after it leaves, the bottle is Ready again', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  const { bundle, network } = await rig.ready('a')
  const name = `bottle-${rig.slug('a')}`
  const stranger = `stranger-${rig.slug('a')}`
  await steal(name, { ip: String(bundle?.ip), name: stranger, image: rig.image })
  await rig.until('the VM is down', () => rig.vmProcesses().length === 0)
  const status = await rig.until('it says why', () =>
    condition(rig, 'a', 'NetworkReady')?.reason === 'AddressTaken' ? rig.status('a') : undefined,
  )
  assert.is(status.phase, 'Stalled')
  await removeContainer(stranger)
  const after = await rig.ready('a')
  assert.equal(after.network, network)
})

test.run()
