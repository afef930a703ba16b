/** Colour by meaning; the words say the same without it. Pure. */
export type Paint = (text: string, tone: Tone) => string
export type Tone = 'good' | 'bad' | 'busy' | 'faint'

const CODES: Readonly<Record<Tone, string>> = { good: '32', bad: '31', busy: '33', faint: '2' }

export const plain: Paint = (text) => text

export const ansi: Paint = (text, tone) => (text === '' ? text : `\u001B[${CODES[tone]}m${text}\u001B[0m`)

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
