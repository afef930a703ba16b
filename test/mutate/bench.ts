import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { patienceOf } from './patience.ts'
import type { Patience } from './patience.ts'
import type { Asked, Told } from './player.ts'

/** A test file in its own process, in the sandbox. */
export interface Bench {
  /** The report of the first run, or why there is none. */
  readonly opening: Opening | 'late' | 'lost'
  /** `late`: it ran out of patience; `lost`: ended or harmed. Then the bench can't be used again. */
  play(mutant: string, hits: number): Promise<'noticed' | 'unnoticed' | 'late' | 'lost'>
  end(): void
}

export type Opening = Extract<Told, { loaded: unknown }>

export const openBench = async (options: {
  readonly sandbox: string
  readonly test: string
  /** With the first run. */
  readonly patience: Patience
  /** The mutant active from the first line on. */
  readonly mutant?: string
}): Promise<Bench> => {
  const { sandbox, test, patience, mutant } = options
  const child = fork('test/mutate/player.ts', [test], {
    cwd: sandbox,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Its own group, so that its children end with it.
    detached: true,
    env: { ...process.env, ...(mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }) },
  })
  // It can't be written to once it has ended, which its end says.
  child.on('error', () => {})
  const first = await answer(child, patience)
  const opening = typeof first === 'string' ? first : 'loaded' in first ? first : 'lost'
  return {
    opening,
    play: async (id, hits) => {
      if (!child.connected || typeof opening === 'string') return 'lost'
      child.send({ mutant: id, hits } satisfies Asked)
      const told = await answer(child, patienceOf(opening.took))
      if (typeof told === 'string') return told
      if (!('failed' in told)) return 'lost'
      return !told.failed ? 'unnoticed' : told.fit ? 'noticed' : 'lost'
    },
    end: () => endGroup(child),
  }
}

const LOOK_MS = 100

const answer = (child: ChildProcess, patience: Patience): Promise<Told | 'late' | 'lost'> =>
  new Promise((resolve) => {
    const began = { ms: performance.now(), cpuMs: cpuMsOf(child) }
    const done = (told: Told | 'late' | 'lost'): void => {
      clearInterval(timer)
      child.off('message', done)
      child.off('exit', gone)
      if (typeof told === 'string') endGroup(child)
      resolve(told)
    }
    const gone = (): void => done('lost')
    const look = (): void => {
      const isLate = cpuMsOf(child) - began.cpuMs > patience.cpuMs || performance.now() - began.ms > patience.ms
      if (isLate) done('late')
    }
    const timer = setInterval(look, LOOK_MS)
    child.once('message', done)
    child.once('exit', gone)
    if (child.exitCode !== null || child.signalCode !== null) gone()
  })

/** Linux counts it in hundredths of a second. 0 if it has ended. */
const cpuMsOf = ({ pid }: ChildProcess): number => {
  try {
    // After the name, which may contain spaces: fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
