import type { Archives, Authorities, Host, Port, Probes, ProbeResult, Secrets, SecretSource } from '../ports.ts'
import { type Call, type Context, refuse, throwIfAborted } from './context.ts'
import type { Indexes } from './index-by.ts'
import { addressIn } from './networks.ts'
import { holdsAddress, type SimulatedContainer } from './world.ts'

/** The host's side of the simulated world: what answers on a bundle's ports, routes, kept copies, secrets. */
export const createSimulatedProbes = (context: Context, indexes: Indexes): Probes => ({
  ask: async ({ ip, port }, signal) => {
    const operation = `ask port ${port} of ${ip}`
    throwIfAborted(operation, signal)
    await context.wait({ port: 'probes', verb: 'ask', target: ip, operation }, 'ask', signal)
    const { world } = context
    if (!world.routable) return { ok: false, kind: 'Unroutable', message: 'no route to host' }
    return answerOf(context, indexes.containersByIp.get(ip), port)
  },
  askInside: async ({ container, ports }, signal) => {
    const operation = `ask the ports of ${container.slice(0, 12)} from inside`
    throwIfAborted(operation, signal)
    await context.wait({ port: 'probes', verb: 'askInside', target: container, operation }, 'ask', signal)
    const found = indexes.containersById.get(container)
    const isMute = found.some(({ image }) => context.world.mute.includes(image))
    return ports.map((port) =>
      isMute ? { ok: false, kind: 'Unroutable', message: 'no such program' } : answerOf(context, found, port),
    )
  },
})

const answerOf = ({ world, now }: Context, holders: readonly SimulatedContainer[], port: Port): ProbeResult => {
  const bundle = holders.find((each) => holdsAddress(each) && world.networks[each.networkId] !== undefined)
  if (bundle === undefined || bundle.state !== 'running')
    return { ok: false, kind: 'Silent', message: 'no answer in time' }
  const isReached = world.networks[bundle.networkId]?.haunted !== true
  // What is open stays so, whatever becomes of the clock.
  if (bundle.readyAt <= now()) bundle.readyAt = 0
  const declared = port === 'proxy' || bundle.env[port === 'git' ? 'BOTTLE_GIT' : 'BOTTLE_SUPERVISE'] === '1'
  return isReached && declared && !bundle.closed.includes(port) && bundle.readyAt === 0
    ? { ok: true }
    : { ok: false, kind: 'Refused', message: 'connection refused' }
}

const OWN_ADDRESS = '10.0.2.15'

const bridgeOf = (id: string): string => `br-${id.slice(0, 12)}`

export const createSimulatedHost = (context: Context, indexes: Indexes): Host => {
  const { world } = context

  /** As the kernel chooses: the tables of VPNs first, then the bridges, then all else. */
  const wayTo = (ip: string): { readonly source: string; readonly device: string } => {
    const before = world.routes.find(({ cidr, first }) => first === true && addressIn(ip, cidr))
    if (before !== undefined) return { source: OWN_ADDRESS, device: before.device }
    const [bridge] = world.routable ? indexes.networksByGateway.get(ip.replace(/\.\d+$/, '.1')) : []
    if (bridge?.gateway !== undefined) return { source: bridge.gateway, device: bridgeOf(bridge.id) }
    return { source: OWN_ADDRESS, device: 'eth0' }
  }

  return {
    source: async (ip) => wayTo(ip).source,
    device: async (ip) => wayTo(ip).device,
    routes: async (signal) => {
      throwIfAborted('read the route table', signal)
      const bridges = world.routable
        ? Object.values(world.networks).flatMap(({ id, driver, subnets }) =>
            driver === 'bridge' ? subnets.map((cidr) => ({ cidr, device: bridgeOf(id) })) : [],
          )
        : []
      return [...world.routes, ...bridges]
    },
    mtu: async (signal) => {
      throwIfAborted('read the MTU', signal)
      return world.mtu
    },
  }
}

export const createSimulatedArchives = (context: Context): Archives => {
  const { world } = context
  const keep = (call: Call, content: string, signal: AbortSignal | undefined): Promise<string> =>
    context.change(call, signal, () => {
      const path = `/simulated/archives/${checksum(content)}`
      if (!world.archives.includes(path)) world.archives.push(path)
      return path
    })
  return {
    keepFile: async (path, signal) => {
      const operation = `keep a copy of ${path}`
      if ((await context.realpath(path)) === undefined)
        throw refuse('SourceUnavailable', operation, `${path} does not exist`)
      return await keep(
        { port: 'archives', verb: 'keepFile', target: path, operation },
        `file ${path} ${world.rebuilt[path] ?? 0}`,
        signal,
      )
    },
    keepImage: async (reference, signal) => {
      const operation = `keep a copy of image ${reference}`
      if (!world.images.includes(reference)) throw refuse('ImageNotFound', operation, `No such image: ${reference}`)
      return await keep(
        { port: 'archives', verb: 'keepImage', target: reference, operation },
        `image ${reference}`,
        signal,
      )
    },
  }
}

/** 64-bit FNV-1a: names need to differ, nothing hangs on it. */
const checksum = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

/** Keeps a number for each, and no key. */
export const createSimulatedAuthorities = (context: Context): Authorities => {
  const { world } = context
  const call = (verb: string, identity: string): Call => ({
    port: 'authorities',
    verb,
    target: identity,
    operation: `${verb} the authority of ${identity}`,
  })
  return {
    ensure: async (identity, signal) => {
      throwIfAborted(call('ensure', identity).operation, signal)
      if (world.authorities[identity] === undefined)
        await context.change(call('ensure', identity), signal, () => {
          world.authorities[identity] ??= context.nextSerial()
        })
      const serial = world.authorities[identity] ?? 0
      return { cert: `simulated certificate ${serial}`, key: `simulated key ${serial}` }
    },
    guestFolder: (identity) => `/simulated/guests/${identity}`,
    remove: async (identity) => {
      if (world.authorities[identity] === undefined) return
      await context.change(call('remove', identity), undefined, () => {
        delete world.authorities[identity]
      })
    },
  }
}

/** Knows which keys have files, never a value. */
export const createSimulatedSecrets = (context: Context): Secrets => {
  const { world } = context
  const call = (verb: string, identity: string) => ({
    port: 'secrets',
    verb,
    target: identity,
    operation: `${verb} the secrets of ${identity}`,
  })

  const firstMissing = (sources: Readonly<Record<string, SecretSource>>): string | undefined => {
    for (const [key, source] of Object.entries(sources)) {
      const from = 'fromEnv' in source ? source.fromEnv : source.fromFile
      if (world.missing.includes(from))
        return `${key}: ${'fromEnv' in source ? `the environment variable ${from} is not set where bottled runs; set ${from} for bottled and restart it` : `${from} can't be read; make ${from} readable for the user that runs bottled`}`
    }
    return undefined
  }

  /** In place of a value: another one once the file was written again. */
  const textOf = (source: SecretSource): string =>
    'fromEnv' in source ? `env ${source.fromEnv}` : `file ${source.fromFile} ${world.rebuilt[source.fromFile] ?? 0}`

  return {
    missing: async (sources) => firstMissing(sources),
    path: (identity, key) => `/simulated/secrets/${identity}/${key}`,
    write: async (identity, sources) => {
      const missing = firstMissing(sources)
      if (missing !== undefined) throw refuse('SecretUnavailable', `write the secrets of ${identity}`, missing)
      await context.change(call('write', identity), undefined, () => {
        world.secrets[identity] = Object.keys(sources).sort()
      })
    },
    has: async (identity) => world.secrets[identity] !== undefined,
    remove: async (identity) => {
      if (world.secrets[identity] === undefined) return
      await context.change(call('remove', identity), undefined, () => {
        delete world.secrets[identity]
      })
    },
    read: async (sources) => {
      const missing = firstMissing(sources)
      if (missing !== undefined) throw refuse('SecretUnavailable', 'read secrets', missing)
      const values = Object.fromEntries(Object.entries(sources).map(([key, source]) => [key, textOf(source)]))
      return { values, digest: checksum(JSON.stringify(values)) }
    },
    stamp: async (sources) => JSON.stringify([firstMissing(sources), Object.values(sources).map(textOf)]),
  }
}
