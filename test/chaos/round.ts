import { setTimeout as sleep } from 'node:timers/promises'
import type { Controller } from '../e2e/controller-process.ts'
import type { Act, Chance } from './acts.ts'
import { act } from './acts.ts'
import type { Daemon } from './daemon.ts'
import type { Stage } from './stage.ts'

/**
 * The life of one controller, and its end by SIGKILL.
 *
 * Flow: moments and acts are drawn in advance; people act before it starts, while it runs and after its death; in some
 *   rounds the Docker Engine ends and comes back meanwhile. Guarantees: nothing of the controller runs when it returns, the
 *   Docker Engine does. Throws if the controller ended by itself without a reason.
 */
export interface Round {
  readonly acts: readonly string[]
  readonly kinds: readonly Act['kind'][]
  readonly ways: readonly Act['way'][]
  readonly daemon: 'SIGTERM' | 'SIGKILL' | undefined
  /** False if it had ended before. */
  readonly killed: boolean
  /** Its smolvm calls were killed with it. */
  readonly callsToo: boolean
}

export const playRound = async ({
  stage,
  chance,
  daemon,
  serial,
}: {
  readonly stage: Stage
  readonly chance: Chance
  readonly daemon: Daemon | undefined
  readonly serial: () => number
}): Promise<Round> => {
  const { rig, intent, person, flags } = stage
  const lengthMs = drawLength(chance)
  const moments = Array.from({ length: 1 + chance.below(4) }, () => chance.random() * (lengthMs + 600) - 400).toSorted(
    (a, b) => a - b,
  )
  const withOnce = chance.odds(0.25)
  const callsToo = chance.odds(0.15)
  const trouble = drawTrouble(chance, lengthMs)
  const bootMs = chance.pick([0, 60, 250, 700]) ?? 60
  rig.setFake({ bootMs })

  const acts: string[] = [`${withOnce ? '--once' : 'run'}, killed at ${Math.round(lengthMs)} ms, boots in ${bootMs} ms`]
  const done: Act[] = []
  const begun = performance.now() + Math.max(0, -(moments[0] ?? 0))
  const at = async (ms: number): Promise<void> => {
    const left = begun + ms - performance.now()
    if (left > 0) await sleep(left)
  }
  const people = async (): Promise<void> => {
    for (const moment of moments) {
      await at(moment)
      const each = await act({ intent, person, chance, serial })
      const late = Math.round(performance.now() - begun)
      acts.push(`${late} ms: ${each.kind} ${each.way}, ${each.what}${each.done ? '' : ' (it was aside)'}`)
      if (each.done) done.push(each)
    }
  }
  let controller: Controller | undefined
  let killed = false
  const life = async (): Promise<void> => {
    await at(0)
    controller = rig.start(...flags, ...(withOnce ? ['--once', '--timeout', '60s'] : []))
    await at(lengthMs)
    const end = await controller.kill()
    killed = end.signal === 'SIGKILL'
    if (callsToo) for (const pid of rig.processes('smolvm machine')) quietly(() => process.kill(pid, 'SIGKILL'))
    const fine = killed || (withOnce && (end.code === 0 || end.code === 3)) || trouble !== undefined
    if (!fine)
      throw new Error(`the controller ended by itself with ${end.code}:\n${end.stdout}${end.stderr.slice(-6_000)}`)
  }
  const engine = async (): Promise<void> => {
    if (daemon === undefined || trouble === undefined) return
    await at(trouble.atMs)
    await daemon.end(trouble.signal)
    await sleep(trouble.awayMs)
    await daemon.start()
    acts.push(`${Math.round(trouble.atMs)} ms: ${trouble.signal} of dockerd, away for ${Math.round(trouble.awayMs)} ms`)
  }
  const ends = await Promise.allSettled([people(), life(), engine()])
  for (const end of ends) if (end.status === 'rejected') throw new RoundError(end.reason, acts)
  return {
    acts,
    kinds: done.map(({ kind }) => kind),
    ways: done.map(({ way }) => way),
    daemon: daemon === undefined ? undefined : trouble?.signal,
    killed,
    callsToo,
  }
}

export class RoundError extends Error {
  readonly acts: readonly string[]

  constructor(cause: unknown, acts: readonly string[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.acts = acts
  }
}

/** From its first look at the files to the middle of its work; sometimes until it is done. */
const drawLength = (chance: Chance): number =>
  chance.odds(0.1) ? 3_000 + chance.random() * 3_000 : 250 + chance.random() * chance.random() * 3_500

const drawTrouble = (
  chance: Chance,
  lengthMs: number,
): { readonly signal: 'SIGTERM' | 'SIGKILL'; readonly atMs: number; readonly awayMs: number } | undefined => {
  const drawn = chance.odds(0.12)
  const signal = chance.odds(0.5) ? 'SIGTERM' : 'SIGKILL'
  const [atMs, awayMs] = [chance.random() * lengthMs, chance.random() * 1_500]
  return drawn ? { signal, atMs, awayMs } : undefined
}

const quietly = (work: () => void): void => {
  try {
    work()
  } catch {
    // It ended meanwhile.
  }
}
