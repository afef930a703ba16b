import type { ContainerFacts } from '../ports.ts'
import type { SimulatedContainer, World } from './world.ts'

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
  /** Its first process takes no notice of TERM. */
  | { readonly do: 'hardenContainer'; readonly name: string }

const KINDS: ReadonlySet<string> = new Set<ContainerBreak['do']>([
  'alterContainer',
  'renameContainer',
  'remakeContainer',
  'moveContainer',
  'joinContainer',
  'hardenContainer',
])

export const isContainerBreak = (change: { readonly do: string }): change is ContainerBreak => KINDS.has(change.do)

export const alterContainer = (world: World, change: ContainerBreak): readonly Echo[] => {
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
    case 'hardenContainer':
      container.stubborn = true
      return []
  }
}

const softened = (world: World, container: SimulatedContainer): SimulatedContainer => {
  world.serial += 1
  const { facts, ...rest } = container
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
