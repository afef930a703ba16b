import { textDiff } from '../views/text-diff.ts'

/** What an installation changes; empty: nothing. Pure. */
export const changeOf = (before: string | undefined, after: string): readonly string[] =>
  before === undefined
    ? after
        .trimEnd()
        .split('\n')
        .map((line) => `+ ${line}`)
    : textDiff(before, after)
