import type { Push } from '../../egress/asks/content.ts'
import type { Repository } from '../../egress/git/repository.ts'
import { isNone } from './judge-updates.ts'
import type { Update } from './judge-updates.ts'
import { runGit } from './run-git.ts'

/**
 * What a person says of one ref of a push: `used` is called once it is upstream; else a sentence for the agent.
 *
 * The answer is the controller's, never the agent's: nothing that an agent reaches gives one.
 */
export type Review = (push: Push) => Promise<{ readonly used: () => void } | { readonly refused: string }>

export interface ReviewAsked {
  readonly repository: Repository
  readonly updates: readonly Update[]
  /** In which git sees the objects of the push. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** What a person should know before anything else. */
  readonly notes: readonly string[]
}

/** Of a push that is right but for the approval; each of its refs needs one. */
export const reviewUpdates = async (
  { repository, updates, notes, ...where }: ReviewAsked,
  review: Review,
): Promise<{ readonly refused: readonly string[]; used(): void }> => {
  const { name, url } = repository
  const answers: Awaited<ReturnType<Review>>[] = []
  for (const update of updates) {
    const summary = [...notes, await summaryOf(update, where)].join('; ')
    answers.push(await review({ kind: 'push', repository: name, url, ref: update.ref, commit: update.after, summary }))
  }
  return {
    refused: answers.flatMap((each) => ('refused' in each ? [each.refused] : [])),
    used: () => {
      for (const each of answers) if ('used' in each) each.used()
    },
  }
}

/** How much it is, and how its first commits call themselves; what git doesn't say in time is left out. */
const summaryOf = async (
  { before, after }: Update,
  { env, folder }: Pick<ReviewAsked, 'env' | 'folder'>,
): Promise<string> => {
  const git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout } = await runGit({ args, env, cwd: folder, deadlineMs: 10_000 })
    return code === 0 ? stdout.trim() : ''
  }
  const fresh = [after, '--not', '--all'] as const
  const base = isNone(before) ? await git('merge-base', 'HEAD', after) : before
  const [count, size, subjects] = await Promise.all([
    git('rev-list', '--count', ...fresh),
    base === '' ? '' : git('diff', '--shortstat', '--no-renames', '--no-ext-diff', '--no-textconv', base, after),
    git('log', '--format=%s', `--max-count=${MOST_SUBJECTS}`, ...fresh),
  ])
  const commits = count === '' ? '' : `${count} new ${count === '1' ? 'commit' : 'commits'}`
  return [[commits, size].filter((each) => each !== '').join(', '), ...subjects.split('\n')]
    .filter((each) => each !== '')
    .join('; ')
}

const MOST_SUBJECTS = 5
