import { parseAllDocuments } from 'yaml'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { addressIn } from '../../../drivers/simulated/networks.ts'
import { holdsAddress } from '../../../drivers/simulated/world.ts'
import type { World as SimulatedState } from '../../../drivers/simulated/world.ts'
import { NAME, OWNER, UID } from '../../../reconcilers/derive/names.ts'
import { compiledEgress } from '../../../reconcilers/derive/compiled-egress.ts'
import type { BottleStatus } from '../../../schemas/bottle.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import type { MemoryDisk } from '../../helpers/memory-disk.ts'
import { grammarErrors } from './grammar.ts'
import type { Entry } from '../journal.ts'
import type { Writer } from '../memory-folder.ts'
import { reachesTooFar } from './tainted.ts'
import { stripStatus } from './strip-status.ts'

/**
 * Rules that hold at every instant: no two bottles share a subnet or an address, the record holds what is about to be
 * created, strangers stay unchanged, the file keeps its bytes and its status is well formed.
 */
export interface Guard {
  readonly violations: string[]
  /** Checks made, by oracle. */
  readonly checks: Map<Oracle, number>
  begin(entry: Entry): void
  done(entry: Entry): void
  /** `text` is undefined if the file is gone. */
  version(path: string, text: string | undefined, by: Writer): void
  /** Notes the objects that aren't ours now: they must stay. */
  protect(): void
  /** The network or container of this name was removed behind the controller's back. */
  robbed(name: string): void
  /** The clock was set: of two times the later need not be the greater. */
  clockSet(): void
  /** The state was lost: what files said before is nothing to hold on to. */
  forget(): void
  check(oracle: Oracle, ok: boolean, what: () => string): void
}

export type Oracle =
  | 'unique'
  | 'write-ahead'
  | 'boundary'
  | 'strangers'
  | 'bytes'
  | 'grammar'
  | 'world'
  | 'steady'
  | 'same end'
  | 'nothing left'
  | 'told'
  | 'disk'
  | 'paths'

/** A removal between the last look and the start can't be seen. */
const UNSEEN_MS = 50

export const createGuard = (options: {
  readonly state: SimulatedState
  readonly disk: MemoryDisk
  readonly now: () => number
  /** Somebody has the file open for writing. */
  readonly isOpen: (path: string) => boolean
}): Guard => {
  const { state, disk, now, isOpen } = options
  const violations: string[] = []
  const checks = new Map<Oracle, number>()
  const texts = new Map<string, string>()
  /** Of files that somebody is writing: the text before. It is in force until they close the file. */
  const whole = new Map<string, string>()
  const statuses = new Map<string, BottleStatus>()
  const records = new Map<string, { readonly text: string; readonly record: BottleRecord | undefined }>()
  let strangers = ''
  let timesGrow = true
  const robbedAt = new Map<string, number>()
  /** When a bottle was parked, by uid; whatever its record says of the time later. */
  const parkedAt = new Map<string, number>()

  const check: Guard['check'] = (oracle, ok, what) => {
    checks.set(oracle, (checks.get(oracle) ?? 0) + 1)
    if (!ok) violations.push(`${oracle}: ${what()} (${new Date(now()).toISOString().slice(11, 23)})`)
  }

  const recordOf = (identity: string): BottleRecord | undefined => readRecord(`${BOTTLES}${identity}/record.json`)

  const readRecord = (path: string): BottleRecord | undefined => {
    const text = disk.files.get(path)
    if (text === undefined) return undefined
    const known = records.get(path)
    if (known?.text === text) return known.record
    const record = parse(text)
    records.set(path, { text, record })
    return record
  }

  /** Objects with our names. */
  const identityOf = (entry: Entry): string => {
    const container = entry.port === 'containers' ? containerOf(entry.target) : undefined
    const name =
      entry.port === 'networks'
        ? (state.networks[entry.target]?.name ?? entry.target)
        : (container?.name ?? entry.target)
    // Whatever somebody renamed it to.
    const label = container?.labels[NAME]
    if (label !== undefined && !/^bottle-.+-(bundle|seal)$/.test(name)) return label
    return name.replace(/^bottle-/, '').replace(entry.port === 'containers' ? /-(bundle|seal)$/ : /$^/, '')
  }
  const containerOf = (id: string) => Object.values(state.containers).find((each) => each.id === id)

  const writeAhead = (entry: Entry): void => {
    const { port, verb } = entry
    if (!['networks', 'containers', 'machines'].includes(port) || verb === 'booted') return
    const identity = identityOf(entry)
    const record = recordOf(identity)
    check('write-ahead', record !== undefined, () => `${port} ${verb} ${entry.target} without a record`)
    if (port === 'networks' && verb === 'create')
      check(
        'write-ahead',
        record?.subnet !== undefined,
        () => `network of ${identity} is made before its subnet is recorded`,
      )
    if (port === 'machines' && verb === 'create')
      check(
        'write-ahead',
        record?.machine !== undefined,
        () => `machine of ${identity} is made before its keys are recorded`,
      )
    if (port === 'machines' && verb === 'start')
      check(
        'write-ahead',
        record?.machine?.starting === true,
        () => `machine of ${identity} is started before that is recorded`,
      )
  }

  const boundary = (entry: Entry): void => {
    if (entry.port !== 'machines' || entry.verb !== 'start') return
    const record = recordOf(identityOf(entry))
    const names = { network: `bottle-${record?.identity}`, bundle: `bottle-${record?.identity}-bundle` }
    const bundle = state.containers[names.bundle]
    const network = Object.values(state.networks).find(({ name }) => name === names.network)
    const safe =
      network?.labels[UID] === record?.uid &&
      bundle?.networkId === network?.id &&
      bundle?.labels[UID] === record?.uid &&
      bundle?.ip === record?.subnet?.replace('0/24', '2') &&
      !state.routes.some(({ cidr, first }) => first === true && addressIn(bundle?.ip ?? '', cidr))
    const isUnseen = [...Object.values(names), 'route'].some(
      (name) => now() - (robbedAt.get(name) ?? -Infinity) < UNSEEN_MS,
    )
    check('boundary', safe || isUnseen, () => `machine of ${record?.identity} starts without its network and bundle`)
  }

  /** No VM starts while its bundle doesn't have the policy that the record means. */
  const policy = (entry: Entry): void => {
    if (entry.port !== 'machines' || entry.verb !== 'start') return
    const record = recordOf(identityOf(entry))
    const { egress } = (record?.spec ?? {}) as { readonly egress?: EgressPolicy }
    if (egress === undefined) return
    const compiled = compiledEgress(egress)
    const name = `bottle-${record?.identity}-bundle`
    const has = state.containers[name]?.policy?.hash
    const isUnseen = now() - (robbedAt.get(name) ?? -Infinity) < UNSEEN_MS
    check(
      'boundary',
      (compiled.ok && has === compiled.hash) || isUnseen,
      () => `machine of ${record?.identity} starts while its bundle has the policy ${has}`,
    )
  }

  const noteParked = ({ port, target }: Entry): void => {
    const record = port === 'disk' && RECORD.test(target) ? readRecord(target) : undefined
    if (record === undefined) return
    if (record.parked === undefined) parkedAt.delete(record.uid)
    else if (!parkedAt.has(record.uid)) parkedAt.set(record.uid, now())
  }

  /** The disk of a parked bottle stays until its time to undo is over, or somebody names it. */
  const parkedDisk = (entry: Entry): void => {
    if (entry.port !== 'machines' || entry.verb !== 'remove' || state.machines[entry.target] === undefined) return
    const { uid = '', parked, deleting, deleteNow } = recordOf(identityOf(entry)) ?? {}
    if (parked === undefined) return
    const forMs = now() - (parkedAt.get(uid) ?? Infinity)
    const isOver = deleteNow === true || forMs >= Date.parse(parked.until) - Date.parse(parked.since)
    check('disk', deleting !== undefined && isOver, () => `the disk of ${entry.target} goes after ${forMs} ms`)
  }

  /** A record is removed last. */
  const forgetting = (entry: Entry): void => {
    const identity =
      entry.port === 'disk' && entry.verb === 'rename'
        ? new RegExp(`^${BOTTLES}([^/.]+)$`).exec(entry.target)?.[1]
        : undefined
    const uid = identity === undefined ? undefined : recordOf(identity)?.uid
    if (uid === undefined) return
    const left = [
      ...Object.values(state.networks),
      ...Object.values(state.containers),
      ...Object.values(state.machines),
    ].filter(({ labels }) => labels[UID] === uid)
    check(
      'write-ahead',
      left.length === 0,
      () => `the record of ${identity} goes before ${left.map(({ name }) => name).join(', ')}`,
    )
  }

  /** A document reported as a duplicate must be one. */
  const duplicate = (path: string, name: string | undefined, { conditions }: BottleStatus): void => {
    if (!conditions?.some(({ reason }) => reason === 'DuplicateName')) return
    const more = [...texts, ...[...whole].filter(([other]) => isOpen(other))].some(
      ([other, text]) => other !== path && new RegExp(`^ *name: ${name}( |$)`, 'm').test(text),
    )
    check('told', more, () => `${path} is reported as a duplicate of ${name}, which isn't defined elsewhere`)
  }

  const unique = (): void => {
    const running = Object.values(state.containers).filter(
      (each) => holdsAddress(each) && each.ip !== '' && each.labels[OWNER] !== undefined,
    )
    const ips = running.map(({ ip }) => ip)
    check('unique', new Set(ips).size === ips.length, () => `an address is used twice: ${ips.toSorted().join(', ')}`)
    const subnets = Object.values(state.networks).flatMap(({ labels, subnets: own }) =>
      labels[OWNER] === undefined ? [] : own,
    )
    check(
      'unique',
      new Set(subnets).size === subnets.length,
      () => `a subnet is used twice: ${subnets.toSorted().join(', ')}`,
    )
    const reserved = [...disk.files.keys()]
      .filter((path) => RECORD.test(path))
      .flatMap((path) => readRecord(path)?.subnet ?? [])
    check(
      'unique',
      new Set(reserved).size === reserved.length,
      () => `a subnet is reserved twice: ${reserved.toSorted().join(', ')}`,
    )
  }

  const strangersNow = (): string =>
    JSON.stringify(
      [Object.values(state.networks), Object.values(state.containers), Object.values(state.machines)].map((kind) =>
        (kind as readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]).filter(
          ({ labels }) => labels[OWNER] !== OWNER_ID,
        ),
      ),
    )

  return {
    violations,
    checks,
    check,
    begin: (entry) => {
      writeAhead(entry)
      boundary(entry)
      policy(entry)
      parkedDisk(entry)
      forgetting(entry)
    },
    done: (entry) => {
      noteParked(entry)
      if (entry.verb === 'start' || entry.verb === 'booted') {
        const faults = reachesTooFar(state, ['/root', '/root/.bottled'])
        check('paths', faults.length === 0, () => faults.join('; '))
      }
      if (entry.port !== 'folder' && !entry.target.endsWith('events.jsonl')) unique()
      if (['networks', 'containers', 'machines'].includes(entry.port)) {
        check(
          'strangers',
          strangersNow() === strangers || strangers === '',
          () => `a stranger's object was changed by ${entry.port} ${entry.verb} ${entry.target}`,
        )
      }
    },
    robbed: (name) => void robbedAt.set(name, now()),
    clockSet: () => {
      timesGrow = false
    },
    forget: () => statuses.clear(),
    protect: () => {
      strangers = strangersNow()
    },
    version: (path, text, by) => {
      if (text === undefined) {
        if (by === 'person') texts.delete(path)
        return
      }
      const before = texts.get(path)
      texts.set(path, text)
      if (by === 'person') {
        if (!isOpen(path)) whole.delete(path)
        else if (before !== undefined && !whole.has(path)) whole.set(path, before)
        // A document without a record is known only by its own status.
        if (!text.includes('\nstatus:'))
          for (const [key, { uid }] of statuses)
            if (uid === undefined && key.startsWith(`${path} `)) statuses.delete(key)
        return
      }
      check(
        'bytes',
        before !== undefined && stripStatus(path, before) === stripStatus(path, text),
        () => `${path} lost bytes:\n${before}\nbecame\n${text}`,
      )
      for (const document of parseAllDocuments(text)) {
        const value = document.toJS() as {
          readonly metadata?: { readonly name?: string }
          readonly status?: BottleStatus
        } | null
        const { status } = value ?? {}
        if (status === undefined || status.conditions === undefined) continue
        const key = `${path} ${value?.metadata?.name}`
        duplicate(path, value?.metadata?.name, status)
        const errors = grammarErrors(status, statuses.get(key), timesGrow)
        check('grammar', errors.length === 0, () => `${key}: ${errors.join('; ')}\n${JSON.stringify(status)}`)
        statuses.set(key, status)
      }
    },
  }
}

const OWNER_ID = 'bottled-0123456789abcdef'
const BOTTLES = '/root/.bottled/bottles/'
const RECORD = new RegExp(`^${BOTTLES}[^/.]+/record\\.json$`)

const parse = (text: string): BottleRecord | undefined => {
  try {
    return JSON.parse(text) as BottleRecord
  } catch {
    return undefined
  }
}
