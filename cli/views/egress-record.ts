import { parseTime } from '../../egress/time.ts'
import type { EgressRecord } from '../egress/record.ts'
import { ageOf } from '../print/age.ts'
import { visible } from '../print/cell.ts'
import { humanSize } from '../print/size.ts'

/** Decisions of a bundle as text. Pure. */

/** `2026-12-01T12:00:00Z deny GET https://evil.example/: NotAllowed (120 B up, 480 B down, 1 ms)`. */
export const recordText = (record: EgressRecord): string => {
  const { time, decision, reason, rule, audit, secret, cut, up, down, ms } = record
  const why = [
    ...(reason === undefined ? [] : [reason]),
    ...(rule === undefined ? [] : [rule]),
    ...(audit === undefined ? [] : [`enforce would deny it: ${audit}`]),
    ...(secret === undefined ? [] : [`with ${secret}`]),
    ...(cut === true ? ['cut by a change of the policy'] : []),
  ]
  const size = `${humanSize(up)} up, ${humanSize(down)} down, ${Math.round(ms)} ms`
  return visible(
    `${seconds(time)} ${decision.padEnd(5)} ${requestText(record)}${why.length === 0 ? '' : `: ${why.join(', ')}`} (${size})`,
  )
}

export const requestText = ({ method, host, port, path }: EgressRecord): string => {
  const scheme = port === 80 ? 'http' : 'https'
  return `${method} ${scheme}://${host}${port === 80 || port === 443 || port === 0 ? '' : `:${port}`}${path}`
}

/** What was denied, one line per host and reason, the latest first. */
export const denialLines = (records: readonly EgressRecord[], now: number): readonly string[] => {
  const groups = new Map<string, { count: number; last: EgressRecord }>()
  for (const record of records) {
    const key = JSON.stringify([record.host, reasonOf(record)])
    const found = groups.get(key)
    groups.set(key, { count: (found?.count ?? 0) + 1, last: record })
  }
  return [...groups.values()]
    .toSorted((a, b) => (parseTime(b.last.time) ?? 0) - (parseTime(a.last.time) ?? 0))
    .map(({ count, last }) =>
      [reasonOf(last), `${ageOf(last.time, now)}${count === 1 ? '' : ` (x${count})`}`, requestText(last)]
        .map(visible)
        .join('\t'),
    )
}

const reasonOf = ({ reason, audit }: EgressRecord): string => reason ?? (audit === undefined ? '' : `${audit}, audited`)

const seconds = (time: string): string => {
  const ms = parseTime(time)
  return ms === undefined ? time : `${new Date(ms).toISOString().slice(0, 19)}Z`
}
