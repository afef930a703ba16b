import type { UsageView } from './wire.ts'

/** Lines of what a bottle used, as points of a picture. Pure. */
export const WIDTH = 300
export const HEIGHT = 80

type Samples = UsageView['parts'][number]['samples']

export const MEASURES = ['cpu', 'memory'] as const
export type Measure = (typeof MEASURES)[number]

export const valuesOf = (samples: Samples, measure: Measure): readonly (readonly [at: number, value: number])[] =>
  samples.flatMap(([at, cpu, memory]) => {
    const value = measure === 'cpu' ? cpu : memory
    return value === null ? [] : [[at, value] as const]
  })

/** So many minutes are shown: all that is known, without an hour of nothing for a minute of something. */
export const minutesOf = ({ at, parts }: UsageView): number => {
  const oldest = Math.min(at, ...parts.flatMap(({ samples }) => samples.slice(0, 1).map(([first]) => first)))
  return [5, 15].find((minutes) => at - oldest <= minutes * 60_000) ?? 60
}

/** The top of the scale: 1, 2 or 5 and noughts, at least `least`. Mebibytes are counted in their own unit. */
export const topOf = (highest: number, measure: Measure): number => {
  const unit = measure === 'cpu' ? 1 : MIB
  const wanted = Math.max(highest / unit, measure === 'cpu' ? 10 : 16)
  const step = 10 ** Math.floor(Math.log10(wanted))
  return unit * step * ([1, 2, 5].find((factor) => factor * step >= wanted) ?? 10)
}

export const figure = (value: number, measure: Measure): string =>
  measure === 'cpu' ? `${value}m` : `${Math.ceil(value / MIB)}Mi`

const MIB = 1024 ** 2
/** Samples that are farther apart are no line: nobody looked. */
const GAP_MS = 45_000

/** The `d` of a path; a sample alone is a dot. */
export const pathOf = (
  values: readonly (readonly [at: number, value: number])[],
  { at, minutes, top }: { readonly at: number; readonly minutes: number; readonly top: number },
): string => {
  let before = -Infinity
  return values
    .map(([when, value]) => {
      const x = WIDTH * (1 - (at - when) / (minutes * 60_000))
      const y = HEIGHT * (1 - value / top)
      const isJoined = when - before <= GAP_MS
      before = when
      return `${isJoined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isJoined ? '' : 'h0'}`
    })
    .join('')
}
