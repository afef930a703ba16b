import type { Mutant } from './sandbox.ts'

const MOST = 90

/** Every mutant that was killed by time, every survivor, then the score of each file and of all. */
export const report = (
  mutants: readonly Mutant[],
  { survived, late }: { readonly survived: ReadonlySet<Mutant>; readonly late: ReadonlySet<Mutant> },
): void => {
  for (const mutant of [...late].toSorted(byPlace)) console.log(`killed by time: ${change(mutant)}`)
  console.log('')
  for (const mutant of [...survived].toSorted(byPlace)) console.log(change(mutant))
  console.log('')
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    const of = mutants.filter((mutant) => mutant.file === file)
    console.log(line(file, of, survived))
  }
  console.log(`${line('all', mutants, survived)}, ${late.size} of them by time`)
}

const change = ({ file, line: at, column, kind, before, after }: Mutant): string =>
  `${file}:${at}:${column} ${kind}: ${short(before)} → ${short(after)}`

const line = (title: string, of: readonly Mutant[], survived: ReadonlySet<Mutant>): string => {
  const killed = of.filter((mutant) => !survived.has(mutant)).length
  return `${((100 * killed) / of.length).toFixed(1).padStart(5)} %  ${`${killed}/${of.length}`.padStart(9)}  ${title}`
}

const byPlace = (a: Mutant, b: Mutant): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1

const short = (text: string): string => {
  const one = text.replace(/\s+/g, ' ')
  return one.length <= MOST ? one : `${one.slice(0, MOST - 1)}…`
}
