import { harmless } from '../../drivers/harmless.ts'

/**
 * Colour by meaning; the words say the same without it. Pure.
 *
 * Flow: `paint` marks a text while a line is laid out; `reveal`, the writer's, makes everything harmless but these marks, and
 *   turns them into colours.
 * Guarantees: nothing but marks of this process becomes an escape sequence: whoever writes the text can't know their numbers.
 */
export type Paint = (text: string, tone: Tone) => string
export type Tone = 'good' | 'bad' | 'busy' | 'faint'

export interface Colours {
  readonly paint: Paint
  reveal(text: string): string
}

const CODES: Readonly<Record<Tone, string>> = { good: '32', bad: '31', busy: '33', faint: '2' }

export const plain: Paint = (text) => text

/** `number`: unguessable, of four digits, so that a mark looks like a colour to what measures text. */
export const createColours = (number: () => number): Colours => {
  const secret = Array.from({ length: 4 }, number).join(';')
  const mark = (code: string): string => `\u001B[${code};${secret}m`
  const marks = new RegExp(`(\\u001B\\[(?:0|${Object.values(CODES).join('|')});${secret}m)`)
  return {
    paint: (text, tone) => (text === '' ? text : `${mark(CODES[tone])}${text}${mark('0')}`),
    reveal: (text) =>
      text
        .split(marks)
        .map((piece, at) => (at % 2 === 0 ? harmless(piece) : piece.replace(`;${secret}`, '')))
        .join(''),
  }
}

/** `--color` beats NO_COLOR beats FORCE_COLOR beats the terminal. */
export const isColoured = (facts: {
  readonly asked: 'auto' | 'always' | 'never'
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: boolean
}): boolean => {
  const { asked, env, terminal } = facts
  if (asked !== 'auto') return asked === 'always'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['CLICOLOR_FORCE'] ?? env['FORCE_COLOR'] ?? '0'
  if (forced !== '0' && forced !== '') return true
  return terminal && env['TERM'] !== 'dumb'
}

export const toneOf = (phase: string): Tone | undefined => {
  if (/^(Ready|Suspended)$/.test(phase)) return 'good'
  if (/^(Stalled|Invalid|Degraded)$/.test(phase)) return 'bad'
  return phase === '' ? undefined : 'busy'
}
