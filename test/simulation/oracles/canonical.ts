import { OWNER } from '../../../reconcilers/derive/names.ts'
import type { World } from '../world.ts'

/** The world without values that differ between runs: ids, pids, times and counts of restarts. */
export const canonicalEnd = (world: World): string => {
  const { networks, containers, machines, secrets } = world.state
  const records = [...world.disk.files]
    .filter(([path]) => path.endsWith('/record.json'))
    .map(([path, text]) => ({ path, ...recordOf(text) }))
  const value = {
    networks: sorted(Object.values(networks).map(({ name, subnets, labels }) => ({ name, subnets, labels }))),
    containers: sorted(
      Object.values(containers).map(({ name, image, ip, env, labels, state, networkId, policy }) => ({
        name,
        image,
        ip,
        env,
        labels,
        state,
        on: networks[networkId]?.name,
        policy,
      })),
    ),
    machines: sorted(
      Object.values(machines).map(
        ({ name, labels, state, cpus, memoryMiB, storageGiB, allowedCidrs, dns, env, copies, source }) => ({
          name,
          labels,
          state,
          cpus,
          memoryMiB,
          storageGiB,
          allowedCidrs,
          dns,
          env,
          copies,
          source,
        }),
      ),
    ),
    secrets,
    files: Object.fromEntries(
      [...world.folder.files]
        .map(([path, { text }]): [string, readonly string[]] => [path, text.split('\n')])
        .toSorted(byFirst),
    ),
    asides: [...world.folder.asides.keys()],
    records: records.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
  return JSON.stringify(value, undefined, 1)
    .replaceAll(/0198c0de-0000-7000-8000-\d{12}/g, '<uid>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<id>')
    .replaceAll(/\\"<id>\\"/g, '<id>')
    .replaceAll(/thief-\d+/g, 'thief')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replaceAll(/(pid|restarts)(\W+)\d+/g, '$1$2<n>')
}

/** Fields in which records must agree. */
const recordOf = (text: string): Readonly<Record<string, unknown>> => {
  const {
    name,
    identity,
    file,
    base,
    generation,
    specHash,
    goodHash,
    subnet,
    networkExisted,
    deleting,
    parked,
    retained,
    everReady,
    machine,
  } = JSON.parse(text) as Record<string, unknown>
  const { since, until } = (parked ?? {}) as Record<string, unknown>
  const { envKeys, restartHash, workspaceCopied, source, silentSince } = (machine ?? {}) as Record<string, unknown>
  return {
    name,
    identity,
    file,
    base,
    generation,
    specHash,
    goodHash,
    subnet,
    networkExisted,
    deleting,
    parked: parked === undefined ? undefined : { since, until },
    retained,
    everReady,
    machine: { envKeys, restartHash, workspaceCopied, source, silentSince },
  }
}

/** The first line in which two ends differ. */
export const difference = (expected: string, actual: string): string => {
  const [want, have] = [expected.split('\n'), actual.split('\n')]
  const at = want.findIndex((line, index) => line !== have[index])
  if (at === -1) return have.length > want.length ? `more: ${have.slice(want.length).join(' ')}` : 'none'
  return `line ${at + 1}: ${want[at]?.trim().slice(0, 300)}\n   became ${have[at]?.trim().slice(0, 300)}`
}

interface Labelled {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** Names of the objects that this root owns. */
export const ownedNames = (
  {
    state,
  }: { readonly state: Readonly<Record<'networks' | 'containers' | 'machines', Readonly<Record<string, Labelled>>>> },
  owner: string,
): readonly string[] =>
  [...Object.values(state.networks), ...Object.values(state.containers), ...Object.values(state.machines)]
    .filter(({ labels }) => labels[OWNER] === owner)
    .map(({ name }) => name)

const sorted = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => (a.name < b.name ? -1 : 1))

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
