import { execFile } from 'node:child_process'
import type { Answer } from './client.ts'
import { patience } from './patience.ts'

/** A program with its arguments, to its end. */
export const runToEnd = ([program = '', ...args]: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
    execFile(program, args, { env, timeout: Math.ceil(90_000 * patience()) }, (error, out, err) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), out, err }),
    )
  })
