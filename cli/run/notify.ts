import { spawn } from 'node:child_process'
import type { AskNotice } from '../../controller/asks/parts.ts'

/**
 * Runs the operator's command for each ask, with the ask as one line of JSON on its stdin.
 *
 * Guarantees: nothing that an agent said is in its arguments or its environment; four run at once, each for 10 s at most; of a flood
 *   the latest hundred are told. A command that fails is a line of the log.
 */
export const createNotifier = (
  command: string,
  { warn, waitMs = PATIENCE_MS }: { readonly warn: (text: string) => void; readonly waitMs?: number },
): ((notice: AskNotice) => void) => {
  const queue: AskNotice[] = []
  let running = 0

  const next = (): void => {
    if (running >= MOST_AT_ONCE) return
    const notice = queue.shift()
    if (notice === undefined) return
    running += 1
    let isOver = false
    const over = (fault: string | undefined): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      running -= 1
      if (fault !== undefined) warn(`--notify: the command ${fault}`)
      next()
    }
    // A group of its own, so that all of it ends with it.
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    const timer = setTimeout(() => {
      if (child.pid !== undefined) kill(child.pid)
      over(`did not end within ${waitMs / 1_000} s`)
    }, waitMs)
    child.once('error', (error) => over(`can't be run: ${error.name}`))
    child.once('exit', (code) => over(code === 0 ? undefined : `ended with ${code ?? 'a signal'}`))
    // It needn't read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${JSON.stringify(notice)}\n`)
  }

  return (notice) => {
    queue.push(notice)
    if (queue.length > MOST_WAITING) queue.shift()
    next()
  }
}

const MOST_AT_ONCE = 4
const MOST_WAITING = 100
const PATIENCE_MS = 10_000

const kill = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
