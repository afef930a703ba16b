import { textOf } from './judge.ts'

/** Names what isn't copied as it is met, and counts it; no archive can fill the terminal. Pure. */
export interface LeftOut {
  add(kind: 'left out' | 'refused', name: string, why: string): void
  readonly refused: () => number
  /** How much was not named. */
  end(): void
}

const MOST_NAMED = 20

/** Names are bytes as latin1. */
export const createLeftOut = (say: (line: string) => void): LeftOut => {
  const counts = { 'left out': 0, refused: 0 }
  return {
    add: (kind, name, why) => {
      counts[kind] += 1
      if (counts[kind] > MOST_NAMED) return
      const line = `${bounded(textOf(name))}: ${bounded(why)}`
      say(`warning: not copied: ${line.replaceAll('\n', '\\n')}`)
    },
    refused: () => counts.refused,
    end: () => {
      const more = Object.values(counts).reduce((sum, count) => sum + Math.max(0, count - MOST_NAMED), 0)
      if (more > 0) say(`warning: not copied: ${more} more`)
    },
  }
}

const MOST_SHOWN = 300

const bounded = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)
