import type { Edited } from './edits.ts'
import type { Tally } from './rounds.ts'

const line = (what: string, count: number | string): void =>
  console.log(`${what.padEnd(36)}${String(count).padStart(8)}`)

export const printEdits = (ends: readonly Edited[]): void => {
  console.log('')
  for (const { way, edits, lost, late, editsPerSecond, writes, wrong } of ends) {
    line(`edits by ${way}`, edits)
    line('… a second', editsPerSecond.toFixed(0))
    line('… writes of status meanwhile', writes)
    line('… found some milliseconds later', late)
    line('… lost', lost)
    if (wrong !== undefined) console.log(`✗ edits by ${way}: ${wrong}`)
  }
}

/** Acts and checks, in lines. */
export const printTally = (
  tally: Tally,
  { seed, seconds, restarts }: { readonly seed: number; readonly seconds: number; readonly restarts: boolean },
): void => {
  const line = (what: string, count: number | string): void =>
    console.log(`${what.padEnd(36)}${String(count).padStart(8)}`)
  console.log('')
  line('rounds', tally.rounds)
  line('controllers killed', tally.kills)
  line('… and its smolvm calls as well', tally.callsToo)
  line('dockerd ended by SIGTERM', restarts ? tally.terms : 'skipped')
  line('dockerd ended by SIGKILL', restarts ? tally.dockerKills : 'skipped')
  for (const [kind, count] of [...tally.kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))) line(`act: ${kind}`, count)
  for (const [way, count] of tally.ways) line(`written by ${way}`, count)
  line('rests', tally.rests)
  for (const [oracle, count] of tally.checks.asked) line(`asked: ${oracle}`, count)
  line('deletions taken back by a kill', tally.checks.undone)
  line('failures', tally.failures)
  line('seed', seed)
  line('seconds', seconds.toFixed(0))
}
