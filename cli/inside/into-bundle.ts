import { spawn } from 'node:child_process'
import { basename, dirname, posix } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import type { Connection } from '../../drivers/docker/connection.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { endOf } from '../verb/child-end.ts'
import { execInContainer } from './docker-exec.ts'
import { CliError } from '../print/cli-error.ts'

/**
 * Copies files into a container whose root may be read-only.
 *
 * Flow: one tar stream, unpacked by the container's own tar, which reaches tmpfs and mounts and respects its user; if the
 *   image has no tar, by the Engine, which reaches all but tmpfs.
 * Guarantees: nothing is written underneath a tmpfs, where it would be hidden; a refusal names the field of the spec that
 *   would allow it.
 */
const NO_TAR: readonly number[] = [126, 127]

export const copyIntoBundle = async (
  connection: Connection,
  { container, from, to }: { readonly container: string; readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<number> => {
  const tmpfs = await tmpfsOf(connection, container, signal)
  const folder = to.endsWith('/') || tmpfs.includes(to) || (await isFolderInside(connection, { container, to }, signal))
  const [into, name] = folder ? [to, basename(from)] : [posix.dirname(to), posix.basename(to)]
  const said: Buffer[] = []
  const silent = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said.push(chunk)
      done()
    },
  })
  const packed = pack(from, name)
  const exitCode = await execInContainer(
    connection,
    {
      container,
      command: ['tar', '-C', into, '-xf', '-'],
      input: packed.stdout,
      stdout: silent,
      stderr: silent,
      terminal: undefined,
    },
    signal,
  )
  packed.stdout.destroy()
  if (exitCode === 0) return packed.ended
  if (!NO_TAR.includes(exitCode))
    throw new CliError(`can't copy to ${to} in ${container}: ${Buffer.concat(said).toString().trim()}`, HINT)
  if (tmpfs.some((place) => `${into}/`.startsWith(`${place}/`)))
    throw new CliError(`can't copy to ${to}: it is a tmpfs, and the image has no tar to unpack there`, HINT)
  return byEngine(connection, { container, into, packed: pack(from, name) }, signal)
}

const HINT = 'use spec.bundle.mounts, or make the root writable with spec.bundle.readOnlyRoot: false'

const byEngine = async (
  connection: Connection,
  {
    container,
    into,
    packed,
  }: { readonly container: string; readonly into: string; readonly packed: ReturnType<typeof pack> },
  signal: AbortSignal,
): Promise<number> => {
  try {
    await connection.request(
      {
        operation: `copy files into ${container}`,
        doing: 'start',
        method: 'PUT',
        path: `/containers/${container}/archive`,
        query: { path: into },
        file: packed.stdout,
      },
      signal,
    )
    return packed.ended
  } catch (error) {
    if (isDriverError(error, 'Unavailable')) throw error
    throw isDriverError(error) ? new CliError(error.message, HINT) : error
  }
}

/** Owners of this host mean nothing in the container. */
const pack = (from: string, name: string) => {
  const child = spawn(
    'tar',
    [
      '-C',
      dirname(from),
      '--owner=0',
      '--group=0',
      `--transform=s,^${escaped(basename(from))},${name.replaceAll(/[\\,&]/g, '\\$&')},`,
      '-cf',
      '-',
      '--',
      basename(from),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = endOf(child)
  // Awaited only after a success; a failure must not be an unhandled rejection.
  ended.catch(() => undefined)
  // Read at once: unread output is discarded when the child ends.
  return { stdout: child.stdout.pipe(new PassThrough()), ended }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*[\],]/g, '\\$&')

const tmpfsOf = async (connection: Connection, container: string, signal: AbortSignal): Promise<readonly string[]> => {
  const { HostConfig } = await connection.json<{
    readonly HostConfig?: { readonly Tmpfs?: Readonly<Record<string, string>> | null }
  }>({ operation: `inspect ${container}`, doing: 'read', method: 'GET', path: `/containers/${container}/json` }, signal)
  return Object.keys(HostConfig?.Tmpfs ?? {})
}

/** Go's os.ModeDir. */
const FOLDER = 2 ** 31

const isFolderInside = async (
  connection: Connection,
  { container, to }: { readonly container: string; readonly to: string },
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    const answer = await connection.open(
      {
        operation: `look for ${to} in ${container}`,
        doing: 'read',
        method: 'GET',
        path: `/containers/${container}/archive`,
        query: { path: to },
      },
      signal,
    )
    answer.on('error', () => undefined).destroy()
    const header = String(answer.headers['x-docker-container-path-stat'] ?? '')
    const { mode = 0 } = JSON.parse(Buffer.from(header, 'base64').toString() || '{}') as { readonly mode?: number }
    return Math.floor(mode / FOLDER) % 2 === 1
  } catch (error) {
    if (isDriverError(error, 'NotFound')) return false
    throw error
  }
}
