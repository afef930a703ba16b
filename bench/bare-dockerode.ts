import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import Dockerode from 'dockerode'
import { containerBody } from '../drivers/docker/container-shapes.ts'
import { networkBody } from '../drivers/docker/network-shapes.ts'

/** The same world by the shortest script: only the calls that bottled makes for a bottle. */
const run = promisify(execFile)

export const bareBringUp = async (options: {
  readonly names: readonly string[]
  readonly image: string
  readonly workers: number
  /** For each bottle. */
  readonly calls: readonly (readonly (readonly string[])[])[]
  readonly smolvm: string
  readonly home: string
}): Promise<{ readonly tookMs: number; readonly requests: number }> => {
  const { names, image, workers, calls, smolvm, home } = options
  const docker = new Dockerode()
  mkdirSync(home)
  const env = { ...process.env, HOME: home }
  const taken = new Set(
    (await docker.listNetworks()).flatMap(({ IPAM }) => (IPAM?.Config ?? []).map((config) => config.Subnet)),
  )
  const free = Array.from({ length: 240 }, (_, index) => `192.168.${index + 10}`).filter(
    (prefix) => !taken.has(`${prefix}.0/24`),
  )
  let requests = 0
  const counted = <T>(work: Promise<T>): Promise<T> => {
    requests += 1
    return work
  }

  const one = async (index: number): Promise<void> => {
    const [name, prefix] = [`bottle-${names[index]}`, free[index] ?? '']
    const asked = { name, subnet: `${prefix}.0/24`, gateway: `${prefix}.1`, ipRange: `${prefix}.128/25` }
    const find = (): Promise<unknown> => counted(docker.listNetworks({ filters: { name: [`^${name}$`] } }))
    const carrying = (): Promise<unknown> =>
      counted(docker.listContainers({ all: true, filters: { label: [`dev.bottled.name=${name}`] } }))
    await find()
    await counted(docker.getContainer(`${name}-bundle`).inspect()).catch(() => undefined)
    const network = await counted(docker.createNetwork(networkBody({ ...asked, mtu: undefined, labels: {} }) as never))
    await find()
    await counted(network.inspect())
    await counted(docker.getContainer(`${name}-bundle`).inspect()).catch(() => undefined)
    await carrying()
    await counted(docker.getImage(image).inspect())
    const request = {
      name: `${name}-bundle`,
      image,
      labels: {},
      networkId: network.id,
      ip: `${prefix}.2`,
      env: { BOTTLE_NAME: names[index] ?? '', BOTTLE_GIT: '1' },
      command: undefined,
      user: undefined,
      mounts: [],
      tmpfs: [],
      readOnlyRoot: true,
      memoryMiB: 256,
      cpus: undefined,
      pids: 128,
    }
    const body = containerBody({ request, user: undefined, runsAs: '65534:65534', kernelHasIPv6: true })
    const container = await counted(docker.createContainer({ name: request.name, ...body }))
    await counted(container.inspect())
    await counted(container.inspect())
    await counted(network.inspect())
    await counted(container.start())
    await counted(container.inspect())
    await carrying()
    for (;;) {
      const answer = await fetch(`http://${prefix}.2:8888/health`).catch(() => undefined)
      if (answer?.ok === true) break
      await sleep(50)
    }
    for (const call of calls[index] ?? []) await run(smolvm, call, { env }).catch(() => undefined)
  }

  const began = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < names.length) await one(next++)
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return { tookMs: performance.now() - began, requests }
}

/** Removes the objects with this word in their names. */
export const clearEngine = async (word: string): Promise<void> => {
  const docker = new Dockerode()
  const containers = await docker.listContainers({ all: true })
  const mine = containers.filter(({ Names }) => Names.some((name) => name.includes(word)))
  await Promise.all(
    mine.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  )
  for (const { Id, Name } of await docker.listNetworks())
    if (Name.includes(word))
      await docker
        .getNetwork(Id)
        .remove()
        .catch(() => undefined)
}
