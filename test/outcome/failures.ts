/**
 * What failed in a run, and the command that plays it again, found in what the run printed. Pure.
 *
 * Flow: test files print `FAIL  SUITE  "TITLE"` and the message below it, programs `✗ …`; either may say `replay: COMMAND`.
 *   Programs of many parts close with `linesOf` these; `.ci/run` gathers those lines from all parts, for its last forty.
 */
export interface Failure {
  readonly what: string
  readonly replay: string
}

const LONGEST = 240
/** uvu's mark of a failure, and ours at the start of a line. */
const FOUND = /^(?:.*[•✘] )?\s*FAIL {2}(.+)$|^✗ (.+)$/
const REPLAY = /^\s*replay: (.+)$/i

/** `where` it was played, and how it is played again where the output doesn't say. */
export const failuresIn = (
  output: string,
  { where, replay }: { readonly where: string; readonly replay: string },
): readonly Failure[] => {
  const lines = output.split('\n')
  const starts = lines.flatMap((line, index) => (FOUND.test(line) ? [index] : []))
  return starts.map((start, index) => {
    const block = lines.slice(start, starts[index + 1])
    const [, title, said] = FOUND.exec(block[0] ?? '') ?? []
    const own = block.map((line) => REPLAY.exec(line)?.[1]).find((command) => command !== undefined)
    const message = title === undefined ? [] : [(block[1] ?? '').trim()].filter((text) => text !== '')
    return { what: [`${where}: ${title ?? said ?? ''}`, ...message].join(': '), replay: own ?? replay }
  })
}

/** For the last lines of a run: what failed, and below those that are played again alike, how. */
export const linesOf = (failures: readonly Failure[]): readonly string[] =>
  failures.flatMap(({ what, replay }, index) => [
    `FAILED  ${what.slice(0, LONGEST)}`,
    ...(failures[index + 1]?.replay === replay ? [] : [`  replay: ${replay}`]),
  ])
