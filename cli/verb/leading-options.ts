import { COMMON } from './command.ts'

/** Puts the common options that stand before the verb behind it: `-d bottles get b` is `get -d bottles b`. Pure. */
export const leadingOptionsLast = (argv: readonly string[]): readonly string[] => {
  const names = new Set(
    COMMON.flatMap(({ flags }) =>
      flags
        .replace(/<.*>/, '')
        .split(',')
        .map((flag) => flag.trim()),
    ),
  )
  let at = 0
  for (let word = argv[at]; word !== undefined && word.startsWith('-'); word = argv[at]) {
    const [name = ''] = word.split('=')
    if (!names.has(name)) return argv
    at += word.includes('=') ? 1 : 2
  }
  const [verb, ...rest] = argv.slice(at)
  return verb === undefined ? argv : [verb, ...argv.slice(0, at), ...rest]
}
