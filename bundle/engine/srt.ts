import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LookupFunction, Socket } from 'node:net'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { rootCertificates } from 'node:tls'
import { answerOf } from './answer.ts'
import { failClosed } from './fail-closed.ts'
import { createExchanges } from './exchanges.ts'
import { passThrough } from './passthrough.ts'
import { DENIED_HEADER, Refusal } from './port.ts'
import type { EngineSetting, ProxyEngine, Target } from './port.ts'
import { loadSrt } from './srt-modules.ts'
import { serveFirstRequest } from './first-request.ts'
import { serveWebSocket } from './websocket.ts'

/**
 * The proxy of @anthropic-ai/sandbox-runtime behind our port, in this process.
 *
 * Flow: our own listeners take each CONNECT first: refused, passed through, looked into for a WebSocket, or given to srt's, which
 *   ends TLS and asks `decide` for each request. Plain requests are srt's; what is asked of the proxy itself is `local`'s.
 * Assumptions: TMPDIR is writable: srt writes certificates there, no keys.
 * Caveats: HTTP/1.1 only; a WebSocket where the guard foresees none is cut without a word. A server that can't be reached, or whose certificate is bad, is a bare 502.
 */
export const createSrtEngine = async (
  setting: EngineSetting & {
    /** The node_modules folder that holds srt. */
    readonly modules: string
    readonly limitMs?: number
    readonly failed?: (what: string, error: unknown) => void
  },
): Promise<ProxyEngine> => {
  const srt = await loadSrt(setting.modules)
  const { failed = () => undefined, limitMs = 2_000 } = setting
  const guard = failClosed(setting.guard, { limitMs, failed })
  const ca = srt.createMitmCA({
    caCertPem: setting.ca.cert,
    caKeyPem: setting.ca.key,
    caCertPath: '',
    caKeyPath: '',
  })
  const exchanges = createExchanges({ guard, ended: setting.ended ?? (() => undefined) })
  const resolve = (target: Target): Promise<readonly string[]> =>
    guard.resolve(target).catch((error: unknown) => {
      exchanges.unreachable(error instanceof Refusal ? error.reason : 'Unresolved')
      throw error
    })
  const serverCas = setting.serverCas === undefined ? undefined : [...rootCertificates, ...setting.serverCas]
  const lookupFor = (port: number): LookupFunction =>
    lookupBy(resolve, port, (host, error) => {
      // srt answers its own error by 403, with its message.
      const denied = new srt.ResolvedAddressDeniedError(host, error.message, [])
      denied.message = error.message
      return denied
    })
  const server = srt.createHttpProxyServer({
    // A CONNECT was judged before; a plain request is by `filterRequest`, whose denials have our words.
    filter: () => true,
    filterRequest: async ({ method, headers }, info = {}) => {
      const { scheme, target, requestTarget } = info
      const json = (headers.get('accept') ?? '').includes('application/json')
      if (scheme === undefined || target === undefined || requestTarget === undefined)
        throw new Error('srt tells too little of a request')
      const verdict = await exchanges.decide({ ...target, scheme, method, path: requestTarget, json })
      return verdict.kind === 'allow'
        ? { action: 'allow', setHeaders: verdict.set }
        : { action: 'deny', reason: verdict.text, status: verdict.status, mark: verdict.reason }
    },
    lookupFor,
    mitmCA: ca,
    ...(setting.serverCas === undefined ? {} : { tlsTerminateUpstreamCA: setting.serverCas }),
    refuseOpaqueTunnels: true,
    requireHostMatch: true,
    requireAsciiHost: true,
    foldHopByHop: true,
    ambiguousRequestTarget: 'asSpelled',
    maxHeaderSize: 64 * 1024,
    denyHeader: DENIED_HEADER,
    stripResponseHeaders: ['alt-svc'],
  })
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  const local = setting.local ?? ((_, response) => void response.writeHead(404).end())
  type OnRequest = (request: IncomingMessage, response: ServerResponse) => void
  const [proxied] = server.listeners('request') as unknown as readonly OnRequest[]
  if (proxied === undefined) throw new Error('srt listens to no request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (/^[/*]/.test(request.url ?? '/')) local(request, response)
    else proxied(request, response)
  })

  type OnConnect = (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  const [theirs] = server.listeners('connect') as unknown as readonly OnConnect[]
  if (theirs === undefined) throw new Error('srt listens to no CONNECT')
  server.removeAllListeners('connect')
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const target = targetOf(request.url ?? '')
    if (target === undefined) return void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')
    const opening = guard.open(target)
    const tunnel = exchanges.open(socket, { target, opening })
    if (opening.kind === 'refuse') return void socket.end(answerOf({ status: 403, ...opening }))
    if (opening.kind === 'terminate') return theirs(request, socket, head)
    const { host } = opening
    const { port } = target
    const { serverNameFromClientHello: serverNameOf } = srt
    tunnel(() =>
      opening.kind === 'passthrough'
        ? passThrough(socket, head, { host, port, lookup: lookupFor(port), serverNameOf })
        : serveFirstRequest(socket, head, {
            host,
            secureContext: srt.secureContextFor(ca, host),
            ca: setting.ca.cert,
            serverNameOf,
            upgrade: (secured) =>
              serveWebSocket(secured, { host, port }, { exchanges, lookup: lookupBy(resolve, port), serverCas }),
            others: (inside) => theirs(request, inside, Buffer.alloc(0)),
          }),
    ).catch((error: unknown) => {
      failed('tunnel', error)
      socket.destroy()
    })
  })

  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          const address = server.address()
          resolve(typeof address === 'object' && address !== null ? address.port : port)
        })
      }),
    accept: (socket: Socket) => void server.emit('connection', socket),
    recheck: () => exchanges.recheck(),
    close: () =>
      new Promise((resolve) => {
        const closed = (): void => {
          exchanges.close()
          srt.disposeMitmCASync(ca)
          resolve()
        }
        // It never listened where its connections came in elsewhere.
        if (server.listening) server.close(closed)
        else setImmediate(closed)
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const targetOf = (authority: string): Target | undefined => {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/s.exec(authority) ?? []
  return host !== '' && Number(port) > 0 && Number(port) < 65_536 ? { host, port: Number(port) } : undefined
}

/** One question, whose answer is what is connected to. */
const lookupBy =
  (
    resolve: (target: Target) => Promise<readonly string[]>,
    port: number,
    refused: (host: string, refusal: Refusal) => Error = (_, refusal) => refusal,
  ): LookupFunction =>
  (host, options, callback) => {
    resolve({ host, port }).then(
      (found) => {
        const addresses = found.map((address) => ({ address, family: isIP(address) }))
        const [first] = addresses
        if (options.all === true) callback(null, addresses)
        else if (first !== undefined) callback(null, first.address, first.family)
        else callback(new Error('no address'), [])
      },
      (error: unknown) =>
        callback(refused(host, error instanceof Refusal ? error : new Refusal('Unresolved', 'not resolved')), []),
    )
  }
