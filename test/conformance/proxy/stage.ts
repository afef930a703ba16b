import type { EngineSetting, Guard, Head, Outcome, ProxyEngine, Target } from '../../../bundle/engine/port.ts'
import { makeCertificates } from './certificates.ts'
import type { Certificates } from './certificates.ts'
import { createGuest } from './guest.ts'
import type { Guest } from './guest.ts'
import { plainUpstream, rawUpstream, tlsUpstream } from './servers.ts'
import type { Upstream } from './servers.ts'

export type CreateEngine = (
  setting: EngineSetting & { readonly limitMs: number; readonly failed: (what: string, error: unknown) => void },
) => Promise<ProxyEngine>

/** An engine between a guest and an Internet on loopback, with a guard whose answers tests set. */
export interface Stage {
  readonly certificates: Certificates
  readonly guest: Guest
  readonly port: number
  /** What the guard answers; reset before each test. */
  script: Guard
  /** What it was asked. */
  readonly asked: { opened: Target[]; decided: Head[]; resolved: Target[] }
  readonly failures: string[]
  /** What the engine told of. */
  readonly told: Outcome[]
  recheck(): Promise<void>
  readonly tls: Upstream
  readonly plain: Upstream
  readonly raw: Upstream
  reset(): void
  close(): Promise<void>
}

export const LIMIT_MS = 1_500

const ALLOWING: Guard = {
  open: () => ({ kind: 'terminate' }),
  decide: () => ({ kind: 'allow', set: [] }),
  resolve: () => Promise.resolve(['127.0.0.1']),
}

export const createStage = async (create: CreateEngine): Promise<Stage> => {
  const certificates = makeCertificates()
  const [tls, plain, raw] = await Promise.all([tlsUpstream(certificates.server), plainUpstream(), rawUpstream()])
  const failures: string[] = []
  const told: Outcome[] = []
  const asked: Stage['asked'] = { opened: [], decided: [], resolved: [] }
  const engine = await create({
    ca: certificates.bottle,
    serverCas: [certificates.internet.cert],
    limitMs: LIMIT_MS,
    ended: (outcome) => void told.push(outcome),
    local: (request, response) => void response.end(`local ${request.url ?? ''}`),
    failed: (what) => void failures.push(what),
    guard: {
      open: (target) => {
        asked.opened.push(target)
        return stage.script.open(target)
      },
      decide: (head) => {
        asked.decided.push(head)
        return stage.script.decide(head)
      },
      resolve: (target) => {
        asked.resolved.push(target)
        return stage.script.resolve(target)
      },
    },
  })
  const port = await engine.listen({ host: '127.0.0.1', port: 0 })
  const stage: Stage = {
    certificates,
    guest: createGuest(port, certificates.bottle.cert),
    port,
    script: ALLOWING,
    asked,
    failures,
    told,
    recheck: () => engine.recheck(),
    tls,
    plain,
    raw,
    reset: () => {
      stage.script = ALLOWING
      asked.opened = []
      asked.decided = []
      asked.resolved = []
      failures.length = 0
      told.length = 0
    },
    close: async () => {
      await engine.close()
      await Promise.all([tls.close(), plain.close(), raw.close()])
    },
  }
  return stage
}

export const get = (path: string, host: string, ...lines: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n')
