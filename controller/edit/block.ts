import type { CST } from 'yaml'
import type { Cut, Site } from './cut.ts'
import { emitBlock, emitKey } from './emit.ts'
import { endOf, type Entry } from './source-map.ts'

/** Cuts for an entry of a block mapping. Pure. */
export const blockEdits = (site: Site, token: CST.BlockMap, entry: Entry | undefined): readonly (readonly Cut[])[] => {
  const style: Style = { margin: ' '.repeat(token.indent), eol: eolOf(site.text, token.offset) }
  if (entry === undefined) return insertions(site, token, style)
  if (site.value !== undefined) return [[replacement(site, entry, style)]]
  return site.map.items.length === 1
    ? [[{ ...lines(site.text, entry, style), insert: '{}' }]]
    : [[removal(site.text, entry, style)]]
}

interface Style {
  readonly margin: string
  readonly eol: string
}

const replacement = ({ text, key, value }: Site, entry: Entry, style: Style): Cut => {
  const { comment, to } = tail(text, entry, style)
  const emitted = emitBlock(value, { indent: `${style.margin}  `, eol: style.eol }, comment)
  return { from: entry.start, to, insert: `${entry.key ?? emitKey(key)}:${emitted}` }
}

/** The comment on the line of the key, and the end of the old value. */
const tail = (text: string, entry: Entry, style: Style): { readonly comment: string; readonly to: number } => {
  const onKeyLine = !text.slice(entry.keyEnd, entry.end).includes('\n')
  const rest = text.slice(entry.end, lineEnd(text, entry.end))
  const inline = onKeyLine ? /^[ \t]+#.*/s.exec(rest)?.[0] : undefined
  const first = (entry.item.sep ?? []).findIndex(({ type }) => type === 'newline')
  const sep = (entry.item.sep ?? []).slice(0, first === -1 ? undefined : first)
  const remark = entry.key === undefined ? undefined : sep.find(({ type }) => type === 'comment')
  const comment = inline ?? (remark === undefined ? '' : ` ${remark.source.trimEnd()}`)
  if (entry.open)
    return { comment: remark === undefined ? comment : spaced(text, remark), to: lines(text, entry, style).to }
  return { comment, to: inline === undefined ? entry.end : entry.end + inline.length }
}

/** The comment with the white space before it. */
const spaced = (text: string, { offset, source }: CST.SourceToken): string => {
  const before = /[ \t]*$/.exec(text.slice(0, offset))?.[0] ?? ''
  return before + source.trimEnd()
}

/** From the key to the end of the entry's last line, with deeper comments. */
const lines = (text: string, entry: Entry, { margin }: Style): { readonly from: number; readonly to: number } => {
  let to = lineEnd(text, entry.end)
  if (!entry.open) return { from: entry.start, to }
  for (let at = nextLine(text, to); at < text.length; at = nextLine(text, at)) {
    const line = text.slice(at, lineEnd(text, at))
    if (/^[ \t]*$/.test(line)) continue
    if (!/^ +#/.test(line) || line.indexOf('#') <= margin.length) break
    to = lineEnd(text, at)
  }
  return { from: entry.start, to }
}

const removal = (text: string, entry: Entry, style: Style): Cut => {
  const { from, to } = lines(text, entry, style)
  const start = text.lastIndexOf('\n', from - 1) + 1
  // After `- ` or `--- `, the next key moves up to this line.
  if (text.slice(start, from).trim() !== '' && text[start] !== '\ufeff') {
    const next = nextLine(text, to)
    return { from, to: next + (/^ */.exec(text.slice(next))?.[0].length ?? 0), insert: '' }
  }
  const begin = text[start] === '\ufeff' ? start + 1 : start
  if (to < text.length) return { from: begin, to: nextLine(text, to), insert: '' }
  return {
    from: begin - (text.slice(0, begin).endsWith('\r\n') ? 2 : text[begin - 1] === '\n' ? 1 : 0),
    to,
    insert: '',
  }
}

/** After the last line, else at the very end (blank lines may belong to a block scalar), else before the first key. */
const insertions = (
  { text, doc, map, key, value }: Site,
  token: CST.BlockMap,
  style: Style,
): readonly (readonly Cut[])[] => {
  if (value === undefined) return []
  const entry = `${emitKey(key)}:${emitBlock(value, { indent: `${style.margin}  `, eol: style.eol })}`
  const isRoot = doc.contents === map
  const end = isRoot ? afterComments(text, doc.range[1]) : nextLine(text, endOf(token))
  const places = isRoot ? [withoutBlankLines(text, end), end] : [end]
  return [
    ...places.map((at) => [insertLine(text, { at, line: style.margin + entry, eol: style.eol })]),
    [{ from: token.offset, to: token.offset, insert: `${entry}${style.eol}${style.margin}` }],
  ]
}

const insertLine = (
  text: string,
  { at, line, eol }: { readonly at: number; readonly line: string; readonly eol: string },
): Cut => ({
  from: at,
  to: at,
  insert: at === 0 || text[at - 1] === '\n' ? line + eol : eol + line,
})

/** Comments at the end may be a part of `spec` that is commented out: it must not end up below `status`. */
const afterComments = (text: string, at: number): number => {
  if (at > 0 && text[at - 1] !== '\n') return at
  const comments = /(?:[ \t]*(?:#[^\n]*)?\n)*(?:[ \t]*#[^\n]*$)?/y
  comments.lastIndex = at
  return at + (comments.exec(text)?.[0].length ?? 0)
}

const withoutBlankLines = (text: string, end: number): number => {
  const blank = /(?:(?<=\n)[ \t]*\r?\n)+$/.exec(text.slice(0, end))
  return blank === null ? end : blank.index
}

/** Of the line at `at`, without its break. */
const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  if (newline === -1) return text.length
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline
}

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  return newline === -1 ? text.length : newline + 1
}

/** The next line break's kind, else the first's in the text. */
export const eolOf = (text: string, from: number): string => {
  const newline = text.indexOf('\n', from)
  const at = newline === -1 ? text.indexOf('\n') : newline
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}
