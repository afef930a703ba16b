import type { Duplex } from 'node:stream'

/** What comes from one goes to the other. */
export const join = (one: Duplex, other: Duplex): void => {
  tieEnds(one, other)
  one.pipe(other)
  other.pipe(one)
}

/** A reader that takes nothing for so long after the other side has gone is let go, as srt does. */
const STALLED_MS = 300_000

/** What breaks one breaks the other, without an error of its own; where one has ended, the other may still send what it has. */
export const tieEnds = (one: Duplex, other: Duplex): void => {
  tie(one, other)
  tie(other, one)
}

const tie = (ends: Duplex, goes: Duplex): void => {
  ends.on('error', () => goes.destroy())
  ends.once('close', () => {
    if (!ends.readableEnded) return void goes.destroy()
    const timer = setTimeout(() => goes.destroy(), STALLED_MS)
    timer.unref()
    goes.once('close', () => clearTimeout(timer))
  })
}
