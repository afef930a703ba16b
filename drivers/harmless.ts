/**
 * Text of authors, agents and bundles as it may reach a terminal, a log or a file: nothing in it acts or hides. Pure.
 *
 * Guarantees: control characters (but tab and newline), bidirectional and invisible characters, tags, line and paragraph
 *   separators and lone surrogates become `\uXXXX`; everything else stays. In a text of JSON they stand only in strings, so
 *   that it stays the same JSON. The joiners and selectors inside of an emoji stay.
 */
export const harmless = (text: string): string => (PLAIN.test(text) ? text : text.replace(UNSAFE, escaped))

/** The same for text that must stay one line. */
export const harmlessLine = (text: string): string => harmless(text).replace(/[\n\t]/g, escaped)

/** Of a text of YAML, in which they stand only in double quotes: there they are always escapes. */
export const harmlessYaml = (text: string): string =>
  text.replace(UNSAFE, (character) =>
    character.length > 1 ? `\\U${hex(character.codePointAt(0) ?? 0, 8)}` : escaped(character),
  )

export const isHarmless = (text: string): boolean => PLAIN.test(text) || text.search(UNSAFE) === -1

/** Most of what is printed, at a tenth of the time. */
const PLAIN = /^[\n\t -~]*$/
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}`
const JOINED = String.raw`(?<=[${EMOJI}\uFE0F])\u200D(?=\p{Extended_Pictographic})`
const STYLED = String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`
const UNSAFE = new RegExp(
  String.raw`(?![\n\t]|${JOINED}|${STYLED})[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]`,
  'gu',
)

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

/** By UTF-16 units, as JSON escapes. */
const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('')
