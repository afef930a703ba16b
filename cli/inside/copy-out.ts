import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { within } from '../../drivers/calls/within.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { messageOf } from '../../drivers/message.ts'
import { createLeftOut } from '../copy/left-out.ts'
import { receive } from '../copy/receive.ts'
import type { Received } from '../copy/receive.ts'
import { TarError } from '../copy/tar-header.ts'
import { membersOf } from '../copy/tar-members.ts'
import type { TarMember } from '../copy/tar-members.ts'
import { textOf } from '../copy/judge.ts'
import { CliError } from '../print/cli-error.ts'
import { humanSize } from '../print/size.ts'
import { INTERRUPTED } from '../session/interrupts.ts'
import type { Session } from '../session/session.ts'
import { bytesOf, openTarget } from './copy-target.ts'

/**
 * Copies a file or a folder out of a bottle.
 *
 * Flow: a sender opens a tar stream of a path in the bottle; `receive` writes it; where the path is a link, the path that it
 *   leads to is asked for.
 * Guarantees: a stream that stalls or doesn't end is ended; whatever goes wrong has a message and an exit code; a file that
 *   isn't whole leaves nothing.
 */
export interface CopyOut {
  /** In the bottle. */
  readonly from: string
  /** On this host. */
  readonly to: string
  readonly limits: Limits
}

export interface Limits {
  readonly stallMs: number
  readonly mostBytes: number
}

/** Opens an absolute path in the bottle, has it read, and looks at how its sender ended. */
export type Sender = (path: string, reader: Reader, signal: AbortSignal) => Promise<Received>

export interface Reader {
  tar(stream: Readable): Promise<Received>
  file(member: TarMember): Promise<Received>
  /** So much of a file is here already, though it is not read yet. */
  grew(bytes: number): void
}

const MOST_LINKS = 8
/** What a member costs this host whatever its size. */
const LEAST_MEMBER = 4_096

export const copyOut = async (session: Session, { from, to, limits }: CopyOut, send: Sender): Promise<number> => {
  let path = posix.resolve('/', from)
  if (path === '/') throw new CliError("the whole of a bottle can't be copied", 'name a file or a folder in it', 2)
  const target = await openTarget(session, to, bytesOf(posix.basename(path)))
  const leftOut = createLeftOut(session.say)
  let stalled = false
  let [files, bytes, taken] = [0, 0, 0]
  const progress = (name: string, size: number): void => {
    files += 1
    bytes += size
    session.progress.show(`${files} ${files === 1 ? 'file' : 'files'}, ${humanSize(bytes)}: ${textOf(name)}`)
  }
  const spend = (count: number): void => {
    if ((taken += count) > limits.mostBytes)
      throw new CliError(
        `more than ${humanSize(limits.mostBytes)} came from ${from}`,
        'if that is what you want: --max-size',
        'Conflict',
      )
  }

  const readerOf = (signal: AbortSignal, alive: () => void): Reader => {
    const spent = (count: number): void => {
      alive()
      spend(count)
    }
    const asked = { ...target, source: path.slice(1).split('/').map(bytesOf) }
    const read = (members: AsyncIterable<TarMember>): Promise<Received> =>
      receive({
        members,
        folder: target.into,
        asked,
        leftOut,
        isRoot: target.isRoot,
        onMember: () => spent(LEAST_MEMBER),
        onFile: progress,
      })
    return {
      tar: (stream) => {
        const leave = onAbort(signal, () => stream.destroy(new Error('stopped')))
        return read(membersOf(counted(stream, spent))).finally(leave)
      },
      file: (member) => read(Readable.from([{ ...member, data: () => counted(member.data(), spent) }])),
      grew: (count) => {
        alive()
        if (count > limits.mostBytes) spend(count)
      },
    }
  }

  try {
    await within({ timeoutMs: limits.stallMs, signal: session.signal }, async (signal, alive) => {
      onAbort(signal, () => (stalled = !session.signal.aborted))
      for (let links = 0; ; links += 1) {
        const { linkedTo, members } = await send(path, readerOf(signal, alive), signal)
        if (linkedTo === undefined) {
          if (members === 0) throw new CliError(`nothing came of ${from}`, 'is it there?', 'NotFound')
          return
        }
        if (links === MOST_LINKS) throw new CliError(`${from} leads through more than ${MOST_LINKS} links`)
        path = posix.resolve(posix.dirname(path), textOf(linkedTo))
        if (path === '/') throw new CliError(`${from} is a link to /`, 'name a file or a folder in it', 'Conflict')
      }
    })
  } catch (error) {
    if (session.signal.aborted) return INTERRUPTED
    throw stalled ? stall(from, limits.stallMs) : explained(error, { from, to })
  } finally {
    session.progress.clear()
    leftOut.end()
    await target.into.close()
  }
  const refused = leftOut.refused()
  if (refused > 0)
    throw new CliError(
      `${refused === 1 ? 'one file or folder' : `${refused} files and folders`} of ${from} ${refused === 1 ? 'was' : 'were'} not copied`,
      'the warnings say why; the rest is there',
      'Conflict',
    )
  return 0
}

async function* counted(chunks: AsyncIterable<unknown>, count: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    count((chunk as Buffer).length)
    yield chunk as Buffer
  }
}

const stall = (from: string, stallMs: number): CliError =>
  new CliError(
    `not a byte of ${from} came for ${stallMs / 1_000} s`,
    'what was copied whole stays; --stall-timeout waits longer',
    'Timeout',
  )

const LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

const explained = (error: unknown, { from, to }: Pick<CopyOut, 'from' | 'to'>): unknown => {
  if (error instanceof CliError || isDriverError(error)) return error
  if (error instanceof TarError)
    return new CliError(
      `what came of ${from} is not a whole tar archive: ${error.message}`,
      'what was copied whole stays; try again',
    )
  const code = errnoOf(error)
  if (LOST.has(code))
    return new CliError(
      `the connection was lost before all of ${from} came`,
      'what was copied whole stays',
      'ServiceUnavailable',
    )
  if (FULL.has(code)) return new CliError(`no space left for ${to}`, 'what was copied whole stays; free some space')
  return code === '' ? error : new CliError(`can't write to ${to}: ${messageOf(error).replace(/, \w+ .*$/s, '')}`)
}
