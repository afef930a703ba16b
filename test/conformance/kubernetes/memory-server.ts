import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createObjects } from './memory-objects.ts'
import type { Failure, MemoryObjects, Stored } from './memory-objects.ts'

/**
 * An API server in memory that serves Bottles, as far as an agent can tell it from a real one (`suite.ts` holds both to one
 * behaviour), and the troubles that a real one has when it is least convenient.
 */
export interface MemoryServer {
  readonly url: string
  readonly objects: MemoryObjects
  /** The next answers, one each, to requests whose path and query contain the text. */
  fail(containing: string, ...failures: readonly Failure[]): void
  /** Forgets what changed so far: watches from before are answered 410. */
  compact(): void
  /** Every connection that is open is cut. */
  cut(): void
  /** Until `wake`: nothing is said on any connection, and none is closed. */
  freeze(): void
  wake(): void
  close(): Promise<void>
}

const PATH = /^\/apis\/bottled\.dev\/v1alpha1\/(?:namespaces\/([^/]+)\/)?bottles(?:\/([^/]+)(\/status)?)?$/

export const openMemoryServer = async (): Promise<MemoryServer> => {
  const objects = createObjects(randomUUID)
  const failures: { readonly containing: string; readonly failure: Failure }[] = []
  const sockets = new Set<Socket>()
  let isFrozen = false

  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    if (isFrozen) return
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

  const refuse = (response: ServerResponse, { status, reason, message, retryAfter }: Failure): void => {
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
    answer(response, status, { kind: 'Status', status: 'Failure', code: status, reason, message: message ?? reason })
  }

  const watch = (query: URLSearchParams, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const say = (event: unknown): void => void (isFrozen || response.write(`${JSON.stringify(event)}\n`))
    const matches = selected(query)
    const stop = objects.watch(Number(query.get('resourceVersion')), (type, object) => {
      if (matches(object)) say({ type, object })
    })
    if (stop === undefined) {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      say({ type: 'ERROR', object: status })
      response.end()
      return
    }
    const end = setTimeout(
      () => {
        say({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(objects.version()) } } })
        if (!isFrozen) response.end()
      },
      Number(query.get('timeoutSeconds')) * 1_000,
    )
    response.on('close', () => {
      clearTimeout(end)
      stop()
    })
  }

  const list = (query: URLSearchParams, response: ServerResponse): void => {
    const all = objects.all().filter(selected(query))
    const limit = Number(query.get('limit') ?? Infinity)
    const start = Number(query.get('continue') ?? 0)
    const items = all.slice(start, start + limit)
    const next = start + items.length < all.length ? { continue: String(start + items.length) } : {}
    answer(response, 200, {
      kind: 'BottleList',
      metadata: { resourceVersion: String(objects.version()), ...next },
      items,
    })
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const at = failures.findIndex(({ containing }) => `${request.method} ${request.url}`.includes(containing))
    const [planned] = at === -1 ? [] : failures.splice(at, 1)
    if (planned !== undefined) return refuse(response, planned.failure)
    const text = await bodyOf(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (pathname.startsWith('/apis/events.k8s.io/')) return answer(response, 201, body)
    const asked = PATH.exec(pathname)
    if (asked === null) return refuse(response, { status: 404, reason: 'NotFound' })
    const [, namespace = '', name, status] = asked
    const selector = searchParams.get('fieldSelector')
    if (selector !== null && !selector.startsWith('spec.nodeName='))
      return refuse(response, { status: 400, reason: 'BadRequest', message: 'field label not supported' })
    if (name === undefined && request.method === 'GET')
      return searchParams.get('watch') === 'true' ? watch(searchParams, response) : list(searchParams, response)
    const result =
      request.method === 'POST'
        ? objects.create(namespace, body)
        : request.method === 'PATCH'
          ? objects.patch({ namespace, name: name ?? '' }, body, {
              isStatus: status !== undefined,
              isMerge: request.headers['content-type'] === 'application/merge-patch+json',
            })
          : request.method === 'DELETE'
            ? objects.delete({ namespace, name: name ?? '' })
            : objects.get({ namespace, name: name ?? '' })
    if ('status' in result && 'reason' in result) return refuse(response, result as Failure)
    return answer(response, request.method === 'POST' ? 201 : 200, result)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      refuse(response, { status: 500, reason: 'InternalError', message: String(error) }),
    )
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    fail: (containing, ...planned) => failures.push(...planned.map((failure) => ({ containing, failure }))),
    compact: objects.compact,
    cut,
    freeze: () => (isFrozen = true),
    wake: () => (isFrozen = false),
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const selected = (query: URLSearchParams): ((object: Stored) => boolean) => {
  const [, node] = query.get('fieldSelector')?.split('=') ?? []
  return ({ spec }) => node === undefined || (spec as { nodeName?: unknown }).nodeName === node
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string
  return text
}
