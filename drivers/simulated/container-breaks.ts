import type { ContainerFacts } from '../ports.ts'
import { holdsAddress, type SimulatedContainer, type World } from './world.ts'

/**
 * What an open event stream of Docker brings: a hint, one that names a container whose facts may have changed, or its end:
 * cut off, or closed in good order as Engine 29 does.
 */
export type Echo = 'hint' | 'end' | 'close' | { readonly updated: string }

/** What a person or a tool makes of a container that is there: it goes by other facts than its labels say. Pure but for the world. */
export type ContainerBreak =
  /** `docker update`, and all that only a new container can have. */
  | { readonly do: 'alterContainer'; readonly name: string; readonly facts: Partial<Omit<ContainerFacts, 'env'>> }
  | { readonly do: 'renameContainer'; readonly name: string; readonly to: string }
  /** Stopped and made anew with the same labels, but without its hardening, as update tools do. */
  | { readonly do: 'remakeContainer'; readonly name: string }
  /** Disconnected and connected again without its address. */
  | { readonly do: 'moveContainer'; readonly name: string; readonly ip: string }
  | { readonly do: 'joinContainer'; readonly name: string; readonly networkId: string; readonly ip: string }
  /** A `docker restart`: it runs again at once, and no list shows that. */
  | { readonly do: 'restartContainer'; readonly name: string }
  /** It refuses every policy from now on; undefined: it takes them. */
  | { readonly do: 'refusePolicy'; readonly name: string; readonly reason: string | undefined }
  /** Its first process takes no notice of TERM. */
  | { readonly do: 'hardenContainer'; readonly name: string }

const KINDS: ReadonlySet<string> = new Set<ContainerBreak['do']>([
  'alterContainer',
  'renameContainer',
  'remakeContainer',
  'moveContainer',
  'joinContainer',
  'hardenContainer',
  'restartContainer',
  'refusePolicy',
])

export const isContainerBreak = (change: { readonly do: string }): change is ContainerBreak => KINDS.has(change.do)

export const alterContainer = (world: World, change: ContainerBreak, now: number): readonly Echo[] => {
  const container = world.containers[change.name]
  if (container === undefined) return []
  // A new table: the indexes take note.
  world.containers = { ...world.containers }
  switch (change.do) {
    case 'alterContainer':
      if (container.facts !== undefined) container.facts = { ...container.facts, ...change.facts }
      return [{ updated: container.id }]
    case 'renameContainer':
      if (world.containers[change.to] !== undefined) return []
      delete world.containers[change.name]
      container.name = change.to
      world.containers[change.to] = container
      return ['hint']
    case 'remakeContainer':
      world.containers[change.name] = softened(world, container)
      return ['hint']
    case 'moveContainer':
      container.ip = change.ip
      return ['hint']
    case 'joinContainer':
      container.more = [...(container.more ?? []), { networkId: change.networkId, ip: change.ip }]
      return ['hint']
    case 'restartContainer': {
      const echoes = kill(container, { now, exitCode: 143, oom: false })
      if (echoes.length === 0) return []
      world.serial += 1
      const startedAt = new Date(now).toISOString()
      Object.assign(container, { state: 'running', pid: world.serial, startedAt, exitCode: 0 })
      delete container.finishedAt
      return echoes
    }
    case 'refusePolicy':
      if (change.reason === undefined) delete container.refuses
      else container.refuses = change.reason
      return []
    case 'hardenContainer':
      container.stubborn = true
      return []
  }
}

interface Death {
  readonly now: number
  readonly exitCode: number
  readonly oom: boolean
}

export const kill = (container: SimulatedContainer | undefined, { now, exitCode, oom }: Death): readonly Echo[] => {
  if (container === undefined || !holdsAddress(container)) return []
  container.state = 'exited'
  delete container.policy
  delete container.answers
  container.exitCode = exitCode
  container.oomKilled = oom
  container.finishedAt = new Date(now).toISOString()
  return [{ updated: container.id }]
}

const softened = (world: World, container: SimulatedContainer): SimulatedContainer => {
  world.serial += 1
  const { facts, policy: _, answers: __, ...rest } = container
  return {
    ...rest,
    id: world.serial.toString(16).padStart(64, 'e'),
    ...(facts === undefined
      ? {}
      : {
          facts: {
            ...facts,
            dropsCapabilities: false,
            noNewPrivileges: false,
            readOnlyRoot: false,
            memoryMiB: 0,
            pids: 0,
          },
        }),
  }
}
