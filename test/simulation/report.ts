import type { Oracle } from './oracles/instant.ts'
import type { Budget, Row } from './sweep.ts'

/** A run that failed once, and its result now. */
export interface Again {
  readonly title: string
  readonly violation: string | undefined
  readonly replay: string
}

/** Scenarios × crash points, oracles and how often each was asked, failures and the command that replays each. Returns the failed runs. */
export const printTable = ({
  rows,
  regressions,
  seconds,
  budget,
}: {
  readonly rows: readonly Row[]
  readonly regressions: readonly Again[]
  readonly seconds: number
  readonly budget: Budget
}): number => {
  const columns = ['effects', 'kills', 'faults', 'hints', 'pairs', 'seeds', 'cut'] as const
  const width = Math.max(...rows.map(({ scenario }) => scenario.length), 8)
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(8)).join('')}`
  console.log(`\n${line('scenario', [...columns, 'failed', 'seconds'])}`)
  for (const row of rows)
    console.log(
      line(row.scenario, [...columns.map((column) => row[column]), row.failures.length, (row.ms / 1_000).toFixed(1)]),
    )
  const sum = (pick: (row: Row) => number): number => rows.reduce((total, row) => total + pick(row), 0)
  console.log(
    line('all', [
      ...columns.map((column) => sum((row) => row[column])),
      sum(({ failures }) => failures.length),
      seconds.toFixed(1),
    ]),
  )

  console.log('\noracle            asked')
  const oracles = new Set(rows.flatMap(({ checks }) => Object.keys(checks) as Oracle[]))
  for (const oracle of oracles)
    console.log(`${oracle.padEnd(14)}${String(sum(({ checks }) => checks[oracle] ?? 0)).padStart(9)}`)

  const failures = rows.flatMap((row) => row.failures)
  for (const { replay, violation } of failures.slice(0, 40)) console.log(`\n✗ ${violation}\n  replay: ${replay}`)
  if (failures.length > 40) console.log(`\n… and ${failures.length - 40} more`)
  for (const { title, violation, replay } of regressions)
    if (violation !== undefined) console.log(`\n✗ again: ${title}: ${violation}\n  replay: ${replay}`)
  const runs = sum((row) => row.calms + row.kills + row.faults + row.hints + row.pairs + row.seeds) + regressions.length
  const failed = failures.length + regressions.filter(({ violation }) => violation !== undefined).length
  console.log(
    `\nseed ${budget.seed}, ${budget.seeds} more seeds per scenario, ${regressions.length} regressions, ${seconds.toFixed(0)} s`,
  )
  const cut = sum((row) => row.cut)
  const passedOver = sum((row) => row.passedOver)
  if (passedOver > 0) console.log(`cut by --stride ${budget.stride}: ${passedOver} kills, faults and hints`)
  if (cut > 0) console.log(`cut by --minutes: ${cut} pairs and seeds`)
  console.log(`${runs - failed} passed, ${failed} failed`)
  return failed
}
