import { within } from '../../drivers/calls/within.ts'
import type { Manager } from '../../controller/manager.ts'
import type { PassEnd } from '../../controller/pass/pass-end.ts'
import { LockedError } from '../../controller/state/lock.ts'
import { INTERRUPTED } from '../session/interrupts.ts'
import type { RunOptions } from './options.ts'
import { createOutput } from './output.ts'
import { summaryLines } from './summary.ts'

/** Starts a controller, waits for its end, and stops it. Resolves to the exit code. */
export const supervise = async (
  manager: Manager,
  options: RunOptions,
  { stop, onStart }: { readonly stop: AbortSignal; readonly onStart: (bottles: number) => void },
): Promise<number> => {
  const taken = (): Error | undefined => (stop.reason instanceof LockedError ? stop.reason : undefined)
  let starting: Promise<void> | undefined
  try {
    if (!stop.aborted) starting = manager.start()
    await Promise.race([starting, aborted(stop)])
    if (!options.once && !stop.aborted) onStart(manager.ends().size)
    const code = options.once ? await once(manager, options.timeout, stop) : await untilStopped(stop)
    const error = taken()
    if (error !== undefined) throw error
    return code
  } finally {
    // Another controller works on this root already: what runs here ends now.
    const stopped = manager.stop(taken() === undefined ? undefined : 0)
    await Promise.all([stopped, starting?.catch(() => undefined)])
  }
}

const untilStopped = async (stop: AbortSignal): Promise<number> => {
  await aborted(stop)
  return codeOf(stop)
}

/** Of a controller that was told to stop. */
export const codeOf = ({ reason }: AbortSignal): number => (reason === 'SIGINT' ? INTERRUPTED : 0)

/** 0 if each bottle is in the requested state, 3 if not, 130 if interrupted. */
const once = async (manager: Manager, timeoutMs: number, stop: AbortSignal): Promise<number> => {
  let ends: ReadonlyMap<string, PassEnd>
  let late = false
  try {
    ends = await within({ timeoutMs, signal: stop }, manager.rest)
  } catch {
    if (stop.aborted) return INTERRUPTED
    late = true
    ends = manager.ends()
  }
  const unclear = manager.unclear()
  const { write } = createOutput(process.stdout)
  for (const line of summaryLines(ends, { late, timeoutMs, unclear })) write(`${line}\n`)
  return !late && unclear.length === 0 && [...ends.values()].every(({ asAsked }) => asAsked) ? 0 : 3
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })))
