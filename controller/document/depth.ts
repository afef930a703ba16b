import { Lexer } from 'yaml'
import type { CST } from 'yaml'

/**
 * Finds documents that are nested too deeply to be composed. Pure.
 *
 * Guarantees: needs no stack of its own. The library composes by recursion, and Node aborts instead of throwing if a
 *   regular expression is first compiled near the end of the stack.
 */
const DEEPEST = 100

export const isTooDeep = ({ value }: CST.Document): boolean => {
  let level: readonly CST.Token[] = value === undefined ? [] : [value]
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (level.length === 0) return false
    level = level.flatMap(childrenOf)
  }
  return level.length > 0
}

const childrenOf = (token: CST.Token): readonly CST.Token[] =>
  'items' in token ? token.items.flatMap(({ key, value }) => [key, value].flatMap((each) => each ?? [])) : []

/** Keeps the place of a document that must not be composed, without its contents. */
export const emptied = (document: CST.Document): CST.Document =>
  ({ ...document, value: undefined }) as unknown as CST.Document

/** Counts brackets alone, before each costs a kilobyte in the parser. */
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

/** The library's lexeme at the start of each document. */
const DOCUMENT = '\u0002'
