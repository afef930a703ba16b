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

/**
 * What emulation did to a guest that nobody stops: it died by itself and was started again, or had no turn for the ten seconds
 * after which a controller starts it anew. `log`: the controller's lines since the guest was up, as JSON.
 */
export const guestFaultIn = (log: string, { isCut }: { readonly isCut: boolean }): string | undefined => {
  const messages = [...log.matchAll(/"message":"((?:start|stop|remov|restart)\w* machine\/[^"]*)"/g)].map(
    ([, message = '']) => message,
  )
  const [first] = messages
  if (first === undefined) return isCut ? 'its emulated guest died, and nobody had stopped it' : undefined
  if (first.startsWith('start ')) return `its emulated guest died, and was started again: ${first}`
  return first.includes('its guest stays silent') ? `its emulated guest had no turn: ${first}` : undefined
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
