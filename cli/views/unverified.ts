import type { BottleView } from '../bottles/bottles.ts'

/** Why a status in a file is not shown. Pure. */
export const unverifiedLine = ({ file, unverified }: BottleView): string | undefined =>
  unverified === undefined
    ? undefined
    : `the status in ${file ?? 'its file'} is not from this root's controller and is left out: ${unverified}`

const MOST = 5

/** For people who look at several: the first few, and how many more. */
export const unverifiedNotes = (bottles: readonly BottleView[]): readonly string[] => {
  const notes = bottles.flatMap((bottle) => {
    const line = unverifiedLine(bottle)
    return line === undefined ? [] : [`note: bottle/${bottle.name}: ${line}`]
  })
  const more = notes.length - MOST
  return more > 0 ? [...notes.slice(0, MOST), `note: the same holds for ${more} more`] : notes
}
