import type { CST } from 'yaml'
import type { Cut, Site } from './cut.ts'
import { eolOf } from './block.ts'
import { emitFlow, emitJson, emitKey } from './emit.ts'
import { endOfItem, type Entry, type Item } from './source-map.ts'
import { parseJson } from '../../drivers/json.ts'

/** Cuts for an entry of a flow mapping or a JSON object. Pure. */
export const flowEdits = (
  site: Site,
  token: CST.FlowCollection,
  entry: Entry | undefined,
): readonly (readonly Cut[])[] => {
  if (entry !== undefined) return [site.value === undefined ? removal(token, entry) : [replacement(site, token, entry)]]
  return site.value === undefined ? [] : [[insertion(site, token)]]
}

const replacement = (site: Site, token: CST.FlowCollection, entry: Entry): Cut => {
  const between = entry.valueStart === undefined ? ': ' : site.text.slice(entry.keyEnd, entry.valueStart)
  return { from: entry.start, to: entry.end, insert: (entry.key ?? keyText(site)) + between + valueText(site, token) }
}

/** Right after the last value, before a trailing comma and comments. */
const insertion = (site: Site, token: CST.FlowCollection): Cut => {
  const at = Math.max(token.start.offset + 1, ...token.items.map(endOfItem))
  const wrote = `${keyText(site)}: ${valueText(site, token)}`
  if (at === token.start.offset + 1) return { from: at, to: at, insert: wrote }
  const margin = marginOf(site.text, token)
  return {
    from: at,
    to: at,
    insert: margin === undefined ? `, ${wrote}` : `,${eolOf(site.text, token.offset)}${margin}${wrote}`,
  }
}

/** Removes the comma before it, or the one after it if it is the first, and keeps comments between. */
const removal = (token: CST.FlowCollection, entry: Entry): readonly Cut[] => {
  const at = token.items.indexOf(entry.item)
  const comma = commaOf(entry.item)
  if (comma !== undefined) {
    return hasComment(entry.item)
      ? [
          { from: comma.offset, to: comma.offset + 1, insert: '' },
          { from: entry.start, to: entry.end, insert: '' },
        ]
      : [{ from: comma.offset, to: entry.end, insert: '' }]
  }
  const next = token.items[at + 1]
  const after = next === undefined ? undefined : commaOf(next)
  if (next === undefined || after === undefined) return [{ from: entry.start, to: entry.end, insert: '' }]
  const to = hasComment(next)
    ? after.offset + 1
    : (next.start.find(({ type }) => !FILLER.has(type))?.offset ?? next.key?.offset)
  return [{ from: entry.start, to: to ?? after.offset + 1, insert: '' }]
}

const FILLER: ReadonlySet<string> = new Set(['comma', 'space', 'newline'])

const commaOf = (item: Item): CST.SourceToken | undefined => item.start.find(({ type }) => type === 'comma')

const hasComment = (item: Item): boolean => item.start.some(({ type }) => type === 'comment')

const keyText = (site: Site): string => (isJson(site) ? JSON.stringify(site.key) : emitKey(site.key))

const valueText = (site: Site, token: CST.FlowCollection): string => {
  if (!isJson(site)) return emitFlow(site.value)
  const indent = marginOf(site.text, token)
  return emitJson(site.value, {
    indent: indent ?? '',
    unit: indent === undefined ? undefined : unitOf(site),
    eol: eolOf(site.text, token.offset),
  })
}

/** One step of indentation: that of the document's top-level keys. */
export const unitOf = ({ text, doc }: Site): string => {
  const root = doc.contents?.srcToken
  const margin = root?.type === 'flow-collection' ? marginOf(text, root) : undefined
  return margin === undefined || margin === '' ? '  ' : margin
}

/** White space before the last key, if that begins a line. */
const marginOf = (text: string, token: CST.FlowCollection): string | undefined => {
  const key = token.items.findLast((item) => item.key)?.key
  return key ? /\n([ \t]*)$/.exec(text.slice(0, key.offset))?.[1] : undefined
}

export const isJson = ({ text, json }: Site): boolean => json || parseJson(text) !== undefined
