/** The lines that an edit takes and adds, with one of those before and after. Pure. */
export const textDiff = (before: string, after: string): readonly string[] => {
  if (before === after) return []
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1
  const context = (line: string | undefined): readonly string[] => (line === undefined ? [] : [`  ${line}`])
  return [
    ...context(start === 0 ? undefined : old[start - 1]),
    ...old.slice(start, old.length - end).map((line) => `- ${line}`),
    ...now.slice(start, now.length - end).map((line) => `+ ${line}`),
    ...context(end === 0 ? undefined : old[old.length - end]),
  ]
}
