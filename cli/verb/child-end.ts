import type { ChildProcess } from 'node:child_process'

/** The exit code of a program, 1 if a signal ended it. Rejects if it could not be started. */
export const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
