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
 *   process waits for it, so work goes on and this process can end; who asks for a path that hangs already is told so at
 *   once; a process in which too much hangs gets no more jobs and is killed after its last one. Settles at the limit or as
 *   soon as `signal` aborts.
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
  /** It takes jobs, or has not come up for long. */
  readonly up: Promise<void>
  readonly waiting: Map<number, (answer: Answered | Error) => void>
  /** The paths of jobs that nobody waits for any more and that have not ended. */
  readonly stuck: Map<number, string>
}

const START_MS = 60_000
const IDLE_MS = 30_000
/** After the process in which it hung was killed, a path isn't tried again for so long. */
const SPARED_MS = 60_000
/** Of its threads: with so many stuck it still has as many free. */
const MOST_STUCK = 16
const THREADS = 4 * MOST_STUCK
const IS_SOURCE = import.meta.url.endsWith('.ts')
const MAIN = fileURLToPath(new URL(`beside-main${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url))

export const createBeside = (): Beside => {
  let current: Helper | undefined
  let idle: NodeJS.Timeout | undefined
  let count = 0
  /** Paths that hang, or did a moment ago. */
  const hanging = new Set<string>()

  const lose = (helper: Helper, why: string): void => {
    if (current === helper) current = undefined
    for (const answer of helper.waiting.values()) answer(new Error(why))
    helper.waiting.clear()
    for (const path of helper.stuck.values()) setTimeout(() => hanging.delete(path), SPARED_MS).unref()
    helper.stuck.clear()
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
    let isUp: () => void = () => undefined
    const up = new Promise<void>((resolve) => {
      isUp = resolve
      setTimeout(resolve, START_MS).unref()
    })
    const helper: Helper = { process: child, up, waiting: new Map(), stuck: new Map() }
    child.on('message', (answer: Answered) => {
      if (answer.id === 0) isUp()
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
    hanging.delete(helper.stuck.get(id) ?? '')
    helper.stuck.delete(id)
    calm(helper)
  }

  const calm = (helper: Helper): void => {
    if (helper.waiting.size > 0) return
    rest(helper)
    if (current !== helper) helper.process.kill('SIGKILL')
    else {
      clearTimeout(idle)
      idle = setTimeout(() => retire(helper), IDLE_MS).unref()
    }
  }

  /** It gets no more jobs. */
  const retire = (helper: Helper): void => {
    if (current === helper) current = undefined
    if (helper.waiting.size === 0) helper.process.kill('SIGKILL')
  }

  const leave = (helper: Helper, id: number, { path, hangs }: { path: string; hangs: boolean }): void => {
    if (!helper.waiting.delete(id)) return
    helper.stuck.set(id, path)
    if (hangs) hanging.add(path)
    if (helper.process.connected) helper.process.send({ id } satisfies Asked, () => undefined)
    if (helper.stuck.size >= MOST_STUCK) retire(helper)
    calm(helper)
  }

  /** Its answer, whenever that comes. `alive` is called for signs of life. */
  const send = (helper: Helper, job: Job, { operation, alive }: { operation: string; alive: () => void }): Sent => {
    const id = (count += 1)
    const answered = new Promise<Answered>((resolve, reject) => {
      helper.waiting.set(id, (given) => {
        if (given instanceof Error) reject(new DriverError({ code: 'Failed', operation, detail: given.message }))
        else if (given.alive === true) alive()
        else resolve(given)
      })
    })
    // Nobody may wait for it any more.
    answered.catch(() => undefined)
    helper.process.ref()
    helper.process.channel?.ref()
    helper.process.send({ id, job } satisfies Asked, () => undefined)
    return { answered, leave: (hangs) => leave(helper, id, { path: job.path, hangs }) }
  }

  return {
    ask: async (job, { operation, stallMs, deadlineMs }, signal) => {
      if (isAborted(signal)) throw cancelled(operation)
      if (hanging.has(job.path))
        throw new DriverError({ code: 'Timeout', operation, detail: `${job.path} still doesn't answer` })
      clearTimeout(idle)
      const helper = (current ??= begin())
      let alive = (): void => undefined
      const { answered, leave: give } = send(helper, job, { operation, alive: () => alive() })
      // Its start isn't the path's fault.
      await soonest([helper.up, answered], signal)
      if (isAborted(signal)) {
        give(false)
        throw cancelled(operation)
      }
      const answer = await within({ timeoutMs: stallMs, signal }, (inner, refresh) => {
        const endMs = performance.now() + deadlineMs
        let detail = `nothing came for ${stallMs / 1_000} s`
        alive = () => {
          if (performance.now() < endMs) refresh()
          else detail = `it took more than ${deadlineMs / 60_000} min`
        }
        const cut = new Promise<never>((_, reject) => {
          onAbort(inner, () => {
            const wasAborted = isAborted(signal)
            give(!wasAborted)
            reject(wasAborted ? cancelled(operation) : new DriverError({ code: 'Timeout', operation, detail }))
          })
        })
        return Promise.race([answered, cut])
      })
      if (answer.error === undefined) return answer.result as never
      throw failureOf(operation, answer.error)
    },
  }
}

interface Sent {
  readonly answered: Promise<Answered>
  /** Nobody waits for it any more; `hangs`: as it didn't answer. */
  readonly leave: (hangs: boolean) => void
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

/** Once one has settled, or `signal` aborts. Never throws. */
const soonest = async (works: readonly Promise<unknown>[], signal: AbortSignal | undefined): Promise<void> => {
  let stay: () => void = () => undefined
  const aborted = new Promise<void>((resolve) => {
    stay = onAbort(signal, resolve)
  })
  await Promise.race([...works, aborted]).catch(() => undefined)
  stay()
}

/** The one that is used where none is given. */
export const beside = createBeside()

const failureOf = (operation: string, { code, errno, message }: NonNullable<Answered['error']>): DriverError => {
  if (code !== '') return new DriverError({ code: code as DriverErrorCode, operation, detail: message })
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new DriverError({ code: 'StorageFull', operation, detail: message, hint: 'free some space on that disk' })
  return new PathError({ operation, detail: message, errno })
}
