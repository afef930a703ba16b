import type { Own, OwnKind } from '../../reconcilers/taint/ours.ts'
import type { Use } from '../../reconcilers/taint/overlap.ts'
import { aPlace } from './a-taint.ts'

/** Uses and places for tables: each path is an inode of its own. */
type Kind = 'mount' | 'copy' | 'rw' | 'ro' | 'secret' | 'image' | 'artifact'
const FIELDS: Readonly<Record<Kind, Pick<Use, 'field' | 'role' | 'writable'>>> = {
  mount: { field: ['spec', 'workspace', 'path'], role: 'workspace', writable: true },
  copy: { field: ['spec', 'workspace', 'path'], role: 'workspace', writable: false },
  rw: { field: ['spec', 'bundle', 'mounts', 0, 'source'], role: 'bundle-mount', writable: true },
  ro: { field: ['spec', 'bundle', 'mounts', 1, 'source'], role: 'bundle-mount', writable: false },
  secret: { field: ['spec', 'secrets', 'KEY', 'fromFile'], role: 'secret', writable: false },
  image: { field: ['spec', 'machine', 'image'], role: 'image', writable: false },
  artifact: { field: ['spec', 'machine', 'artifact'], role: 'artifact', writable: false },
}
/** The ids of the folders above a path, as if each path were an inode. */
const idsAbove = (path: string): readonly string[] => {
  const parts = path.split('/').slice(1, -1)
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)].toReversed().map((each) => `1:${each}`)
}
export const place = (canonical: string, change: Partial<Use['place']> = {}) =>
  aPlace(canonical, change.kind ?? 'folder', { above: canonical === '/' ? [] : idsAbove(canonical), ...change })
export const turn = (path: string) => ({ path, above: idsAbove(path) })
export const use = (kind: Kind, path: string, change: Partial<Use['place']> & { readonly path?: string } = {}): Use => {
  const { path: written = path, ...there } = change
  return { ...FIELDS[kind], path: written, place: place(path, there), mounts: [] }
}
export const own = (kind: OwnKind, path: string, change: Partial<Use['place']> = {}): Own => ({
  what: `our ${kind}`,
  path,
  kind,
  place: place(path, change),
})
