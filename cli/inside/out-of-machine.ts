import { createReadStream, statSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { PassThrough } from 'node:stream'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import type { Received } from '../copy/receive.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import type { Reader, Sender } from './copy-out.ts'
import { bytesOf } from './copy-target.ts'
import { finished, isNotThere, isWithoutTar, packArgs, whyOf } from './packer.ts'
import { createSaid } from './said.ts'
import { runSmolvmWith } from './smolvm-child.ts'

/**
 * By the guest's tar; a guest without one gives single files by smolvm's own copy.
 *
 * Caveats: smolvm writes its copy to a path, which it opens as any other: it is one in a private folder of ours.
 */
export const outOfMachine =
  (session: Session, { smolvm, machine }: { readonly smolvm: string; readonly machine: string }): Sender =>
  async (path, reader, signal) => {
    const said = createSaid()
    const failed = (exitCode: number): Error =>
      isWithoutTar(exitCode, said.text()) ? new NoTar() : failureOf(path, machine, said.text() || `code ${exitCode}`)
    const args = ['machine', 'exec', '--name', machine, '--stream', '--', ...packArgs(path)]
    try {
      return await finished(
        (out, inner) =>
          runSmolvmWith(
            session,
            {
              path: smolvm,
              args,
              stdio: ['ignore', 'pipe', 'pipe'],
              use: ({ stdout, stderr }) => {
                stdout?.pipe(out, { end: false })
                if (stderr !== null) said.listen(stderr)
              },
            },
            inner,
          ),
        { reader, failure: failed, out: new PassThrough() },
        signal,
      )
    } catch (error) {
      if (!(error instanceof NoTar)) throw error
      return bySmolvm(session, { smolvm, machine, path, reader }, signal)
    }
  }

class NoTar extends Error {}

const failureOf = (path: string, machine: string, said: string): CliError => {
  return isNotThere(path, said)
    ? new CliError(`${path} is not in ${machine}`, `bottlectl exec NAME -- ls ${posix.dirname(path)}`, 'NotFound')
    : new CliError(
        `can't copy all of ${path} out of ${machine}: ${whyOf(said)}`,
        'is the machine up? bottlectl get bottles',
      )
}

interface Asking {
  readonly smolvm: string
  readonly machine: string
  readonly path: string
  readonly reader: Reader
}

const LOOK_MS = 500
const MODE = 0o644
const PIECE = 64 * 1024

const bySmolvm = async (
  session: Session,
  { smolvm, machine, path, reader }: Asking,
  signal: AbortSignal,
): Promise<Received> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottlectl-'))
  const copy = join(folder, 'copy')
  const tooMuch = new AbortController()
  const leave = onAbort(signal, () => tooMuch.abort(signal.reason))
  let failure: unknown
  const look = setInterval(() => {
    const size = statSync(copy, { throwIfNoEntry: false })?.size ?? 0
    if (size === seen) return
    seen = size
    try {
      reader.grew(size)
    } catch (error) {
      failure = error
      tooMuch.abort()
    }
  }, LOOK_MS)
  let seen = 0
  try {
    const said = createSaid()
    const exitCode = await runSmolvmWith(
      session,
      {
        path: smolvm,
        args: ['machine', 'cp', `${machine}:${path}`, copy],
        stdio: ['ignore', 'ignore', 'pipe'],
        use: ({ stderr }) => {
          if (stderr !== null) said.listen(stderr)
        },
      },
      tooMuch.signal,
    )
    if (failure !== undefined) throw failure
    if (exitCode !== 0) throw failureOf(path, machine, said.text() || `code ${exitCode}`)
    const { size } = await stat(copy)
    return await reader.file({
      name: bytesOf(posix.basename(path)),
      linkName: '',
      kind: 'file',
      size,
      mode: MODE,
      mtime: 0,
      data: () => piecesOf(copy),
    })
  } finally {
    clearInterval(look)
    leave()
    await rm(folder, { recursive: true, force: true })
  }
}

async function* piecesOf(path: string): AsyncGenerator<Buffer, void> {
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) yield piece as Buffer
}
