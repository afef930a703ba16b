import { Readable } from 'node:stream'
import { posix } from 'node:path'
import type { Connection } from '../docker/connection.ts'
import { onlyFileOf } from '../docker/passwd.ts'
import type { Beside } from '../reading/beside.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'
import { folderOf, markerOf, MARKERS, statesIn } from '../smolvm/copy.ts'
import { sendTree } from '../smolvm/send-tree.ts'
import { tarOf } from './tar-entry.ts'

/**
 * Copies a host folder into an agent's container as one tar stream, which the Engine unpacks.
 *
 * Guarantees: the marker is written last and outside the tree, so an interrupted copy doesn't count; links and modes are kept, the
 *   files belong to the container's user; entries named `.bottled` and state folders of other names are omitted. A copy in which
 *   nothing moves any more is ended.
 * Assumptions: the host has tar. Caveats: if the folder changes during the copy, the container gets a mix of versions.
 */
export interface IntoAgent {
  readonly container: string
  readonly operation: string
  readonly target: string
}

interface Tools {
  readonly connection: Connection
  readonly beside: Beside
  readonly path: string
  /** Of a copy in which nothing moves. */
  readonly stallMs?: number
}

export const hasCopied = (
  { connection }: Pick<Tools, 'connection'>,
  { container, operation, target }: IntoAgent,
  signal?: AbortSignal,
): Promise<boolean> => isThere(connection, { container, operation, path: markerOf(target) }, signal)

export const isThere = async (
  connection: Connection,
  { container, operation, path }: { readonly container: string; readonly operation: string; readonly path: string },
  signal?: AbortSignal,
): Promise<boolean> => {
  const asked = { operation, doing: 'read', method: 'HEAD', path: `/containers/${container}/archive` } as const
  return (await connection.request({ ...asked, query: { path }, accept: [404] }, signal)).status !== 404
}

export const copyFolderIn = async (
  tools: Tools,
  { user, source, ...into }: IntoAgent & { readonly source: string; readonly user: string },
  signal?: AbortSignal,
): Promise<void> => {
  const { connection, beside, stallMs = SOURCE_LIMITS.stallMs } = tools
  const { operation, target } = into
  const { copyMs } = SOURCE_LIMITS
  const folder = await folderOf({ beside }, { operation, source }, signal)
  const states = await statesIn({ beside, deadlines: { stallMs, copyMs } }, { operation, folder }, signal)
  const owner = await ownerOf(connection, { ...into, user }, signal)
  await makeFolders(connection, { ...into, folder: target, owner }, signal)
  await sendTree(
    { operation, folder, states, path: tools.path, owner: `${owner.uid}:${owner.gid}`, stallMs, taker: 'Docker' },
    async (tar, inner) => {
      await put(connection, { ...into, folder: target, tar, deadlineMs: copyMs }, inner)
    },
    signal,
  )
  const root = { uid: 0, gid: 0 }
  await makeFolders(connection, { ...into, folder: MARKERS, owner: root }, signal)
  const marker = tarOf([{ name: posix.basename(markerOf(target)), mode: 0o444, ...root }])
  await put(connection, { ...into, folder: MARKERS, tar: Readable.from([marker]) }, signal)
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Those that are missing: what is there keeps its owner. */
const makeFolders = async (
  connection: Connection,
  { folder, owner, ...into }: IntoAgent & { readonly folder: string; readonly owner: Owner },
  signal?: AbortSignal,
): Promise<void> => {
  const parts = posix
    .resolve('/', folder)
    .split('/')
    .filter((part) => part !== '')
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const path = `/${parts.slice(0, depth).join('/')}`
    if (await isThere(connection, { ...into, path }, signal)) continue
    const tar = tarOf([{ name: `${parts[depth - 1] ?? ''}/`, mode: 0o755, ...owner }])
    await put(connection, { ...into, folder: posix.dirname(path), tar: Readable.from([tar]) }, signal)
  }
}

const put = (
  connection: Connection,
  request: IntoAgent & { readonly folder: string; readonly tar: Readable; readonly deadlineMs?: number },
  signal?: AbortSignal,
): Promise<unknown> => {
  const { container, operation, folder, tar, deadlineMs } = request
  return connection.request(
    {
      operation,
      doing: 'start',
      method: 'PUT',
      path: `/containers/${container}/archive`,
      query: { path: folder },
      file: tar,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    },
    signal,
  )
}

/** Who the container's user is, by its own /etc/passwd where that is a name; root where nothing says so. */
const ownerOf = async (
  connection: Connection,
  { container, operation, user }: IntoAgent & { readonly user: string },
  signal?: AbortSignal,
): Promise<Owner> => {
  const [name = '', group] = user.split(':')
  if (name === '' || name === 'root') return { uid: 0, gid: 0 }
  if (/^\d+$/.test(name)) return { uid: Number(name), gid: /^\d+$/.test(group ?? '') ? Number(group) : 0 }
  const asked = { operation, doing: 'read', method: 'GET', path: `/containers/${container}/archive` } as const
  const { status, body } = await connection.request({ ...asked, query: { path: '/etc/passwd' }, accept: [404] }, signal)
  const passwd = status === 404 ? '' : (onlyFileOf(body) ?? '')
  const line = passwd.split('\n').find((each) => each.startsWith(`${name}:`))
  const [uid, gid] = (line ?? '').split(':').slice(2, 4).map(Number)
  return { uid: uid ?? 0, gid: gid ?? 0 }
}
