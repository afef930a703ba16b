import { isSeq } from 'yaml'
import type { CST, Pair } from 'yaml'
import { isDeepStrictEqual } from 'node:util'
import { eolOf } from './block.ts'
import type { Cut, Site } from './cut.ts'
import { emitBlock, emitFlow, emitJson } from './emit.ts'
import { unitOf, isJson } from './flow.ts'
import { endOf, endOfItem } from './source-map.ts'

/**
 * The cut that adds items after the last of a list, where the new value is the old list with more: no item that is there is
 * written again, so that their comments stay. undefined: it is something else. Pure.
 */
export const appendEdit = (site: Site, pair: Pair): Cut | undefined => {
  const { value } = site
  if (!Array.isArray(value) || !isSeq(pair.value) || pair.value.items.length === 0) return undefined
  const old = pair.value.toJS(site.doc) as readonly unknown[]
  if (value.length <= old.length || !isDeepStrictEqual(value.slice(0, old.length), old)) return undefined
  const added = value.slice(old.length) as readonly unknown[]
  const token = pair.value.srcToken
  if (token?.type === 'block-seq') return blockCut(site, token, added)
  return token?.type === 'flow-collection' ? flowCut(site, token, added) : undefined
}

const blockCut = ({ text }: Site, token: CST.BlockSequence, added: readonly unknown[]): Cut => {
  const margin = ' '.repeat(token.indent)
  const eol = eolOf(text, token.offset)
  const lines = added.map((item) => `${margin}- ${emitBlock(item, { indent: `${margin}  `, eol }).trimStart()}`)
  const at = afterDeeperComments(text, nextLine(text, endOf(token)), token.indent)
  const insert = at === 0 || text[at - 1] === '\n' ? `${lines.join(eol)}${eol}` : `${eol}${lines.join(eol)}`
  return { from: at, to: at, insert }
}

/** Comments further in than the dash are about the last item. */
const afterDeeperComments = (text: string, from: number, indent: number): number => {
  let at = from
  while (at < text.length) {
    const [line, margin = ''] = /^( *)#[^\n]*\n?/.exec(text.slice(at)) ?? []
    if (line === undefined || margin.length <= indent) break
    at += line.length
  }
  return at
}

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  return newline === -1 ? text.length : newline + 1
}

/** Right after the last item, before a trailing comma and comments. */
const flowCut = (site: Site, token: CST.FlowCollection, added: readonly unknown[]): Cut => {
  const { text } = site
  const at = Math.max(token.start.offset + 1, ...token.items.map(endOfItem))
  const eol = eolOf(text, token.offset)
  const first = token.items.findLast(({ value }) => value !== undefined)?.value?.offset
  const margin = first === undefined ? undefined : /\n([ \t]*)$/.exec(text.slice(0, first))?.[1]
  const between = margin === undefined ? ', ' : `,${eol}${margin}`
  const unit = margin === undefined ? undefined : unitOf(site)
  const wrote = added.map((item) =>
    isJson(site) ? emitJson(item, { indent: margin ?? '', unit, eol }) : emitFlow(item),
  )
  return { from: at, to: at, insert: wrote.map((each) => `${between}${each}`).join('') }
}
