import { readFileSync } from 'node:fs'

/**
 * Distinguishes a hung virtual host from a slow one.
 *
 * Assumptions: init writes `beat` about once a second; the kernel reports lockups on the console.
 * Caveats: under emulation a busy machine may stall for many seconds, hence the long timeout.
 */
export interface Pulse {
  /** The fault of the virtual host itself; undefined while it lives. */
  fault(nowMs: number): string | undefined
}

/** The virtual host hung or died: this says nothing about the tested product. */
export class LabHungError extends Error {
  constructor(what: string, console: string) {
    super(`the virtual host hung or died: ${what}\n${console}`)
    this.name = 'LabHungError'
  }
}

const PATIENCE_MS = 120_000
const LOCKUP = /soft lockup|hard LOCKUP|self-detected stall|blocked for more than \d+ seconds/g
const LOCKUPS = 3

export const createPulse = (files: { readonly beat: string; readonly console: string }): Pulse => {
  let last = ''
  let changedMs: number | undefined
  let checkedMs = 0
  const look = (nowMs: number): string | undefined => {
    const console = read(files.console)
    if (/Kernel panic/.test(console)) return 'its kernel panicked'
    if ((console.match(LOCKUP) ?? []).length >= LOCKUPS) return 'its kernel reports lockups again and again'
    const beat = read(files.beat)
    if (beat !== last || changedMs === undefined) {
      last = beat
      changedMs = nowMs
    }
    return nowMs - changedMs > PATIENCE_MS ? `no heartbeat for ${Math.round((nowMs - changedMs) / 1000)} s` : undefined
  }
  return {
    fault: (nowMs) => {
      if (nowMs - checkedMs < 1000) return undefined
      checkedMs = nowMs
      return look(nowMs)
    },
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The last lines of a log; '' if there is no log. */
export const tailOf = (path: string): string => read(path).split('\n').slice(-15).join('\n')
