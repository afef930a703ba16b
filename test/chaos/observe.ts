import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { OWNER } from '../../reconcilers/derive/names.ts'
import { containersNamed, inspectContainer, inspectNetwork, networksNamed } from '../e2e/engine.ts'
import type { Rig } from '../e2e/rig.ts'
import type { RestingWorld } from '../simulation/oracles/rest.ts'
import { OWNER_ID, STATE } from '../simulation/world.ts'

/**
 * The real world in the shape that the simulation's oracles check, and more.
 *
 * Guarantees: read from Docker, /proc and files, never through the code under test. Assumptions: all is at rest.
 */
export interface Observed extends Omit<RestingWorld, 'guard'> {
  readonly containers: readonly string[]
  readonly networks: readonly string[]
  /** The image of each bundle, by container name. */
  readonly images: ReadonlyMap<string, string>
  /** All files below the root, without the state. */
  readonly stateFiles: readonly string[]
}

export const observe = async (rig: Rig, strange: readonly string[]): Promise<Observed> => {
  const owner = ownerOf(rig)
  const ours = (labels: Readonly<Record<string, string>> | undefined): Record<string, string> => {
    const { [OWNER]: id, ...rest } = labels ?? {}
    return id === undefined ? rest : { ...rest, [OWNER]: id === owner ? OWNER_ID : id }
  }
  const known = (names: readonly string[]): readonly string[] => names.filter((name) => !strange.includes(name))
  const [containers, networks] = [known(await containersNamed(rig.word)), known(await networksNamed(rig.word))]
  const images = new Map<string, string>()

  const networkState: Record<string, RestingWorld['state']['networks'][string]> = {}
  for (const name of networks) {
    const found = await inspectNetwork(name)
    if (found === undefined) continue
    const subnets = (found.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet]))
    networkState[found.Id] = { id: found.Id, name, labels: ours(found.Labels), subnets }
  }
  const containerState: Record<string, RestingWorld['state']['containers'][string]> = {}
  for (const name of containers) {
    const found = await inspectContainer(name)
    if (found === undefined) continue
    const [endpoint] = Object.values(found.NetworkSettings.Networks)
    images.set(name, found.Config.Image)
    containerState[name] = {
      name,
      labels: ours(found.Config.Labels),
      state: found.State.Status as 'running',
      networkId: endpoint?.NetworkID ?? '',
      ip: endpoint?.IPAddress ?? '',
    }
  }
  const files = new Map<string, { readonly text: string }>()
  const disk = new Map<string, string>()
  const stateFiles: string[] = []
  for (const path of filesBelow(rig.root)) {
    const inState = relative(rig.state, path)
    if (inState.startsWith('..')) files.set(relative(rig.root, path), { text: readFileSync(path, 'utf8') })
    else {
      stateFiles.push(inState)
      disk.set(`${STATE}/${inState}`, readFileSync(path, 'utf8'))
    }
  }
  return {
    folder: { files, asides: new Map(), read: (path) => files.get(path)?.text },
    disk: { files: disk },
    state: { networks: networkState, containers: containerState, machines: machinesOf(rig, ours), secrets: {} },
    containers,
    networks,
    images,
    stateFiles,
  }
}

const ownerOf = (rig: Rig): string =>
  existsSync(join(rig.state, 'owner'))
    ? (JSON.parse(readFileSync(join(rig.state, 'owner'), 'utf8')) as { readonly id: string }).id
    : 'none'

const machinesOf = (
  rig: Rig,
  ours: (labels: Readonly<Record<string, string>>) => Record<string, string>,
): RestingWorld['state']['machines'] => {
  const alive = new Set(rig.vmProcesses())
  return Object.fromEntries(
    Object.entries(rig.machines()).map(([name, row]) => {
      const runs = row.state === 'running' && row.pid !== null && alive.has(row.pid)
      return [
        name,
        {
          name,
          labels: ours(row.labels),
          state: row.state !== 'running' ? (row.state as 'stopped') : runs ? 'running' : 'stopped',
          ...(runs ? { pid: row.pid } : {}),
          allowedCidrs: [...(row.allowed_cidrs ?? [])],
          ...(row.dns === undefined ? {} : { dns: row.dns }),
          env: Object.fromEntries(row.env),
        },
      ]
    }),
  )
}

/** Dot-files as well. */
export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
    : []
