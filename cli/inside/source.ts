import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { PassThrough, Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { textOf } from '../copy/judge.ts'
import { openNamed } from '../copy/named-path.ts'
import type { OpenFolder } from '../copy/open-folder.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { endOf } from '../verb/child-end.ts'
import { taint } from './copy-target.ts'
import { whyOf } from './packer.ts'
import { createSaid } from './said.ts'

/**
 * What a person sends into a bottle: a file or a folder of this host.
 *
 * Guarantees: a link of the person's is followed, one that an agent may have made is not; below a folder no link is followed.
 *   Nothing but a regular file or a folder is opened.
 */
export interface Source {
  /** What it is called. */
  readonly name: string
  /** Undefined: a folder. */
  readonly file: FileHandle | undefined
  readonly folder: OpenFolder
  /** In `folder`; a folder is itself. */
  readonly member: string
  close(): Promise<void>
}

export const openSource = async (session: Session, from: string): Promise<Source> => {
  const named = await openNamed(from, { cwd: session.cwd, isTainted: await taint(session), keepLast: false })
  const { folder } = named
  const name = basename(from.replace(/\/+$/, ''))
  try {
    if (named.name === undefined) {
      const called = ['', '.', '..'].includes(name) ? basename(await folder.path()) : name
      return { name: called, file: undefined, folder, member: '.', close: () => folder.close() }
    }
    const file = await openFile(folder, { name: named.name, from })
    const close = async (): Promise<void> => {
      await file.close()
      await folder.close()
    }
    return { name, file, folder, member: textOf(named.name), close }
  } catch (error) {
    await folder.close()
    throw error
  }
}

const openFile = async (
  folder: OpenFolder,
  { name, from }: { readonly name: string; readonly from: string },
): Promise<FileHandle> => {
  const found = await folder.look(name)
  if (found === undefined) throw new CliError(`${from} does not exist`, 'name a file or a folder', 3)
  // A FIFO would wait for a writer, and a device may act on being opened.
  if (!found.isFile()) throw notRegular(from)
  const handle = await open(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw notRegular(from)
}

const notRegular = (from: string): CliError =>
  new CliError(`${from} is neither a file nor a folder`, 'only these are copied', 'BadRequest')

export interface Packed {
  readonly stdout: Readable
  /** Throws unless all of it was packed. */
  end(): Promise<void>
  stop(): void
}

/** A tar stream of it by the name that it is to have; owners of this host mean nothing in a bottle. */
export const pack = (source: Source, name: string, alive: () => void): Packed => {
  const { folder, member } = source
  const said = createSaid()
  const to = name.replaceAll(/[\\,&]/g, '\\$&')
  const inside = folder.fd === undefined ? folder.at('').toString() : '/proc/self/fd/3'
  // S: what links lead to stays as it is.
  const args = ['-C', inside, '--owner=0', '--group=0', `--transform=s,^${escaped(member)},${to},S`]
  const child = spawn('tar', [...args, '-cf', '-', '--', member], {
    stdio: ['ignore', 'pipe', 'pipe', folder.fd ?? 'ignore'],
  })
  const ending = endOf(child)
  // Awaited only after a success; a failure must not be an unhandled rejection.
  ending.catch(() => undefined)
  if (child.stderr !== null) said.listen(child.stderr)
  const counted = new Transform({
    transform: (chunk, _encoding, done) => {
      alive()
      done(null, chunk)
    },
  })
  // Read at once: unread output is discarded when the child ends.
  return {
    stdout: (child.stdout ?? new PassThrough()).pipe(counted),
    end: async () => {
      const exitCode = await ending
      if (exitCode !== 0)
        throw new CliError(
          `not all of ${source.name} was copied: ${whyOf(said.text()) || `tar ended with ${exitCode}`}`,
        )
    },
    stop: () => {
      counted.destroy()
      child.kill()
    },
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*[\],]/g, '\\$&')
