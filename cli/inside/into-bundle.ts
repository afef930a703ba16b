import { posix } from 'node:path'
import { Writable } from 'node:stream'
import type { Connection } from '../../drivers/docker/connection.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import { execInContainer } from './docker-exec.ts'
import { CliError } from '../print/cli-error.ts'
import { NO_PROGRAM, whyOf } from './packer.ts'
import { createSaid } from './said.ts'
import { pack } from './source.ts'
import type { Packed, Source } from './source.ts'

/**
 * Copies files into a container whose root may be read-only.
 *
 * Flow: one tar stream, unpacked by the container's own tar, which reaches tmpfs and mounts and respects its user; if the
 *   image has no tar, by the Engine, which reaches all but tmpfs.
 * Guarantees: nothing is written underneath a tmpfs, where it would be hidden; a refusal names the field of the spec that
 *   would allow it.
 */
export interface IntoBundle {
  readonly container: string
  readonly source: Source
  /** In the container. */
  readonly to: string
  /** Bytes go. */
  alive(): void
}

export const copyIntoBundle = async (
  connection: Connection,
  { container, source, to, alive }: IntoBundle,
  signal: AbortSignal,
): Promise<void> => {
  const tmpfs = await tmpfsOf(connection, container, signal)
  const folder = to.endsWith('/') || tmpfs.includes(to) || (await isFolderInside(connection, { container, to }, signal))
  const [into, name] = folder ? [to, source.name] : [posix.dirname(to), posix.basename(to)]
  const said = createSaid()
  const packed = pack(source, name, alive)
  const exitCode = await execInContainer(
    connection,
    {
      container,
      command: ['tar', '-C', into, '-xf', '-'],
      input: packed.stdout,
      stdout: ignoring(),
      stderr: said.stream(),
      terminal: undefined,
    },
    signal,
  ).finally(packed.stop)
  if (exitCode === 0) return packed.end()
  if (!NO_PROGRAM.has(exitCode)) throw new CliError(`can't copy to ${to} in ${container}: ${whyOf(said.text())}`, HINT)
  if (tmpfs.some((place) => `${into}/`.startsWith(`${place}/`)))
    throw new CliError(`can't copy to ${to}: it is a tmpfs, and the image has no tar to unpack there`, HINT)
  return byEngine(connection, { container, into, packed: pack(source, name, alive) }, signal)
}

const HINT = 'use spec.bundle.mounts, or make the root writable with spec.bundle.readOnlyRoot: false'
/** A copy that stalls is ended by who called. */
const LONGEST_MS = 24 * 3_600_000

const byEngine = async (
  connection: Connection,
  { container, into, packed }: { readonly container: string; readonly into: string; readonly packed: Packed },
  signal: AbortSignal,
): Promise<void> => {
  try {
    await connection.request(
      {
        operation: `copy files into ${container}`,
        doing: 'start',
        method: 'PUT',
        path: `/containers/${container}/archive`,
        query: { path: into },
        file: packed.stdout,
        deadlineMs: LONGEST_MS,
      },
      signal,
    )
    await packed.end()
  } catch (error) {
    if (isDriverError(error, 'Unavailable')) throw error
    throw isDriverError(error) ? new CliError(error.message, HINT) : error
  } finally {
    packed.stop()
  }
}

const ignoring = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

const tmpfsOf = async (connection: Connection, container: string, signal: AbortSignal): Promise<readonly string[]> => {
  const { HostConfig } = await connection.json<{
    readonly HostConfig?: { readonly Tmpfs?: Readonly<Record<string, string>> | null }
  }>({ operation: `inspect ${container}`, doing: 'read', method: 'GET', path: `/containers/${container}/json` }, signal)
  return Object.keys(HostConfig?.Tmpfs ?? {})
}

/** Go's os.ModeDir. */
const FOLDER = 2 ** 31

/** What is said of it decides only where in the container the copy goes. */
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
    const header = Buffer.from(String(answer.headers['x-docker-container-path-stat'] ?? ''), 'base64').toString()
    const found = parseJson(header)
    const mode = isRecord(found) ? Number(found['mode']) : 0
    return Math.floor(mode / FOLDER) % 2 === 1
  } catch (error) {
    if (isDriverError(error, 'NotFound')) return false
    throw error
  }
}
