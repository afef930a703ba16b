import type { Row } from './wire.ts'

/** How things are said. Pure. */

/** `12s`, `5m`, `3h`, `2d`. */
export const ageOf = (iso: string | undefined, now: number): string => {
  const ms = now - Date.parse(iso ?? '')
  if (Number.isNaN(ms)) return ''
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`
}

export const minutesText = (minutes: number): string =>
  minutes % 1_440 === 0
    ? count(minutes / 1_440, 'day')
    : minutes % 60 === 0
      ? count(minutes / 60, 'hour')
      : count(minutes, 'minute')

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

export type Tone = 'good' | 'busy' | 'bad' | 'calm'

const TONES: Readonly<Record<string, Tone>> = {
  Ready: 'good',
  Suspended: 'calm',
  Retained: 'calm',
  Pending: 'busy',
  Provisioning: 'busy',
  Terminating: 'busy',
  Deleting: 'busy',
  '': 'busy',
}

/** It comes by itself. */
const GOES_ON =
  /^(?:Progressing|Working|Queued|NotObserved|BundleBusy|MachineSilent|(?:Proxy|Git|Supervise)NotReady|WaitingFor\w+)?$/

/** Of a bottle. What isn't known isn't good, and neither is what waits for a person while it is on its way. */
export const toneOf = ({ phase, reason }: Pick<Row, 'phase' | 'reason'>): Tone => {
  const tone = TONES[phase] ?? 'bad'
  return phase === 'Provisioning' && !GOES_ON.test(reason) ? 'bad' : tone
}

/** `10:42:07`, with the day where it is another one. */
export const timeText = (iso: string, now: number): string => {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return ''
  const clock = time.toLocaleTimeString('sv-SE')
  return time.toDateString() === new Date(now).toDateString() ? clock : `${time.toLocaleDateString('sv-SE')} ${clock}`
}
