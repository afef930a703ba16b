import { isRecord, parseJson } from '../../drivers/json.ts'
import { shown } from '../../egress/shown.ts'
import { parseTime } from '../../egress/time.ts'

/**
 * A line of a bundle's log → the decision that it records; undefined: it is no such line. Pure.
 *
 * Guarantees: whatever the line says, only the fields of a record come out, cut, on one line, harmless for a terminal.
 * Assumptions: who wrote it isn't trusted: what runs in a bundle may write any line.
 */
export interface EgressRecord {
  /** RFC 3339. */
  readonly time: string
  readonly decision: 'allow' | 'deny'
  readonly host: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly rule?: string
  readonly reason?: string
  /** Let through by mode `audit`: what `enforce` would have said. */
  readonly audit?: string
  /** Its name. */
  readonly secret?: string
  /** A change of the policy ended it. */
  readonly cut?: boolean
  /** Bytes of the guest's connection. */
  readonly up: number
  readonly down: number
  readonly ms: number
}

export const recordOf = (line: string): EgressRecord | undefined => {
  if (line.length > LONGEST || !line.startsWith('{')) return undefined
  const value = parseJson(line)
  if (!isRecord(value)) return undefined
  const { time, decision, host, port, method, path, cut, up, down, ms } = value
  if (typeof time !== 'string' || parseTime(time) === undefined) return undefined
  if (decision !== 'allow' && decision !== 'deny') return undefined
  if (typeof host !== 'string' || typeof method !== 'string' || typeof path !== 'string') return undefined
  if (!isCount(port) || port > 65_535 || !isCount(up) || !isCount(down) || !isTime(ms)) return undefined
  const names = Object.fromEntries(
    NAMES.flatMap((key) => (typeof value[key] === 'string' ? [[key, shown(value[key])]] : [])),
  )
  return {
    time,
    decision,
    host: shown(host),
    port,
    method: shown(method),
    path: shown(path),
    ...names,
    ...(cut === true ? { cut } : {}),
    up,
    down,
    ms,
  }
}

/** What a bundle denied in the last hour; or why that isn't known. */
export type Denials = { readonly records: readonly EgressRecord[] } | { readonly unknown: string }

/** Not allowed, or only by mode `audit`. */
export const isDenied = ({ decision, audit }: EgressRecord): boolean => decision === 'deny' || audit !== undefined

/** Three texts of 200 characters, each of which may be escaped, and the rest. */
const LONGEST = 8_192
const NAMES = ['rule', 'reason', 'audit', 'secret'] as const

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e15
