import { Parser } from 'yaml'

/** Where one document of several begins and ends in its text: from its `---` to that of the next. Pure. */
export const documentSpan = (
  text: string,
  index: number,
): { readonly before: string; readonly own: string; readonly after: string } => {
  const starts = [...new Parser().parse(text)].flatMap((token) => (token.type === 'document' ? [token.offset] : []))
  const from = index === 0 ? 0 : lineStart(text, starts[index] ?? text.length)
  const next = starts[index + 1]
  const to = next === undefined ? text.length : lineStart(text, next)
  return { before: text.slice(0, from), own: text.slice(from, to), after: text.slice(to) }
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1
