import { createGlob } from '../../egress/glob.ts'
import type { Repository } from '../../egress/git/repository.ts'
import { shown } from '../../egress/shown.ts'

/**
 * What a push wants to change, judged by names, and then by what is known of its objects. Pure.
 *
 * Guarantees: each refusal is one sentence for the agent's terminal, with what to do instead; one refusal refuses the whole push.
 */
export interface Update {
  readonly before: string
  readonly after: string
  readonly ref: string
}

/** Of the mirror, which has just been fetched. */
export interface UpdateFacts {
  /** Of the ref now; undefined: there is none. */
  readonly current: string | undefined
  /** Of the new object: commit, tag, tree, blob; undefined: there is none. */
  readonly type: string | undefined
  /** The new commit has the current one among its ancestors. */
  readonly keepsCommits: boolean
}

/** The lines on a pre-receive hook's stdin; undefined: they are none that git writes. */
export const parseUpdates = (text: string): readonly Update[] | undefined => {
  const lines = text.split('\n').filter((line) => line !== '')
  const updates = lines.flatMap((line) => {
    const [, before = '', after = '', ref = ''] = UPDATE.exec(line) ?? []
    return ref === '' ? [] : [{ before, after, ref }]
  })
  return updates.length === lines.length && lines.length > 0 ? updates : undefined
}

const UPDATE = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (refs\/[^\s\0]+)$/
export const isNone = (id: string): boolean => /^0+$/.test(id)
const MOST_UPDATES = 32

export const refusedByName = (updates: readonly Update[], { name, push }: Repository): readonly string[] => {
  if (push.length === 0) return [`pushes to ${name} are not taken: nothing stands under push of this repository`]
  if (updates.length > MOST_UPDATES)
    return [`${updates.length} refs in one push are too many: push ${MOST_UPDATES} at most`]
  return updates.flatMap((update) => refusalOf(update, push) ?? [])
}

const refusalOf = ({ after, ref }: Update, push: readonly string[]): string | undefined => {
  const [, kind = '', short = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  if (kind === '') return `${shown(ref)} is neither a branch nor a tag: only branches are taken, ${listOf(push)}`
  if (isNone(after)) return `${shown(short)} is not deleted: a person can delete it upstream`
  const isTaken = push.some((glob) =>
    kind === 'tags'
      ? glob.startsWith(TAGS) && createGlob(glob)(`${TAGS}${short}`)
      : !glob.startsWith(TAGS) && createGlob(glob)(short),
  )
  if (isTaken) return undefined
  const branches = push.filter((glob) => !glob.startsWith(TAGS))
  const example = branches[0]?.replace(/\*+/g, () => short.replace(/^.*\//, ''))
  if (kind === 'tags')
    return `the tag ${shown(short)} is not taken: ${push.some((glob) => glob.startsWith(TAGS)) ? `only ${listOf(push)}` : 'only branches are'}; push without tags`
  return `the branch ${shown(short)} is not taken, only ${listOf(push)}${example === undefined ? '' : `: git push origin HEAD:refs/heads/${shown(example)}`}`
}

const TAGS = 'tags/'
const listOf = (push: readonly string[]): string => push.slice(0, 8).join(', ') + (push.length > 8 ? ', …' : '')

/** With what the mirror knows. */
export const refusedByFacts = (
  { before, ref }: Update,
  { current, type, keepsCommits }: UpdateFacts,
): string | undefined => {
  const short = shown(ref.replace(/^refs\/(?:heads|tags)\//, ''))
  const isTag = ref.startsWith('refs/tags/')
  if ((current ?? '') !== (isNone(before) ? '' : before))
    return `${short} has moved upstream meanwhile: git fetch, rebase onto it, and push again`
  if (isTag && current !== undefined) return `the tag ${short} exists and is not moved: take another name`
  if (type !== 'commit' && !(isTag && type === 'tag')) return `${short} would not be a commit`
  return keepsCommits
    ? undefined
    : `${short} would lose commits that are upstream: git fetch, rebase onto it, and push without --force`
}
