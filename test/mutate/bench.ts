import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Asked, Told } from './player.ts'

/** A test file in its own process, in the sandbox. */
export interface Bench {
  /** The report of the first run; undefined if it failed or was too slow. */
  readonly opening: Opening | undefined
  /** `lost`: killed, hung, ended or harmed; the bench can't be used again. */
  play(mutant: string, hits: number): Promise<'noticed' | 'unnoticed' | 'lost'>
  end(): void
}

export type Opening = Extract<Told, { loaded: unknown }>

export const openBench = async (options: {
  readonly sandbox: string
  readonly test: string
  readonly limitMs: number
  /** The mutant active from the first line on. */
  readonly mutant?: string
}): Promise<Bench> => {
  const { sandbox, test, limitMs, mutant } = options
  const child = fork('test/mutate/player.ts', [test], {
    cwd: sandbox,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Its own group, so that its children end with it.
    detached: true,
    env: { ...process.env, ...(mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }) },
  })
  const first = await answer(child, limitMs)
  const opening = first !== undefined && 'loaded' in first ? first : undefined
  // On a busy machine a short run may take long.
  const patienceMs = (opening?.ms ?? 0) * 20 + 5_000
  return {
    opening,
    play: async (id, hits) => {
      if (!child.connected) return 'lost'
      child.send({ mutant: id, hits } satisfies Asked)
      const told = await answer(child, patienceMs)
      if (told === undefined || !('failed' in told)) return 'lost'
      return !told.failed ? 'unnoticed' : told.fit ? 'noticed' : 'lost'
    },
    end: () => endGroup(child),
  }
}

const answer = (child: ChildProcess, limitMs: number): Promise<Told | undefined> =>
  new Promise((resolve) => {
    const done = (told?: Told): void => {
      clearTimeout(timer)
      child.off('message', done)
      child.off('exit', gone)
      if (told === undefined) endGroup(child)
      resolve(told)
    }
    const gone = (): void => done()
    const timer = setTimeout(gone, limitMs)
    child.once('message', done)
    child.once('exit', gone)
    if (child.exitCode !== null || child.signalCode !== null) gone()
  })

const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
