import { randomBytes } from 'node:crypto'
import type { ChildProcess } from 'node:child_process'
import type { Server, Socket } from 'node:net'
import type { Repository } from '../../egress/git/repository.ts'
import { sizeMiB } from './disk.ts'
import { createFront, finish } from './front.ts'
import { gitEnv, receiveSettings, uploadSettings } from './git-env.ts'
import type { GitPlaces } from './git-env.ts'
import { listenForHooks } from './hook-socket.ts'
import { createMirrors } from './mirrors.ts'
import type { Mirror } from './mirrors.ts'
import { judgePush } from './push.ts'
import type { PushAnswer } from './push.ts'
import { GateRefusal } from './refusal.ts'
import type { Review } from './review.ts'
import type { GitRequest } from './request.ts'
import { endGroup, startGit } from './run-git.ts'
import { upstreamOf } from './upstream.ts'
import type { UpstreamSetting } from './upstream.ts'

/**
 * The git gate of a bundle: git:// for the agent, https to upstream.
 *
 * Flow: request → the mirror is fetched → `git upload-pack` or `git receive-pack` on it; its pre-receive hook asks back here, where
 *   the push is judged and handed on (push.ts).
 * Guarantees: credentials are in memory, and in the environment of the git that speaks with upstream: no git that reads what the
 *   agent sends has one. A load counts at once: what is under way of a repository that changed or went is cut.
 * Assumptions: one gate serves one bottle: mirrors are in its own container, and go with it.
 */
export interface Gate {
  /** Its port, not listening yet. */
  readonly server: Server
  /** undefined: none are known yet. */
  load(repositories: readonly Repository[] | undefined): Promise<void>
  close(): Promise<void>
}

export interface GateSetting extends UpstreamSetting {
  /** Of mirrors; nothing else is in it. */
  readonly root: string
  readonly mostMiB: number
  /** In a folder of its own, which is made anew. */
  readonly hookSocket: string
  readonly places: GitPlaces
  /** Runs scan.ts. */
  readonly scanner: readonly string[]
  /** Values that the bundle holds. */
  secrets(): readonly string[]
  /** Asks a person; absent: there is no way to. */
  readonly review?: Review | undefined
  say(text: string): void
  failed(what: string, error: unknown): void
}

interface UnderWay {
  readonly repository: Repository
  readonly mirror: Mirror
  readonly child: ChildProcess
  readonly socket: Socket
  /** Ends the turn that a judged push has; undefined: it isn't judged yet. */
  end: (() => void) | undefined
}

export const createGate = async (setting: GateSetting): Promise<Gate> => {
  let repositories: readonly Repository[] | undefined
  let waiting = 0
  const underWay = new Map<string, UnderWay>()
  const upstream = (repository: Repository): ReturnType<typeof upstreamOf> => upstreamOf(repository, setting)
  const mirrors = createMirrors({
    ...setting,
    upstream,
    fetched: ({ name }, ms) => setting.say(`git: ${name} fetched in ${ms} ms`),
  })

  const find = ({ service, name }: GitRequest): Repository => {
    if (repositories === undefined) throw new GateRefusal('no repositories are known yet: try again in a moment')
    const found = repositories.find((each) => each.name === name)
    if (found === undefined)
      throw new GateRefusal(
        repositories.length === 0
          ? 'no repository is served: spec.git.repositories of this bottle names none'
          : `${name} is not served, only ${repositories.map((each) => each.name).join(', ')}; another repository whose URL starts like one of these is taken for it: write its URL with .git`,
      )
    if (service === 'upload-pack' && !found.fetch) throw new GateRefusal(`${name} can only be pushed to`)
    if (service === 'receive-pack' && found.push.length === 0)
      throw new GateRefusal(`pushes to ${name} are not taken: nothing stands under push of this repository`)
    return found
  }

  const serve = async (request: GitRequest, socket: Socket, rest: Buffer): Promise<void> => {
    const repository = find(request)
    if (underWay.size + waiting >= MOST_AT_ONCE)
      throw new GateRefusal(`${MOST_AT_ONCE} at once are enough: try again in a moment`)
    waiting += 1
    const mirror = await mirrors.fresh(repository).finally(() => (waiting -= 1))
    // A fetch takes no room any more.
    const roomMiB =
      request.service === 'receive-pack' ? Math.floor(setting.mostMiB - (await sizeMiB(setting.root))) : Infinity
    if (socket.destroyed) return
    // It may have changed meanwhile.
    if (find(request) !== repository)
      throw new GateRefusal(`what is served of ${repository.name} has just changed: try again`)
    const id = randomBytes(16).toString('hex')
    if (roomMiB < 1)
      throw new GateRefusal(`the gate's disk is full, ${setting.mostMiB} MiB for all repositories of this bottle`)
    const largest = { ...repository, maxPackMiB: Math.min(repository.maxPackMiB, roomMiB) }
    const child = startGit({ cwd: mirror.folder, ...commandOf(request, { repository: largest, id, setting }) })
    const done = mirror.use()
    const entry: UnderWay = { repository, mirror, child, socket, end: undefined }
    underWay.set(id, entry)
    child.once('error', () => socket.destroy())
    child.once('close', () => {
      underWay.delete(id)
      entry.end?.()
      done()
      finish(socket)
    })
    connect(child, socket, rest)
  }

  const judge = async (id: string, text: string, quarantine: Readonly<Record<string, string>>): Promise<PushAnswer> => {
    const entry = underWay.get(id)
    const repository = repositories?.find((each) => each === entry?.repository)
    if (entry === undefined || repository === undefined || entry.end !== undefined) return OVER
    entry.end = () => undefined
    const end = await entry.mirror.turns.take()
    if (!underWay.has(id)) {
      end()
      return OVER
    }
    entry.end = end
    const answer = await judgePush(
      { repository, folder: entry.mirror.folder, text, quarantine },
      { ...setting, upstream },
    )
    setting.say(`git: a push to ${repository.name} is ${answer.taken ? 'taken' : 'refused'}`)
    return answer
  }

  const hooks = await listenForHooks(setting.hookSocket, ({ id, text, quarantine }) =>
    judge(id, text, quarantine).catch((error: unknown) => {
      setting.failed('git', error)
      return { taken: false, lines: ['the gate failed: a person finds more in its log'] }
    }),
  )
  const cut = ({ child, socket }: UnderWay): void => {
    endGroup(child)
    socket.destroy()
  }
  return {
    server: createFront({ serve, failed: (error) => setting.failed('git', error) }),
    load: async (told) => {
      // Those that are as before stay the same objects, and so does what is under way of them.
      const known = repositories
      repositories = told?.map((each) => known?.find((old) => JSON.stringify(old) === JSON.stringify(each)) ?? each)
      for (const entry of underWay.values()) if (repositories?.includes(entry.repository) !== true) cut(entry)
      await mirrors.keepOnly(repositories ?? [])
    },
    close: async () => {
      for (const entry of underWay.values()) cut(entry)
      await new Promise((resolve) => hooks.close(resolve))
    },
  }
}

const MOST_AT_ONCE = 12
const OVER: PushAnswer = { taken: false, lines: ['this push is over'] }
const IDLE_MS = 120_000

const commandOf = (
  { service, protocol }: GitRequest,
  { repository, id, setting }: { readonly repository: Repository; readonly id: string; readonly setting: GateSetting },
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } => {
  const { places, hookSocket } = setting
  const spoken = protocol === undefined ? {} : { GIT_PROTOCOL: protocol }
  return service === 'upload-pack'
    ? { args: ['upload-pack', '--strict', '.'], env: gitEnv(places, uploadSettings, spoken) }
    : {
        args: ['receive-pack', '.'],
        env: gitEnv(places, receiveSettings(places, repository.maxPackMiB), {
          ...spoken,
          BOTTLED_PUSH: id,
          BOTTLED_GATE: hookSocket,
        }),
      }
}

const connect = (child: ChildProcess, socket: Socket, rest: Buffer): void => {
  const { stdin, stdout, stderr } = child
  for (const stream of [stdin, stdout, stderr]) stream?.on('error', () => undefined)
  stderr?.resume()
  socket.once('close', () => endGroup(child))
  socket.setTimeout(IDLE_MS, () => socket.destroy())
  if (rest.length > 0) stdin?.write(rest)
  if (stdin !== null) socket.pipe(stdin)
  stdout?.pipe(socket, { end: false })
}
