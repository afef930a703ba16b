import { AsyncLocalStorage } from 'node:async_hooks'
import { suite as uvuSuite } from 'uvu'
import { patience } from './patience.ts'

/**
 * uvu with a deadline per test, longer on a busy machine (uvu has none: a hung test would end the run without its name),
 * a reason per skip, and a failure for any process warning.
 */
export interface Suite {
  (title: string, body: () => Promise<void> | void, options?: { readonly deadlineMs?: number }): void
  /** A test that can't run here; `why` is printed. */
  skip(title: string, why: string): void
  before(hook: () => Promise<void> | void): void
  after(hook: () => Promise<void> | void): void
  run(): void
}

const DEADLINE_MS = 20_000

/** Name of the running test, for helpers that report. */
export const currentTest = new AsyncLocalStorage<string>()

/** uvu sets the exit code at the end of its tests, whatever it was. */
const failAtExit = (): void => {
  process.on('exit', () => {
    process.exitCode = 1
  })
}

process.on('warning', (warning) => {
  if (/ExperimentalWarning/.test(warning.name)) return
  console.error(`FAIL  process warning: ${warning.stack ?? warning.message}`)
  failAtExit()
})

export const suite = (name: string): Suite => {
  const inner = uvuSuite(name)
  const add = (
    title: string,
    body: () => Promise<void> | void,
    options: { readonly deadlineMs?: number } = {},
  ): void => {
    inner(title, () =>
      currentTest.run(`${name}: ${title}`, () => withDeadline(title, body, options.deadlineMs ?? DEADLINE_MS)),
    )
  }
  return Object.assign(add, {
    skip: (title: string, why: string) => {
      console.log(`SKIP  ${name}: ${title} (${why})`)
      inner.skip(title)
    },
    before: (hook: () => Promise<void> | void) => inner.before(async () => reported(`before ${name}`, hook)),
    after: (hook: () => Promise<void> | void) => inner.after(async () => reported(`after ${name}`, hook)),
    run: () => inner.run(),
  })
}

/** uvu passes over what a hook throws, and ends with 0. */
const reported = async (what: string, hook: () => Promise<void> | void): Promise<void> => {
  try {
    await hook()
  } catch (error) {
    console.error(`\nFAIL  ${what}\n`, error)
    failAtExit()
    throw error
  }
}

const withDeadline = async (title: string, body: () => Promise<void> | void, idleMs: number): Promise<void> => {
  const deadlineMs = Math.round(idleMs * patience())
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${title}" did not end within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    await Promise.race([body(), late])
  } finally {
    clearTimeout(timer)
  }
}
