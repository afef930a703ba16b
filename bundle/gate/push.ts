import type { Repository } from '../../egress/git/repository.ts'
import { shown } from '../../egress/shown.ts'
import { COMMON, gitEnv, upstreamSettings } from './git-env.ts'
import type { GitPlaces, Upstream } from './git-env.ts'
import { isNone, parseUpdates, refusedByFacts, refusedByName } from './judge-updates.ts'
import type { Update, UpdateFacts } from './judge-updates.ts'
import { GateRefusal, whyUpstream } from './refusal.ts'
import { reviewUpdates } from './review.ts'
import type { Review } from './review.ts'
import { runGit } from './run-git.ts'
import type { GitEnded } from './run-git.ts'
import { OWN } from './scan.ts'
import { scanPush } from './scanner.ts'

/**
 * A push that is all here, in quarantine: judged, then handed on.
 *
 * Flow: names → the objects and what upstream has → secrets → a person, where the repository says so → `git push` to upstream, all
 *   refs or none, each only from the commit that was judged → upstream's answer.
 * Guarantees: nothing goes upstream of a push that is refused; what is answered as taken is upstream. Each line is for the agent's
 *   terminal: cut, harmless, without the credential.
 */
export interface PushAsked {
  readonly repository: Repository
  /** The mirror. */
  readonly folder: string
  /** As the hook read it. */
  readonly text: string
  /** Where git keeps what has come: GIT_OBJECT_DIRECTORY and the like. */
  readonly quarantine: Readonly<Record<string, string>>
}

export interface PushAnswer {
  readonly taken: boolean
  readonly lines: readonly string[]
}

export interface PushSetting {
  readonly places: GitPlaces
  readonly scanner: readonly string[]
  upstream(repository: Repository): Promise<Upstream>
  /** Values that the bundle holds. */
  secrets(): readonly string[]
  /** Absent: nobody can be asked. */
  readonly review?: Review | undefined
}

export const judgePush = async (asked: PushAsked, setting: PushSetting): Promise<PushAnswer> => {
  const { repository, folder, quarantine } = asked
  const { places } = setting
  const updates = parseUpdates(asked.text)
  if (updates === undefined) return refused(['this push can not be read'])
  const byName = refusedByName(updates, repository)
  if (byName.length > 0) return refused(byName)
  const review = repository.review ? setting.review : undefined
  if (repository.review && review === undefined)
    return refused([
      `pushes to ${repository.name} need a person's approval, and this bottle has no supervise: true to ask for one by: ask its people for that`,
    ])
  const env = gitEnv(places, COMMON, quarantine)
  const byFacts: string[] = []
  for (const update of updates)
    byFacts.push(...[refusedByFacts(update, await factsOf(update, { env, folder }))].flatMap((each) => each ?? []))
  if (byFacts.length > 0) return refused(byFacts)
  try {
    const { scanner: program } = setting
    const tips = updates.map(({ after }) => after)
    const { found, skipped } = await scanPush({
      program,
      env,
      folder,
      tips,
      own: setting.secrets().filter((value) => value.length >= SHORTEST),
    })
    // A person may know better than a rule, of what can be shown whole; the bottle's own secrets are no matter of opinion.
    const isShown =
      found.length <= MOST_REVIEWED && Buffer.byteLength(found.map(secretIn).join('; ')) <= MOST_REVIEWED_BYTES
    const refusing = review !== undefined && isShown ? found.filter(({ rule }) => rule === OWN) : found
    if (refusing.length > 0)
      return refused(refusing.slice(0, MOST_LINES).map((each) => `${secretIn(each)}: ${INSTEAD}`))
    const unscanned = skipped.slice(0, 5).map((path) => `${shown(path)} is too large to be looked through for secrets`)
    // Of each file the scan names the first.
    const notes = [...found.map((each) => `${secretIn(each)}, or more from there on`), ...unscanned]
    const reviewed = review && (await reviewUpdates({ repository, updates, env, folder, notes }, review))
    if (reviewed !== undefined && reviewed.refused.length > 0) return refused(reviewed.refused)
    const answer = await forward({ repository, folder, quarantine, updates }, setting)
    if (answer.taken) reviewed?.used()
    return { ...answer, lines: [...unscanned, ...answer.lines] }
  } catch (error) {
    if (error instanceof GateRefusal) return refused([error.message])
    throw error
  }
}

const refused = (lines: readonly string[]): PushAnswer => ({ taken: false, lines })
const MOST_LINES = 20
const MOST_REVIEWED = 5
/** Of the 2 KiB that a person is shown. */
const MOST_REVIEWED_BYTES = 1_500
/** A shorter value is a word of many texts. */
const SHORTEST = 8

const secretIn = ({
  where,
  rule,
  line,
}: {
  readonly where: string
  readonly rule: string
  readonly line: number
}): string =>
  `${shown(where)} holds ${rule === OWN ? 'a secret of this bottle' : `what looks like a secret (${shown(rule)})`} in line ${line}`

const INSTEAD = 'take it out of every commit that has it, and push again'

interface Where {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
}

const factsOf = async ({ after, ref }: Update, { env, folder }: Where): Promise<UpdateFacts> => {
  const git = (...args: readonly string[]): Promise<GitEnded> => runGit({ args, env, cwd: folder, deadlineMs: 60_000 })
  const [now, type] = await Promise.all([git('rev-parse', '--verify', '--quiet', ref), git('cat-file', '-t', after)])
  const current = now.code === 0 ? now.stdout.trim() : undefined
  const keepsCommits = current === undefined || (await git('merge-base', '--is-ancestor', current, after)).code === 0
  return { current, type: type.code === 0 ? type.stdout.trim() : undefined, keepsCommits }
}

const forward = async (
  { repository, folder, quarantine, updates }: Omit<PushAsked, 'text'> & { readonly updates: readonly Update[] },
  { places, upstream }: PushSetting,
): Promise<PushAnswer> => {
  const to = await upstream(repository)
  const ended = await runGit({
    args: [
      ...PUSH,
      ...(updates.length > 1 ? ['--atomic'] : []),
      // Upstream must still have what was judged: nothing, or this commit.
      ...updates.map(({ ref, before }) => `--force-with-lease=${ref}:${isNone(before) ? '' : before}`),
      to.url,
      ...updates.map(({ ref, after }) => `${after}:${ref}`),
    ],
    env: gitEnv(places, upstreamSettings(places, to), quarantine),
    cwd: folder,
    deadlineMs: 10 * 60_000,
  })
  const said = remoteLines(ended.stderr, to.login?.value)
  if (ended.code === 0) {
    const names = updates.map(({ ref }) => shown(ref.replace(/^refs\/heads\//, '').replace(/^refs\/tags/, 'tags')))
    return { taken: true, lines: [...said, `${to.host} has taken ${names.join(', ')}`] }
  }
  const [, reason] = /^!\t[^\t]*\t\[(?:remote )?rejected\] \((.*)\)$/m.exec(ended.stdout) ?? []
  const why = reason === undefined ? whyUpstream(ended.stderr, ended.timedOut) : shown(reason)
  return refused([
    ...said,
    `${to.host} has not taken it: ${why === 'stale info' ? 'the branch has moved meanwhile; git fetch, rebase, and push again' : why}`,
  ])
}

const PUSH = [
  'push',
  '--porcelain',
  '--no-verify',
  '--no-follow-tags',
  '--no-signed',
  '--recurse-submodules=no',
  '--no-progress',
  '--no-thin',
]

/** What upstream says by itself: a link to open a pull request, a rule that was broken. */
const remoteLines = (stderr: string, value: string | undefined): readonly string[] =>
  stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('remote: ') ? [line.slice(8).trimEnd()] : []))
    .filter((line) => line !== '' && (value === undefined || !line.includes(value)))
    .slice(0, MOST_LINES)
    .map(shown)
