import { humanDuration } from '../print/age.ts'

/** A default as a person would type it: durations as `2m`, not in milliseconds. Pure. */
export const defaultText = ({
  flags,
  default: value,
}: {
  readonly flags: string
  readonly default?: unknown
}): string => (typeof value === 'number' && flags.includes('<duration>') ? humanDuration(value) : String(value))
