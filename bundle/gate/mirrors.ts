import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Repository } from '../../egress/git/repository.ts'
import { sizeMiB } from './disk.ts'
import { COMMON, gitEnv, upstreamSettings } from './git-env.ts'
import type { GitPlaces, Upstream } from './git-env.ts'
import { GateRefusal, whyUpstream } from './refusal.ts'
import { runGit } from './run-git.ts'
import type { GitEnded } from './run-git.ts'
import { createTurns } from './turns.ts'
import type { Turns } from './turns.ts'

/**
 * Bare copies of the repositories, each as its upstream was at the last look.
 *
 * Flow: who wants to read or push asks for a fresh one; those who ask while it is being fetched share that.
 * Guarantees: nothing but what upstream has gets into a mirror, or what it has just taken; all of them together stay below the
 *   bound, or the fetch that would pass it is ended and its mirror removed. A fetch and the end of a push never meet.
 * Caveats: a mirror isn't repacked: once the bound is met, those that nobody uses are removed, and fetched whole when asked for.
 */
export interface Mirrors {
  /** Throws `GateRefusal`. */
  fresh(repository: Repository): Promise<Mirror>
  /** Removes those of other repositories. */
  keepOnly(repositories: readonly Repository[]): Promise<void>
}

export interface Mirror {
  readonly folder: string
  /** Held by a fetch, and from the judgement of a push to its end. */
  readonly turns: Turns
  /** While it is served; call what it gives back when it no longer is. */
  use(): () => void
}

export interface MirrorsSetting {
  readonly root: string
  readonly places: GitPlaces
  readonly mostMiB: number
  /** Its addresses, judged, and its credential. Throws `GateRefusal`. */
  upstream(repository: Repository): Promise<Upstream>
  fetched(repository: Repository, ms: number): void
}

interface Kept extends Mirror {
  users: number
  fetching: Promise<void> | undefined
  headAt: number | undefined
  /** Its repository is no longer served. */
  readonly gone: AbortController
}

export const createMirrors = ({ root, places, mostMiB, upstream, fetched }: MirrorsSetting): Mirrors => {
  const kept = new Map<string, Kept>()

  const mirrorOf = ({ name, url }: Repository): Kept => {
    // Another url under the same name is another repository.
    const folder = join(root, `${name}-${createHash('sha256').update(url).digest('hex').slice(0, 16)}.git`)
    const known = kept.get(folder)
    if (known !== undefined) return known
    const made: Kept = {
      folder,
      turns: createTurns(),
      users: 0,
      fetching: undefined,
      headAt: undefined,
      gone: new AbortController(),
      use: () => {
        made.users += 1
        return () => void (made.users -= 1)
      },
    }
    kept.set(folder, made)
    return made
  }

  const makeRoom = async (but?: Kept): Promise<void> => {
    if ((await sizeMiB(root)) < mostMiB) return
    for (const mirror of kept.values()) {
      if (mirror === but || mirror.users > 0 || mirror.fetching !== undefined) continue
      const end = await mirror.turns.take()
      await rm(mirror.folder, { recursive: true, force: true }).finally(end)
    }
    if (but !== undefined && but.users === 0 && (await sizeMiB(root)) >= mostMiB)
      await rm(but.folder, { recursive: true, force: true })
  }

  const fetchNow = async (mirror: Kept, repository: Repository, isSecond = false): Promise<void> => {
    const startedMs = performance.now()
    const from = await upstream(repository)
    await makeRoom(mirror)
    const env = gitEnv(places, upstreamSettings(places, from))
    const isNew = await prepare(mirror.folder, env)
    if (isNew) mirror.headAt = undefined
    let isFull = false
    const ended = new AbortController()
    const gone = (): void => ended.abort()
    mirror.gone.signal.addEventListener('abort', gone)
    const watch = setInterval(() => {
      void sizeMiB(root).then((size) => {
        isFull ||= size > mostMiB
        if (isFull) ended.abort()
      })
    }, LOOK_MS)
    const { signal } = ended
    const asksHead = mirror.headAt === undefined || startedMs - mirror.headAt > HEAD_MS
    const [fetching, head] = await Promise.all([
      runGit({ args: [...FETCH, from.url, ...REFS], env, cwd: mirror.folder, deadlineMs: FETCH_MS, signal }),
      asksHead
        ? runGit({
            args: ['ls-remote', '--symref', from.url, 'HEAD'],
            env,
            cwd: mirror.folder,
            deadlineMs: 60_000,
            signal,
          })
        : undefined,
    ]).finally(() => {
      clearInterval(watch)
      mirror.gone.signal.removeEventListener('abort', gone)
    })
    if (isFull || (await sizeMiB(root)) > mostMiB) {
      if (mirror.users === 0) await rm(mirror.folder, { recursive: true, force: true })
      throw new GateRefusal(
        `${repository.name} is not served: the gate's disk is full, ${mostMiB} MiB for all repositories of this bottle`,
      )
    }
    if (mirror.gone.signal.aborted) throw new GateRefusal(`${repository.name} is no longer served`)
    // What a killed git left, or a fault of the disk: it is fetched anew, once.
    if (fetching.code !== 0 && BROKEN.test(fetching.stderr) && !isSecond && mirror.users === 0) {
      await rm(mirror.folder, { recursive: true, force: true })
      return fetchNow(mirror, repository, true)
    }
    if (fetching.code !== 0)
      throw new GateRefusal(
        `${repository.name} can't be read from its upstream ${from.host}: ${whyUpstream(fetching.stderr, fetching.timedOut)}`,
      )
    if (head !== undefined && (await setHead(mirror.folder, head))) mirror.headAt = startedMs
    fetched(repository, Math.round(performance.now() - startedMs))
  }

  const setHead = async (folder: string, { code, stdout }: GitEnded): Promise<boolean> => {
    const [, ref] = /^ref: (refs\/heads\/[^\s\0]+)\tHEAD$/m.exec(stdout) ?? []
    if (code !== 0 || ref === undefined) return code === 0
    const env = gitEnv(places, COMMON)
    return (await runGit({ args: ['symbolic-ref', 'HEAD', ref], env, cwd: folder, deadlineMs: 10_000 })).code === 0
  }

  return {
    fresh: async (repository) => {
      const mirror = mirrorOf(repository)
      mirror.fetching ??= mirror.turns.take().then(async (end) => {
        try {
          await fetchNow(mirror, repository)
        } finally {
          mirror.fetching = undefined
          end()
        }
      })
      await mirror.fetching
      return mirror
    },
    keepOnly: async (repositories) => {
      const wanted = new Set(repositories.map((each) => mirrorOf(each).folder))
      for (const [folder, mirror] of kept) {
        if (wanted.has(folder)) continue
        kept.delete(folder)
        mirror.gone.abort()
        const end = await mirror.turns.take()
        await rm(folder, { recursive: true, force: true }).finally(end)
      }
      for (const name of await readdir(root).catch(() => []))
        if (!wanted.has(join(root, name))) await rm(join(root, name), { recursive: true, force: true })
    },
  }
}

const BROKEN =
  /\.lock'|corrupt|bad object|loose object|not a git repository|bad config|unable to (read|write)|did not send all/i
const LOOK_MS = 1_000
const FETCH_MS = 15 * 60_000
const HEAD_MS = 5 * 60_000
const FETCH =
  'fetch --quiet --prune --no-tags --no-write-fetch-head --no-auto-maintenance --no-recurse-submodules --no-show-forced-updates'.split(
    ' ',
  )
const REFS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']

/** Whether it was made. */
const prepare = async (folder: string, env: Readonly<Record<string, string>>): Promise<boolean> => {
  if ((await readdir(folder).catch((): readonly string[] => [])).includes('HEAD')) return false
  await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  await mkdir(folder, { recursive: true }).catch(() => undefined)
  const args = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', '.']
  const { code } = await runGit({ args, env, cwd: folder, deadlineMs: 30_000 })
  if (code !== 0) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw new GateRefusal('the gate has no git, or its folder can not be written')
  }
  return true
}
