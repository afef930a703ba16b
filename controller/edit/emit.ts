import { harmless, harmlessYaml } from '../../drivers/harmless.ts'
import { isRecord } from '../../drivers/json.ts'

/**
 * Values as YAML or JSON text, in the few shapes that are written into people's files. Pure.
 *
 * Guarantees: YAML 1.2 and 1.1 read the same value back; no block scalars, anchors or tags; each item of a list of maps has
 *   its own line, so that diffs are small.
 */
export interface BlockStyle {
  /** White space before each line but the first. */
  readonly indent: string
  readonly eol: string
}

/** The text after `key:` in a block mapping: ` scalar`, or further lines. `comment` stays on the line of the key. */
export const emitBlock = (value: unknown, { indent, eol }: BlockStyle, comment = ''): string => {
  const line = `${eol}${indent}`
  if (Array.isArray(value) && value.some(isRecord)) return `${comment}${emitEntry(value, line)}`
  if (!isRecord(value) || entriesOf(value).length === 0) return ` ${emitFlow(value)}${comment}`
  return `${comment}${entriesOf(value)
    .map(([key, each]) => `${line}${emitKey(key)}:${emitEntry(each, line)}`)
    .join('')}`
}

const emitEntry = (value: unknown, line: string): string =>
  Array.isArray(value) && value.some(isRecord)
    ? value.map((item) => `${line}- ${emitFlow(item)}`).join('')
    : ` ${emitFlow(value)}`

export const emitFlow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(emitFlow).join(', ')}]`
  if (isRecord(value))
    return `{${entriesOf(value)
      .map(([key, each]) => `${emitKey(key)}: ${emitFlow(each)}`)
      .join(', ')}}`
  if (typeof value === 'string') return emitString(value)
  return JSON.stringify(value) ?? 'null'
}

/** `indent` is the key's; without `unit` all is on one line. */
export const emitJson = (
  value: unknown,
  { indent, unit, eol }: BlockStyle & { readonly unit: string | undefined },
): string =>
  harmless(unit === undefined ? JSON.stringify(value) : JSON.stringify(value, undefined, unit)).replaceAll(
    '\n',
    `${eol}${indent}`,
  )

export const emitKey = (key: string): string =>
  PLAIN.test(key) && !RESERVED.test(key) && !key.includes(':') ? key : quote(key)

const emitString = (text: string): string =>
  (PLAIN.test(text) && !RESERVED.test(text)) || ADDRESS.test(text) || UUID.test(text) || HEX.test(text)
    ? text
    : quote(text)

const PLAIN = /^[A-Za-z/][\w./@+-]*(?::[\w./@+-]+)*$/
/** YAML 1.1 or 1.2 doesn't read these as strings. */
const RESERVED = /^(?:y|n|yes|no|true|false|on|off|null)$/i
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A container's id. With an a, b, c, d or f it can't be a number. */
const HEX = /^(?=.*[a-df])[1-9a-f][0-9a-f]{11,63}$/

/** YAML doesn't allow U+FFFE and U+FFFF, however visible. */
const quote = (text: string): string =>
  harmlessYaml(JSON.stringify(text)).replace(/[\uFFFE\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`)

const entriesOf = (value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] =>
  Object.entries(value).filter(([, each]) => each !== undefined)
