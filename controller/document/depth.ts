import { Lexer } from 'yaml'
import type { CST } from 'yaml'

/**
 * Whether a document is nested beyond anything that may be composed. Pure.
 *
 * Guarantees: needs no stack of its own. The library composes by recursion, and Node doesn't throw but ends where a regular
 *   expression is first used near the end of the stack.
 */
const DEEPEST = 100

export const isTooDeep = ({ value }: CST.Document): boolean => {
  let level: readonly CST.Token[] = value === undefined ? [] : [value]
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (level.length === 0) return false
    level = level.flatMap(inside)
  }
  return level.length > 0
}

const inside = (token: CST.Token): readonly CST.Token[] =>
  'items' in token ? token.items.flatMap(({ key, value }) => [key, value].flatMap((each) => each ?? [])) : []

/** What is left of a document that must not be composed: its place. */
export const emptied = (document: CST.Document): CST.Document =>
  ({ ...document, value: undefined }) as unknown as CST.Document

/** The same of brackets alone, before they cost a kilobyte each. */
export const hasDeepBrackets = (text: string): boolean => {
  if ((text.match(/[[{]/g) ?? []).length <= DEEPEST) return false
  let depth = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') depth += 1
    else if (lexeme === ']' || lexeme === '}') depth = Math.max(0, depth - 1)
    else if (lexeme === DOCUMENT) depth = 0
    if (depth > DEEPEST) return true
  }
  return false
}

/** What the library's lexer says at the start of each document. */
const DOCUMENT = '\u0002'
