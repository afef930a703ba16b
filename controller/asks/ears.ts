import { bundleIpOf } from '../../reconcilers/derive/cidr.ts'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { Heard } from '../../drivers/heard-asks.ts'
import type { AskParts } from './parts.ts'

/**
 * Listens to the bundles of supervised bottles.
 *
 * Flow: per bundle one request that it holds until its agent asks something → `heard` → the bundle is told what is known, by its
 *   control command, wherever that differs from what it was told.
 * Guarantees: an idle bundle costs one open connection and a request every four minutes; one that chatters is heard every two
 *   seconds; one that fails, with longer and longer pauses.
 */
export interface Ears {
  /** Begins, or goes on if it is the same bundle. */
  listen(name: string): void
  /** What the bundle should know may have changed. */
  poke(name: string): void
  stop(name: string): Promise<void>
  /** For good: a pass that ends later begins none. */
  stopAll(): Promise<void>
}

interface Ear {
  readonly container: string
  readonly stopping: AbortController
  hearing: AbortController | undefined
  pausing: AbortController | undefined
  isFailing: boolean
  ended: Promise<void>
}

export const createEars = (
  { bundles, registry, bundleOf, wayTo, clock, onProblem, signal }: AskParts,
  {
    told,
    heard,
  }: {
    told(name: string): readonly AskAnswer[]
    /** False: it is of no interest any more. */
    heard(name: string, report: Heard): Promise<boolean>
  },
): Ears => {
  const ears = new Map<string, Ear>()
  /** Of all that listen, those included whose bundle is another by now. */
  const running = new Set<Promise<void>>()
  let isOver = false

  const listenTo = async (name: string, ear: Ear): Promise<void> => {
    let last: Heard | undefined
    /** To which start of it, and what. */
    let said: { readonly run: string; readonly text: string } | undefined
    let failures = 0
    let allowance = BURST
    while (!ear.stopping.signal.aborted) {
      const record = registry.byName(name)
      if (record?.subnet === undefined) return
      const { identity, subnet } = record
      const beganMs = clock.monotonicMs()
      try {
        const report = await hear(ear, { record, subnet }, last)
        if (report !== undefined) {
          const isKept = await heard(name, report).catch((error: unknown) => {
            if (!ear.stopping.signal.aborted) onProblem(name, error)
            throw error
          })
          if (!isKept) return
          // One that knows nothing needs no word of that.
          if (said?.run !== report.run) said = { run: report.run, text: '[]' }
          last = report
        }
        const answers = told(name)
        const text = JSON.stringify(answers)
        if (said !== undefined && said.text !== text) {
          await bundles.answer({ identity, container: ear.container }, answers, ear.stopping.signal)
          said = { ...said, text }
        }
        failures = 0
        ear.isFailing = false
        allowance = Math.min(BURST, allowance - 1 + (clock.monotonicMs() - beganMs) / PAUSE_MS)
        if (allowance < 1) await pause(ear, PAUSE_MS)
      } catch {
        if (ear.stopping.signal.aborted) return
        last = undefined
        failures += 1
        ear.isFailing = true
        await pause(ear, Math.min(1_000 * 2 ** (failures - 1), LONGEST_PAUSE_MS))
      }
    }
  }

  /** Until it ends, the ear stops, or somebody ends it by what `put` gets. */
  const during = async <T>(
    ear: Ear,
    put: (ending: AbortController | undefined) => void,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> => {
    const ending = new AbortController()
    const onStop = (): void => ending.abort()
    put(ending)
    if (ear.stopping.signal.aborted) ending.abort()
    ear.stopping.signal.addEventListener('abort', onStop, { once: true })
    try {
      return await work(ending.signal)
    } catch (error) {
      if (ending.signal.aborted && !ear.stopping.signal.aborted) return undefined
      throw error
    } finally {
      put(undefined)
      ear.stopping.signal.removeEventListener('abort', onStop)
    }
  }

  const pause = (ear: Ear, ms: number): Promise<void> =>
    during(
      ear,
      (ending) => (ear.pausing = ending),
      (ending) => clock.sleep(ms, ending),
    ).catch(() => undefined)

  /** undefined: it was poked. */
  const hear = (
    ear: Ear,
    { record, subnet }: { readonly record: BottleRecord; readonly subnet: string },
    last: Heard | undefined,
  ): Promise<Heard | undefined> =>
    during(
      ear,
      (ending) => (ear.hearing = ending),
      async (ending) => {
        const way = await wayTo(record, subnet)
        if (way === 'none') throw new Error('this host has no way to the bundle of a VM')
        const inside = way === 'inside' ? ear.container : undefined
        return bundles.hear({ ip: bundleIpOf(subnet), inside, heard: last }, ending)
      },
    )

  const stop = async (name: string): Promise<void> => {
    const ear = ears.get(name)
    if (ear === undefined) return
    ears.delete(name)
    ear.stopping.abort()
    await ear.ended
  }

  return {
    listen: (name) => {
      const { identity = '' } = registry.byName(name) ?? {}
      const container = bundleOf(identity)?.id
      const ear = ears.get(name)
      if (ear !== undefined && ear.container === container) {
        // It may have been started again.
        if (ear.isFailing) ear.pausing?.abort()
        return
      }
      ear?.stopping.abort()
      ears.delete(name)
      if (container === undefined || isOver || signal.aborted) return
      const made: Ear = {
        container,
        stopping: new AbortController(),
        hearing: undefined,
        pausing: undefined,
        isFailing: false,
        ended: Promise.resolve(),
      }
      ears.set(name, made)
      made.ended = listenTo(name, made)
        .catch(() => undefined)
        .finally(() => {
          running.delete(made.ended)
          if (ears.get(name) === made) ears.delete(name)
        })
      running.add(made.ended)
    },
    poke: (name) => {
      const ear = ears.get(name)
      ear?.hearing?.abort()
      ear?.pausing?.abort()
    },
    stop,
    stopAll: async () => {
      isOver = true
      for (const { stopping } of ears.values()) stopping.abort()
      await Promise.all(running)
    },
  }
}

const BURST = 10
const PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000
