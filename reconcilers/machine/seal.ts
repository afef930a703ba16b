import type { BottleRecord, Machine, MachineGiven } from '../../drivers/ports.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import type { MachineShape } from './shape.ts'

/**
 * How a VM's seal differs from what was asked. Pure.
 *
 * Guarantees: everything that smolvm reports is compared: address, names, resolver, ports, mounts and devices with the request;
 *   what is left, later versions' flags included, with what smolvm reported when the VM was new.
 * Caveats: what smolvm doesn't report can't be compared (docs/decisions/033-the-seal-and-the-edges.md).
 */
export interface SealDrift {
  /** A clause that follows "because". */
  readonly because: string
  /** It can be taken back with the disk kept. */
  readonly inPlace: boolean
  /** It is certain; false where another version of smolvm could say so of any VM. */
  readonly certain: boolean
}

/** What the record has of how it was made. */
type Made = Partial<Pick<NonNullable<BottleRecord['machine']>, 'given' | 'guestFolder' | 'restartHash'>> | undefined

export const sealDrift = (
  found: Machine,
  { bundleIp, mount }: MachineShape['request'],
  made: Made,
): SealDrift | undefined => {
  const wanted = `${bundleIp}/32`
  const cidrs = new Set(found.allowedCidrs)
  const given = made?.given
  const mounts = (mount === undefined ? 0 : 1) + (made?.guestFolder === undefined ? 0 : 1)
  const all: readonly (SealDrift | undefined)[] = [
    when(!found.network, 'its network is cut off', { inPlace: false }),
    when(cidrs.size !== 1 || !cidrs.has(wanted), `its allow list is [${[...cidrs].join(', ')}] and not [${wanted}]`),
    when(found.allowedHosts.length > 0, `it may reach the hosts [${found.allowedHosts.join(', ')}]`),
    when(found.dns !== bundleIp, `its resolver is ${found.dns ?? "the host's"} and not ${bundleIp}`, {
      inPlace: false,
    }),
    when(found.dnsOptions.length > 0, `its resolver has the options [${found.dnsOptions.join(', ')}]`),
    when(found.ports !== 0, `it publishes ${count(found.ports, 'port')} on this host`),
    when(
      found.mounts !== mounts && !isUnderWay(found, made, mounts),
      `it has ${count(found.mounts, 'mount')} and not ${mounts}`,
    ),
    when(
      given?.createdAt !== undefined && found.createdAt !== given.createdAt,
      'it is not the VM that bottled created, but another of its name',
      { inPlace: false },
    ),
    ...Object.keys(found.others)
      .filter((key) => NEVER_GIVEN.test(key))
      .map((key) => when(true, `its ${key} is ${shown(found.others[key])}`, { inPlace: key === 'gpu' })),
    ...unlikeGiven(found, given),
  ]
  const drifts = all.filter((one) => one !== undefined)
  return drifts.length === 0
    ? undefined
    : {
        because: drifts.map(({ because }) => because).join('; '),
        inPlace: drifts.every(({ inPlace }) => inPlace),
        certain: drifts.some(({ certain }) => certain),
      }
}

/** A crash may have left its own folder given or taken back already; the change is made once more, and then looked at again. */
const isUnderWay = (found: Machine, made: Made, mounts: number): boolean =>
  made?.restartHash === '' && Math.abs(found.mounts - mounts) === 1

/** What is reported of a VM now, and wasn't when it was new: it was changed, or smolvm has another version. */
export const isUnlikeGiven = (found: Machine, given: MachineGiven): boolean => unlikeGiven(found, given).length > 0

/** What the record keeps of a VM that is new, or that another version of smolvm describes. */
export const givenBy = ({ createdAt, others }: Machine, version: string): MachineGiven => ({
  version,
  ...(createdAt === undefined ? {} : { createdAt }),
  others: Object.fromEntries(Object.entries(others).filter(([key]) => !NEVER_GIVEN.test(key))),
})

/** Devices, and ways to copy a VM with its memory: whatever a pack or a default may bring, nobody asked for them. */
const NEVER_GIVEN = /^(gpu|cuda|disks$|forkable$|branchable$|ephemeral$|parent_machine$)/

const IN_PLACE = new Set(['block_io', 'disk_durability'])

const unlikeGiven = ({ others }: Machine, given: MachineGiven | undefined): readonly SealDrift[] => {
  if (given === undefined) return []
  const keys = new Set([...Object.keys(others), ...Object.keys(given.others)])
  return [...keys]
    .filter((key) => !NEVER_GIVEN.test(key) && !saysTheSame(others[key], given.others[key]))
    .toSorted()
    .map((key) => ({
      because: `its ${key} is ${shown(others[key])}, and was ${shown(given.others[key])} when it was created`,
      inPlace: IN_PLACE.has(key) && given.others[key] !== undefined,
      certain: false,
    }))
}

/** The order of fields and lists may be another each time: it opens nothing. */
const saysTheSame = (now: string | undefined, before: string | undefined): boolean =>
  now === before || (now !== undefined && before !== undefined && inOneOrder(now) === inOneOrder(before))

const inOneOrder = (json: string): string => {
  const ordered = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(ordered).toSorted().join()}]`
    if (!isRecord(value)) return JSON.stringify(value)
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${ordered(field)}`)
    return `{${fields.toSorted().join()}}`
  }
  const value = parseJson(json)
  return value === undefined ? json : ordered(value)
}

const when = (
  holds: boolean,
  because: string,
  { inPlace = true }: { readonly inPlace?: boolean } = {},
): SealDrift | undefined => (holds ? { because, inPlace, certain: true } : undefined)

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

const LONGEST_VALUE = 80

/** JSON of smolvm's, which may hold anything. */
const shown = (json: string | undefined): string =>
  json === undefined ? 'unset' : json.length <= LONGEST_VALUE ? json : `${json.slice(0, LONGEST_VALUE)}…`
