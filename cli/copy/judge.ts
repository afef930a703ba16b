import { isCandidate } from '../../controller/folder/candidate-name.ts'
import type { TarMember } from './tar-members.ts'

/**
 * What may be written of what a bottle sends. Pure.
 *
 * Guarantees: only files and folders, only what was asked for and below it, under the one name that the person chose.
 *   Nothing below it acts by itself: no hooks and settings of git's, no state of bottled's, no Bottle in a root.
 */
export interface Asked {
  /** Segments of the path in the bottle; the last is the name that all members must begin with. Bytes as latin1. */
  readonly source: readonly string[]
  /** Segments of the folder on this host, all that lead to it. */
  readonly folder: readonly string[]
  /** The name that the copy gets in it. */
  readonly as: string
  /** How many of `folder` lead to a root of Bottles, for each root that it is in. */
  readonly rootDepths: readonly number[]
}

export type Verdict =
  | { readonly kind: 'file' | 'folder'; readonly path: readonly string[] }
  /** Has no content of its own, or is never copied: the rest counts as a whole copy. */
  | { readonly kind: 'left out'; readonly why: string }
  /** Content that doesn't arrive: the copy has failed in part. */
  | { readonly kind: 'refused'; readonly why: string }
  /** What was asked for is a link itself. */
  | { readonly kind: 'linked'; readonly to: string }

const MOST_DEEP = 128
const LONGEST = 255

export const judge = (member: Pick<TarMember, 'name' | 'linkName' | 'kind'>, asked: Asked): Verdict => {
  const segments = member.name.split('/').filter((segment) => segment !== '' && segment !== '.')
  const [first, ...below] = segments
  const fault = member.name.startsWith('/') ? 'its path is absolute' : faultOf(segments)
  if (fault !== undefined) return { kind: 'refused', why: fault }
  if (first === undefined || first !== asked.source.at(-1))
    return { kind: 'refused', why: 'it is not below what was asked for' }
  if (member.kind === 'link')
    return below.length === 0
      ? { kind: 'linked', to: member.linkName }
      : { kind: 'left out', why: `a symbolic link to ${textOf(member.linkName)}` }
  if (member.kind === 'device' || member.kind === 'FIFO')
    return { kind: below.length === 0 ? 'refused' : 'left out', why: `a ${member.kind}` }
  if (member.kind !== 'file' && member.kind !== 'folder')
    return { kind: 'refused', why: KINDS[member.kind] ?? `a ${member.kind}` }
  const path = [asked.as, ...below]
  const own =
    ownOf(member.kind, { before: asked.source, below }) ??
    ownOf(member.kind, { before: [...asked.folder, asked.as], below })
  if (own !== undefined) return { kind: 'left out', why: own }
  if (member.kind === 'file' && asked.rootDepths.some((depth) => isRead([...asked.folder.slice(depth), ...path])))
    return { kind: 'refused', why: 'a controller would read it as a Bottle' }
  return { kind: member.kind, path }
}

/** Of bytes as latin1, for people. */
export const textOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString()

const KINDS: Readonly<Record<string, string>> = {
  'hard link': 'a hard link to another member',
  unknown: 'an unknown type of member',
}

const faultOf = (segments: readonly string[]): string | undefined => {
  if (segments.includes('..')) return 'its path leads upwards'
  if (segments.length > MOST_DEEP) return `it is nested deeper than ${MOST_DEEP}`
  if (segments.some((segment) => segment.length > LONGEST)) return `its name is longer than ${LONGEST} bytes`
  // eslint-disable-next-line no-control-regex
  if (segments.some((segment) => /[\u0000-\u001f\u007f\\]/.test(segment)))
    return 'its name has a control character or a backslash'
  return undefined
}

/** In a root: a Bottle file, or a file that the controller would put back as one after a crash. */
export const isRead = (path: readonly string[]): boolean =>
  isCandidate(path.join('/')) || /^\..*\.bottled-/.test(path.at(-1) ?? '')

/** What git or bottled would obey, unless it is itself what was asked for. File systems may ignore case. */
const ownOf = (
  kind: 'file' | 'folder',
  { before, below }: { readonly before: readonly string[]; readonly below: readonly string[] },
): string | undefined => {
  const lower = below.map((segment) => segment.toLowerCase())
  if (lower.includes('.bottled')) return 'state of bottled'
  // A file of this name leads git to any folder.
  if (kind === 'file' && lower.at(-1) === '.git') return GIT_OBEYS_IT
  const all = [...before.map((segment) => segment.toLowerCase()), ...lower]
  const isObeyed = (start: number): boolean =>
    // Branches have any name; so have submodules and worktrees, whose refs are told from theirs by nothing.
    !['refs', 'logs'].includes(all[start] ?? '') &&
    all.some((segment, at) => at >= start && at >= before.length && GIT_OBEYS.has(segment))
  return all.some((segment, at) => segment === '.git' && isObeyed(at + 1)) ? GIT_OBEYS_IT : undefined
}

export const GIT_OBEYS_IT = 'git would obey it'
/** Of a git directory: what it runs, or what leads it to another folder for that. In lower case. */
export const GIT_OBEYS: ReadonlySet<string> = new Set(['hooks', 'config', 'config.worktree', 'commondir'])
