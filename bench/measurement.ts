/** Measurements and what they are compared with. Pure. */
export interface Measurement {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** The same work without us, measured in this run; undefined: the budget limits the value itself. */
  readonly floor?: number
  /** The maximum of `value / floor`, or of the value. */
  readonly budget: number
  /** Anything else worth knowing: sizes, percentiles. */
  readonly note?: string
}

export interface Judged extends Measurement {
  readonly ratio: number | undefined
  readonly ok: boolean
}

export const judged = (measurement: Measurement): Judged => {
  const { value, floor, budget } = measurement
  const ratio = floor === undefined ? undefined : value / floor
  return { ...measurement, ratio, ok: (ratio ?? value) <= budget }
}

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** Three significant digits. */
export const short = (value: number): string => String(Number(value.toPrecision(3)))

const CELLS = [28, 10, 10, 8, 12, 7] as const

const line = (cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(CELLS[0]) : cell.padStart(CELLS[at] ?? 0))).join('  ')

export const tableHead = (): string => line(['MEASUREMENT', 'VALUE', 'FLOOR', 'RATIO', 'BUDGET', 'OK'])

export const tableRow = ({ name, unit, value, floor, ratio, budget, ok, note }: Judged): string =>
  `${line([
    name,
    `${short(value)} ${unit}`.trim(),
    floor === undefined ? '' : `${short(floor)} ${unit}`.trim(),
    ratio === undefined ? '' : short(ratio),
    `≤ ${budget}${ratio === undefined ? ` ${unit}`.trimEnd() : ' ×'}`,
    ok ? 'ok' : 'MISSED',
  ])}${note === undefined ? '' : `   ${note}`}`
