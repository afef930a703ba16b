import { isRecord, parseJson } from '../../drivers/json.ts'

/**
 * The format of a state folder as a whole is the version in its owner file. Pure.
 *
 * Guarantees: whatever a bottled of this format wrote, older ones included, is read; what is added to it is ignored and kept.
 *   Any change to any file of it that an older bottled would misread raises the number (docs/decisions/052).
 */
export const STATE_FORMAT = 1

/** What is wrong with the state that this text of an owner file belongs to, if only a newer bottled understands it. */
export const newerState = (
  text: string | undefined,
  stateDir: string,
): { readonly message: string; readonly hint: string; readonly writer: string | undefined } | undefined => {
  const owner = text === undefined ? undefined : parseJson(text)
  if (!isRecord(owner) || typeof owner['version'] !== 'number' || owner['version'] <= STATE_FORMAT) return undefined
  const { version, writtenBy } = owner
  const writer = typeof writtenBy === 'string' && VERSION.test(writtenBy) ? ` of bottled ${writtenBy}` : ''
  return {
    message: `the state in ${stateDir} has format ${version}${writer}; this bottled knows format ${STATE_FORMAT}`,
    hint: `run ${writer === '' ? 'the newer bottled that wrote it' : `bottled ${String(writtenBy)} or newer`}, or another state: --state-dir DIR`,
    writer: writer === '' ? undefined : String(writtenBy),
  }
}

const VERSION = /^\d[\w.+-]{0,40}$/
