import type { BottleRecord, Drivers, Grant } from '../../drivers/ports.ts'
import { compile } from '../../egress/compile.ts'
import { isAllowed } from '../../egress/asks/allowed.ts'
import type { EgressAsk } from '../../egress/asks/content.ts'
import { parseTime } from '../../egress/time.ts'
import { compiledEgress } from '../../reconcilers/derive/compiled-egress.ts'
import { withGrants } from '../../reconcilers/derive/granted.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { EgressAllow, EgressPolicy } from '../../schemas/egress.ts'
import { validateEgress } from '../../schemas/validate-egress.ts'
import type { Announcer } from '../report/announcer.ts'
import type { Clock } from '../time/clock.ts'

/**
 * What people allow beside a bottle's file, where that can't be written: its record holds it, so that it goes with the bottle.
 *
 * Flow: an approval with its entry → judged as the file's would be → the record → a pass loads it. Around each pass, and every resync: what
 *   time, the operator's policy or the file has ended is taken out.
 * Guarantees: in the record before anything goes by it; given twice is given once; 32 of a bottle at most. No credential, no push and
 *   nothing that isn't looked into: those stand in a file.
 */
export interface Grants {
  /** undefined: it is kept; else why not. */
  give(
    name: string,
    asked: { readonly id: string; readonly content: EgressAsk; readonly by: string; readonly entry: unknown },
  ): Promise<string | undefined>
  /** undefined: it is taken out; else why not. */
  takeBack(name: string, asked: { readonly id: string; readonly by: string }): Promise<string | undefined>
  /** Takes out what has ended. */
  tidy(name: string): Promise<void>
}

export interface GrantParts {
  /** Whether they may be: where status is kept beside the files. */
  readonly isOpen: boolean
  readonly registry: { byName(name: string): BottleRecord | undefined }
  readonly records: Pick<Drivers['records'], 'update'>
  /** Why the operator's policy doesn't let the bottle have this spec. */
  readonly forbids: (record: BottleRecord, spec: BottleSpec) => Promise<string | undefined>
  readonly clock: Pick<Clock, 'now'>
  readonly announcer: Pick<Announcer, 'asked'>
  /** Another policy is to be loaded. */
  readonly onChange: (name: string) => void
}

export const createGrants = (parts: GrantParts): Grants => {
  const { isOpen, registry, records, forbids, clock, announcer, onChange } = parts

  const put = async ({ name, identity }: BottleRecord, grants: readonly Grant[]): Promise<void> => {
    await records.update(identity, { grants: grants.length === 0 ? undefined : grants })
    onChange(name)
  }

  /** Why it can't be any more, or at all. */
  const fault = async (record: BottleRecord, grant: Grant, all: readonly Grant[]): Promise<string | undefined> => {
    const spec = record.spec as BottleSpec | undefined
    if (spec?.egress === undefined) return 'its spec has no egress that it could be added to'
    if (spec.supervise !== true) return 'its agent asks nothing any more'
    const end = parseTime(grant.entry.until ?? '')
    if (end !== undefined && end <= clock.now()) return 'its time is over'
    const { egress } = withGrants(spec, all)
    if (egress === undefined || !compiledEgress(egress).ok) return 'it means nothing beside what the file says'
    return forbids(record, withGrants(spec, [grant]))
  }

  return {
    give: async (name, { id, content, by, entry }) => {
      const record = registry.byName(name)
      if (record === undefined) return `bottle/${name} is not here`
      if (!isOpen)
        return `an approval stands in the bottle's file, ${record.file}: only bottled run --status sidecar grants beside a file that can't be written`
      const before = record.grants ?? []
      if (before.some(({ ask }) => ask === id)) return undefined
      if (before.length >= MOST)
        return `${MOST} are granted beside its file already: bottlectl egress revoke ${name} ID`
      const judged = judgeEntry(entry, content, clock.now())
      if (typeof judged === 'string') return judged
      const grant: Grant = { ask: id, by, at: new Date(clock.now()).toISOString(), entry: judged.entry }
      const all = [...before, grant]
      const why = await fault(record, grant, all)
      if (why !== undefined) return why
      if (!allows(record, all, { content, now: clock.now() })) return `a deny of ${record.file} forbids what was asked`
      await put(record, all)
      return undefined
    },
    takeBack: async (name, { id, by }) => {
      const record = registry.byName(name)
      const grant = record?.grants?.find(({ ask }) => ask === id)
      if (record?.grants === undefined || grant === undefined) return `nothing is granted beside the file for ask ${id}`
      await put(
        record,
        record.grants.filter((each) => each !== grant),
      )
      announcer.asked(record, 'GrantEnded', `${id}: ${by} took back ${hostOf(grant)}`)
      return undefined
    },
    tidy: async (name) => {
      const record = registry.byName(name)
      if (record?.grants === undefined || record.deleting !== undefined) return
      const faults = new Map<Grant, string>()
      for (const grant of record.grants) {
        const why = await fault(record, grant, [grant])
        if (why !== undefined) faults.set(grant, why)
      }
      if (faults.size === 0) return
      await put(
        record,
        record.grants.filter((each) => !faults.has(each)),
      )
      for (const [grant, why] of faults)
        announcer.asked(record, 'GrantEnded', `${grant.ask}: ${hostOf(grant)} is no longer granted: ${why}`)
    },
  }
}

const MOST = 32
const MOST_CHARACTERS = 4_096

const hostOf = ({ entry }: Grant): string => JSON.stringify(entry.host)

const allows = (
  { spec }: BottleRecord,
  all: readonly Grant[],
  { content, now }: { readonly content: EgressAsk; readonly now: number },
): boolean => {
  const { egress } = withGrants(spec as BottleSpec, all)
  const compiled = egress === undefined ? undefined : compiledEgress(egress)
  return compiled?.ok === true && isAllowed(compiled.policy, content, now)
}

/** A text says why it can't be one. Pure. */
export const judgeEntry = (
  value: unknown,
  content: EgressAsk,
  now: number,
): { readonly entry: EgressAllow } | string => {
  const policy = { allow: [value] } as EgressPolicy
  if ((JSON.stringify(value)?.length ?? 0) > MOST_CHARACTERS) return 'the entry is too large'
  if (!validateEgress(policy)) return 'the entry is none of spec.egress.allow'
  const [entry] = policy.allow ?? []
  const compiled = compile(policy, [])
  if (entry === undefined || !compiled.ok) return 'the entry is none of spec.egress.allow'
  if (entry.credential !== undefined || entry.push === true || entry.tls === 'passthrough')
    return "what is granted beside a file has no credential, no push and no tls: passthrough: that stands in the bottle's file"
  return isAllowed(compiled.policy, content, now) ? { entry } : "the entry doesn't allow what was asked"
}
