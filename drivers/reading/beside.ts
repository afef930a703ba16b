import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answered, Asked } from './beside-main.ts'
import type { Answers, Job } from './jobs.ts'
import { onAbort } from '../calls/on-abort.ts'
import { within } from '../calls/within.ts'
import { cancelled, DriverError, type DriverErrorCode } from '../errors.ts'

/**
 * Has paths that others named looked at and read by a process beside this one.
 *
 * Flow: a job → the process, started when one is needed and ended when none has come for a while → its answer.
 * Guarantees: a file system that doesn't answer costs the asker its time-out and nobody else anything: no thread of this
 *   process waits for it, so work goes on and this process can end; a process in which too much hangs gets no more jobs and
 *   is killed after its last one. Settles at the limit or as soon as `signal` aborts.
 * Caveats: what hangs in the kernel for good lives on until that lets go of it.
 */
export interface Bounds {
  readonly operation: string
  /** Without a sign of life. */
  readonly stallMs: number
  /** In all. */
  readonly deadlineMs: number
}

export interface Beside {
  ask<Kind extends Job['kind']>(
    job: Extract<Job, { readonly kind: Kind }>,
    bounds: Bounds,
    signal?: AbortSignal,
  ): Promise<Answers[Kind]>
}

/** Of a path that the system refuses: `ENOENT` and the like. */
export class PathError extends DriverError {
  readonly errno: string

  constructor(init: { readonly operation: string; readonly detail: string; readonly errno: string }) {
    super({ code: 'SourceUnavailable', operation: init.operation, detail: init.detail })
    this.errno = init.errno
  }
}

interface Helper {
  readonly process: ChildProcess
  readonly waiting: Map<number, (answer: Answered | Error) => void>
  /** Jobs that nobody waits for any more and that have not ended. */
  readonly stuck: Set<number>
}

const IDLE_MS = 30_000
/** Of its threads: with so many stuck it still has as many free. */
const MOST_STUCK = 16
const THREADS = 4 * MOST_STUCK
const IS_SOURCE = import.meta.url.endsWith('.ts')
const MAIN = fileURLToPath(new URL(`beside-main${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url))

export const createBeside = (): Beside => {
  let current: Helper | undefined
  let idle: NodeJS.Timeout | undefined
  let count = 0

  const lose = (helper: Helper, why: string): void => {
    if (current === helper) current = undefined
    for (const answer of helper.waiting.values()) answer(new Error(why))
    helper.waiting.clear()
  }

  const begin = (): Helper => {
    const child = fork(MAIN, {
      execArgv: IS_SOURCE ? process.execArgv : [],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', UV_THREADPOOL_SIZE: String(THREADS) },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Ctrl-C at our terminal is for us.
      detached: true,
    })
    const helper: Helper = { process: child, waiting: new Map(), stuck: new Set() }
    child.on('message', (answer: Answered) => {
      helper.waiting.get(answer.id)?.(answer)
      if (answer.alive !== true) ended(helper, answer.id)
    })
    child.on('error', (error) => lose(helper, error.message))
    child.on('exit', (code, signal) => lose(helper, `the process that reads files ended (${signal ?? code})`))
    rest(helper)
    return helper
  }

  /** It keeps this process alive only while a job waits. */
  const rest = ({ process: child }: Helper): void => {
    child.unref()
    child.channel?.unref()
  }

  const ended = (helper: Helper, id: number): void => {
    helper.waiting.delete(id)
    helper.stuck.delete(id)
    if (helper.waiting.size > 0) return
    rest(helper)
    if (current !== helper) helper.process.kill('SIGKILL')
    else idle = setTimeout(() => retire(helper), IDLE_MS).unref()
  }

  /** It gets no more jobs. */
  const retire = (helper: Helper): void => {
    if (current === helper) current = undefined
    if (helper.waiting.size === 0) helper.process.kill('SIGKILL')
  }

  const leave = (helper: Helper, id: number): void => {
    if (!helper.waiting.has(id)) return
    helper.stuck.add(id)
    helper.waiting.delete(id)
    if (helper.process.connected) helper.process.send({ id } satisfies Asked, () => undefined)
    if (helper.stuck.size >= MOST_STUCK || current !== helper) retire(helper)
    if (helper.waiting.size === 0) rest(helper)
  }

  return {
    ask: async (job, { operation, stallMs, deadlineMs }, signal) => {
      if (signal?.aborted === true) throw cancelled(operation)
      const endMs = performance.now() + deadlineMs
      let detail = `nothing came for ${stallMs / 1000} s`
      clearTimeout(idle)
      const helper = (current ??= begin())
      const id = (count += 1)
      const answer = await within({ timeoutMs: stallMs, signal }, (inner, alive) => {
        const answered = new Promise<Answered>((resolve, reject) => {
          onAbort(inner, () => {
            leave(helper, id)
            reject(
              signal?.aborted === true ? cancelled(operation) : new DriverError({ code: 'Timeout', operation, detail }),
            )
          })
          helper.waiting.set(id, (given) => {
            if (given instanceof Error) reject(new DriverError({ code: 'Failed', operation, detail: given.message }))
            else if (given.alive !== true) resolve(given)
            else if (performance.now() < endMs) alive()
            else detail = `it took more than ${deadlineMs / 60_000} min`
          })
        })
        helper.process.ref()
        helper.process.channel?.ref()
        helper.process.send({ id, job } satisfies Asked, () => undefined)
        return answered
      })
      if (answer.error === undefined) return answer.result as never
      throw failureOf(operation, answer.error)
    },
  }
}

/** The one that is used where none is given. */
export const beside = createBeside()

const failureOf = (operation: string, { code, errno, message }: NonNullable<Answered['error']>): DriverError => {
  if (code !== '') return new DriverError({ code: code as DriverErrorCode, operation, detail: message })
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new DriverError({ code: 'StorageFull', operation, detail: message, hint: 'free some space on that disk' })
  return new PathError({ operation, detail: message, errno })
}
