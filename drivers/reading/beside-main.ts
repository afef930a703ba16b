import { setPriority } from 'node:os'
import { type Job, runJob } from './jobs.ts'
import { Refusal } from './refusal.ts'
import { errnoOf } from '../errno.ts'
import { messageOf } from '../message.ts'

/** The process beside: jobs come and answers go over its channel. When that ends, whoever asked is gone. */
export interface Asked {
  readonly id: number
  /** Absent: the one of this id is no longer wanted. */
  readonly job?: Job
}

export interface Answered {
  readonly id: number
  /** A sign of life. */
  readonly alive?: true
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly errno: string; readonly message: string }
}

const ALIVE_MS = 1_000
/** Below what answers people. */
const NICE = 5

const running = new Map<number, AbortController>()
const send = (answer: Answered): void => void process.send?.(answer)

const work = async (id: number, job: Job): Promise<void> => {
  const cut = new AbortController()
  running.set(id, cut)
  let saidMs = performance.now()
  const alive = (): void => {
    if (performance.now() - saidMs < ALIVE_MS) return
    saidMs = performance.now()
    send({ id, alive: true })
  }
  try {
    send({ id, result: await runJob(job, { signal: cut.signal, alive }) })
  } catch (error) {
    const code = error instanceof Refusal ? error.code : ''
    send({ id, error: { code, errno: errnoOf(error), message: messageOf(error) } })
  } finally {
    running.delete(id)
  }
}

process.on('message', ({ id, job }: Asked) => {
  if (job === undefined) running.get(id)?.abort()
  else void work(id, job)
})
// A read that hangs would keep an ordinary exit waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
send({ id: 0, alive: true })
try {
  setPriority(NICE)
} catch {
  // Where that is forbidden, it runs as it is.
}
