import { createHash } from 'node:crypto'

/**
 * A definition of ours begins with a mark: the hash of the rest, and the root it is for. Pure.
 *
 * Guarantees: a text whose mark is missing, or whose rest was changed by one byte, is a person's.
 */
export type Whose = { readonly kind: 'ours'; readonly root: string } | { readonly kind: 'edited' | 'foreign' }

type Comment = 'unit' | 'plist'

export const marked = (body: string, root: string, comment: Comment): string => {
  const mark = `Written by bottled service install for ${JSON.stringify(root)}; ${hashOf(root, body)}`
  if (comment === 'unit') return `# ${mark}\n${body}`
  // XML's declaration must be first, and `--` may not stand in its comments.
  const end = body.indexOf('\n') + 1
  return `${body.slice(0, end)}<!-- ${mark.replaceAll('-', '\\u002d')} -->\n${body.slice(end)}`
}

export const whoseIs = (text: string): Whose => {
  const found = MARK.exec(text)
  if (found === null) return { kind: 'foreign' }
  const [line, said = '', hash] = found
  const body = text.slice(0, found.index) + text.slice(found.index + line.length)
  let root: unknown
  try {
    root = JSON.parse(said)
  } catch {
    return { kind: 'edited' }
  }
  return typeof root === 'string' && hash === hashOf(root, body) ? { kind: 'ours', root } : { kind: 'edited' }
}

const MARK = /^(?:# |<!-- )Written by bottled service install for ("[^\n]*"); (sha256:[0-9a-f]{64})(?: -->)?\n/m

const hashOf = (root: string, body: string): string =>
  `sha256:${createHash('sha256').update(`${root}\0${body}`).digest('hex')}`
