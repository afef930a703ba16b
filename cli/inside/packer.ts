import { posix } from 'node:path'
import type { PassThrough } from 'node:stream'
import { messageOf } from '../../drivers/smolvm/errors.ts'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { TarCutOff } from '../copy/tar-header.ts'
import type { Received } from '../copy/receive.ts'
import type { Reader } from './copy-out.ts'

/** Exit codes of a program that isn't there. */
export const NO_PROGRAM: ReadonlySet<number> = new Set([126, 127])

/** Of a command in a guest. */
export const isWithoutTar = (exitCode: number, said: string): boolean =>
  NO_PROGRAM.has(exitCode) || /executable file|not found in \$PATH|exec(?:ve)? failed/i.test(said)

/** In one line: smolvm's own error, else what tar said first; its last line only says that there was something. */
export const whyOf = (said: string): string => {
  if (/^Error: /m.test(said)) return messageOf(said)
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/Exiting with failure status/.test(line))
  return lines.slice(0, 3).join('; ')
}

/** Whether tar looked for the path itself in vain, and not for something below it that went meanwhile. */
export const isNotThere = (path: string, said: string): boolean =>
  said.includes('No such file') && !said.includes(`./${posix.basename(path)}/`)

/** A tar of one path; `./` keeps a name like `-x` from being an option. */
export const packArgs = (path: string): readonly string[] => [
  'tar',
  '-C',
  posix.dirname(path),
  '-cf',
  '-',
  `./${posix.basename(path)}`,
]

/**
 * Reads what a packing program writes, and waits for its end.
 *
 * Guarantees: a reader that fails or has enough ends the program; a program that fails is the reason of the failure, as what it
 *   wrote says less.
 */
export const finished = async (
  run: (out: PassThrough, signal: AbortSignal) => Promise<number>,
  {
    reader,
    failure,
    out,
  }: {
    readonly reader: Pick<Reader, 'tar'>
    readonly failure: (exitCode: number) => Error
    readonly out: PassThrough
  },
  signal: AbortSignal,
): Promise<Received> => {
  const enough = new AbortController()
  const leave = onAbort(signal, () => enough.abort(signal.reason))
  const ending = run(out, enough.signal).finally(() => out.end())
  ending.catch(() => undefined)
  try {
    const received = await reader.tar(out).catch(async (error: unknown) => {
      if (!(error instanceof TarCutOff)) throw error
      const exitCode = await ending
      throw exitCode === 0 ? error : failure(exitCode)
    })
    if (received.linkedTo !== undefined) return received
    const exitCode = await ending
    if (exitCode !== 0) throw failure(exitCode)
    return received
  } finally {
    enough.abort()
    leave()
    out.destroy()
    await ending.catch(() => undefined)
  }
}
