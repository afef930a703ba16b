import Dockerode from 'dockerode'

/** The Docker Engine as a person sees it: through its own API, never through the code under test. */
const docker = new Dockerode()

export interface Happened {
  readonly type: string
  readonly action: string
  readonly names: string
}

const quietly = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined
    throw error
  }
}

export const inspectContainer = (name: string): Promise<Dockerode.ContainerInspectInfo | undefined> =>
  quietly(docker.getContainer(name).inspect())

export const inspectNetwork = (name: string): Promise<Dockerode.NetworkInspectInfo | undefined> =>
  quietly(docker.getNetwork(name).inspect())

/** Names of all containers, stopped ones too, whose names contain `part`. */
export const containersNamed = async (part: string): Promise<readonly string[]> => {
  const found = await docker.listContainers({ all: true })
  return found
    .flatMap(({ Names }) => Names.map((name) => name.slice(1)))
    .filter((name) => name.includes(part))
    .sort()
}

export const networksNamed = async (part: string): Promise<readonly string[]> => {
  const found = await docker.listNetworks()
  return found
    .map(({ Name }) => Name)
    .filter((name) => name.includes(part))
    .sort()
}

/** Subnets of all networks. */
export const subnetsInUse = async (): Promise<readonly string[]> => {
  const found = await docker.listNetworks()
  return found.flatMap(({ IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
  )
}

/** A /24 of 10.100.0.0 to 10.199.255.0 that no network has. Files that run in parallel search from different starts. */
export const freeSubnet = async (): Promise<string> => {
  const used = new Set(await subnetsInUse())
  for (let at = process.pid; ; at += 1) {
    const subnet = `10.${100 + (Math.floor(at / 256) % 100)}.${at % 256}.0/24`
    if (!used.has(subnet)) return subnet
  }
}

export const killContainer = (name: string): Promise<unknown> => docker.getContainer(name).kill()

export const removeContainer = (name: string): Promise<unknown> =>
  quietly(docker.getContainer(name).remove({ force: true, v: true }))

export const createContainer = async (name: string, image: string, network?: string): Promise<string> => {
  const host = network === undefined ? { NetworkMode: 'none' } : { NetworkMode: network }
  const made = await docker.createContainer({
    name,
    Image: image,
    HostConfig: host,
    Labels: { 'dev.bottled.test': 'e2e' },
  })
  return made.id
}

export const createNetwork = async (name: string, subnet: string): Promise<string> => {
  const config = { Subnet: subnet }
  const made = await docker.createNetwork({
    Name: name,
    Driver: 'bridge',
    IPAM: { Driver: 'default', Config: [config] },
    Labels: { 'dev.bottled.test': 'e2e' },
  })
  return made.id
}

export const removeNetwork = (name: string): Promise<unknown> => quietly(docker.getNetwork(name).remove())

/** Removes a network with its containers still attached. Retries if a controller attaches something meanwhile. */
export const tearNetwork = async (name: string): Promise<void> => {
  for (let tries = 0; ; tries++) {
    const network = await inspectNetwork(name)
    if (network === undefined) return
    for (const id of Object.keys(network.Containers ?? {})) {
      await docker
        .getNetwork(network.Id)
        .disconnect({ Container: id, Force: true })
        .catch(() => undefined)
    }
    try {
      await docker.getNetwork(network.Id).remove()
      return
    } catch (error) {
      if (tries === 20) throw error
    }
  }
}

export const tagImage = async (image: string, repo: string, tag: string): Promise<unknown> =>
  docker.getImage(image).tag({ repo, tag })

export const untagImage = (reference: string): Promise<unknown> =>
  quietly(docker.getImage(reference).remove({ noprune: true }))

/** The Engine's own time, in seconds. */
export const engineTime = async (): Promise<number> => {
  const { SystemTime } = (await docker.info()) as { readonly SystemTime: string }
  return Date.parse(SystemTime) / 1000
}

/** Events since then of objects whose names contain `part`, without execs. */
export const eventsSince = async (since: number, part: string): Promise<readonly Happened[]> => {
  const until = await engineTime()
  const stream = await docker.getEvents({ since, until })
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { Type: string; Action: string; Actor: { Attributes?: Record<string, string> } })
    .map(({ Type, Action, Actor }) => ({ type: Type, action: Action, names: JSON.stringify(Actor.Attributes ?? {}) }))
    .filter(({ names, action }) => names.includes(part) && !action.startsWith('exec_'))
}

/** Starts a separate container at an address, whoever held it. */
export const occupy = async (
  network: string,
  address: { readonly ip: string; readonly from: string; readonly name: string; readonly image: string },
): Promise<void> => {
  const { ip, from, name, image } = address
  await docker
    .getContainer(from)
    .kill()
    .catch(() => undefined)
  const made = await docker.createContainer({
    name,
    Image: image,
    Labels: { 'dev.bottled.test': 'e2e' },
    HostConfig: { NetworkMode: network },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: ip } } } },
  })
  await made.start()
}

export const createNetworkAnywhere = async (name: string): Promise<string> => createNetwork(name, await freeSubnet())

/** What people and update tools do to a container behind a controller's back. */
export const meddle = {
  connect: (network: string, name: string): Promise<unknown> =>
    docker.getNetwork(network).connect({ Container: name }) as Promise<unknown>,
  /** Without its address. */
  reconnect: async (network: string, name: string): Promise<void> => {
    await docker.getNetwork(network).disconnect({ Container: name, Force: true })
    await docker.getNetwork(network).connect({ Container: name })
  },
  rename: (name: string, to: string): Promise<unknown> => docker.getContainer(name).rename({ name: to }),
  update: (name: string, change: object): Promise<unknown> => docker.getContainer(name).update(change),
  /** Removed, and made anew under its labels with nothing else of what it was. */
  remake: async (
    name: string,
    {
      image,
      labels,
      network,
    }: { readonly image: string; readonly labels: Record<string, string>; readonly network: string },
  ): Promise<void> => {
    await docker.getContainer(name).remove({ force: true })
    const made = await docker.createContainer({
      name,
      Image: image,
      Labels: labels,
      HostConfig: { NetworkMode: network },
    })
    await made.start()
  },
}
