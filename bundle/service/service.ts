import { createServer } from 'node:net'
import type { Server } from 'node:net'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import { loadedHash } from '../../egress/git/loaded-hash.ts'
import type { Repository } from '../../egress/git/repository.ts'
import type { Policy } from '../../egress/policy.ts'
import { ControlRefusal, parseMessage } from '../control/message.ts'
import type { Load, Reply } from '../control/message.ts'
import type { EngineSetting, Guard, Outcome, ProxyEngine } from '../engine/port.ts'
import { createGuard } from '../guard/guard.ts'
import { caFault } from './ca-fault.ts'
import { createDenials } from './denials.ts'
import type { Denial } from './denials.ts'
import { answerLocal } from './local.ts'
import { createUnloaded } from './unloaded.ts'

/**
 * The proxy of a bundle, with the policy that it was told.
 *
 * Flow: connections to the proxy's port go to the engine once a policy is loaded, before that to what denies everything.
 * Guarantees: policy, secrets and CA are in memory only. A load counts at once and as a whole: what is under way is asked about
 *   again. A load that is refused changes nothing; one that fails after it was taken up leaves nothing loaded.
 */
export interface Service {
  /** The proxy's port. */
  readonly front: Server
  /** A text of the control command → its answer. Never rejects. */
  control(text: string): Promise<string>
  /** The policy in force; undefined: none is loaded. */
  policy(): Policy | undefined
  /** What was denied lately. */
  denials(): readonly Denial[]
  /** Names of those that the git gate serves. */
  repositories(): readonly string[]
  /** The value of a secret, as it was told. */
  secret(name: string): string | undefined
  /** All values that were told. */
  secrets(): readonly string[]
  /** CIDRs that are never connected to. */
  own(): readonly string[]
  /** Asks again about all that is under way: time has passed. */
  recheck(): Promise<void>
  close(): Promise<void>
}

export interface ServiceSetting {
  createEngine(setting: EngineSetting): Promise<ProxyEngine>
  lookUp(host: string): Promise<readonly string[]>
  /** CIDRs of this container's own networks. */
  networks(): readonly string[]
  now(): number
  ended(outcome: Outcome): void
  failed(what: string, error: unknown): void
  /** There is a supervise server beside it, where the agent can ask. */
  readonly supervised?: boolean
  /** What the controller knows of this bottle's asks, whole. */
  answered?(answers: readonly AskAnswer[]): void
  /** Another policy is in force. */
  loaded?(): void
  /** The git gate's repositories; undefined: nothing is loaded any more. */
  serve?(repositories: readonly Repository[] | undefined): Promise<void>
}

interface Loaded extends Load {
  readonly hash: string
  readonly engine: ProxyEngine
}

export const createService = (setting: ServiceSetting): Service => {
  let loaded: Loaded | undefined
  const denials = createDenials(setting.now)
  const ended = (outcome: Outcome): void => {
    denials.note(outcome)
    setting.ended(outcome)
  }
  const secret = (name: string): string | undefined => loaded?.secrets[name]
  const own = (): readonly string[] => [...setting.networks(), ...(loaded?.own ?? [])]
  const guard: Guard = createGuard({
    policy: () => loaded?.policy,
    repositories: () => loaded?.git ?? [],
    secret,
    own,
    lookUp: setting.lookUp,
    now: setting.now,
    supervised: setting.supervised === true,
  })
  const unloaded = createUnloaded(({ method = '', url = '' }) =>
    ended({ ...NOTHING, host: hostIn(url), method, reason: 'PolicyNotLoaded' }),
  )
  const front = createServer({ noDelay: true }, (socket) => {
    if (loaded === undefined) unloaded.emit('connection', socket)
    else loaded.engine.accept(socket)
  })
  front.maxConnections = MOST_CONNECTIONS

  const unload = async (): Promise<void> => {
    const before = loaded
    loaded = undefined
    await setting.serve?.(undefined)
    await before?.engine.close()
  }

  const engineFor = async (ca: Load['ca']): Promise<ProxyEngine> => {
    if (loaded !== undefined && loaded.ca.cert === ca.cert && loaded.ca.key === ca.key) return loaded.engine
    const fault = caFault(ca)
    if (fault !== undefined) throw new ControlRefusal('BadCa', fault)
    return setting.createEngine({
      ca,
      guard,
      ended,
      local: (request, response) =>
        answerLocal(request, response, { loaded: loaded !== undefined, denials: denials.list() }),
    })
  }

  const load = async (told: Load): Promise<string> => {
    const hash = loadedHash(told.policy, told.git)
    if (told.hash !== undefined && told.hash !== hash)
      throw new ControlRefusal('HashMismatch', `the policy has the hash ${hash} here`)
    const engine = await engineFor(told.ca)
    const before = loaded
    loaded = { ...told, hash, engine }
    try {
      if (before !== undefined && before.engine !== engine) await before.engine.close()
      await engine.recheck()
      await setting.serve?.(told.git ?? [])
    } catch (error) {
      await unload()
      throw error
    }
    return hash
  }

  const reply = async (text: string): Promise<Reply> => {
    try {
      const message = parseMessage(text)
      if (message.kind === 'asks') setting.answered?.(message.answers)
      const hash = message.kind === 'load' ? await load(message.load) : (loaded?.hash ?? null)
      if (message.kind === 'load') setting.loaded?.()
      return { version: 1, ok: true, hash, converses: true }
    } catch (error) {
      if (error instanceof ControlRefusal)
        return { version: 1, ok: false, reason: error.reason, message: error.message }
      setting.failed('control', error)
      return { version: 1, ok: false, reason: 'BadMessage', message: 'it could not be taken up' }
    }
  }

  /** One after another: of two loads the later one counts. */
  let turn: Promise<unknown> = Promise.resolve()
  return {
    front,
    secret,
    secrets: () => Object.values(loaded?.secrets ?? {}),
    own,
    control: (text) => {
      const mine = turn.then(() => reply(text))
      turn = mine
      return mine.then((answer) => `${JSON.stringify(answer)}\n`)
    },
    policy: () => loaded?.policy,
    denials: denials.list,
    repositories: () => (loaded?.git ?? []).map(({ name }) => name),
    recheck: async () => loaded?.engine.recheck(),
    close: unload,
  }
}

const MOST_CONNECTIONS = 1_024
const NOTHING = { port: 0, path: '', note: undefined, cut: false, up: 0, down: 0, ms: 0 } as const

/** Of a CONNECT or an absolute URL, for the record only. */
const hostIn = (url: string): string => /^(?:https?:\/\/)?([^/?#]*)/i.exec(url)?.[1] ?? ''
