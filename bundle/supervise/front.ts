import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { loadSdk } from './sdk-modules.ts'
import type { SdkModules } from './sdk-modules.ts'
import { instructions } from './policy-text.ts'
import { callTool } from './tools.ts'
import type { ToolParts } from './tools.ts'
import { TOOLS } from './tool-list.ts'

/**
 * The supervise server: MCP over Streamable HTTP, without sessions, at `/` and `/mcp`; and at `/asks` what the controller hears.
 *
 * Guarantees: a request that isn't for an address of this container is refused, and so is one of a web page; nothing is answered
 *   later than after 40 s but the controller's watch; requests and those that wait at once are bounded.
 * Caveats: whoever reaches the port is the agent. It may watch `/asks`, too: what it hears there it has said itself.
 */
export interface FrontParts extends ToolParts {
  /** The node_modules folder of the image. */
  readonly modules: string
  /** Addresses of this container. */
  addresses(): readonly string[]
  failed(what: string, error: unknown): void
}

export const createSuperviseFront = (parts: FrontParts): Server => {
  let sdk: Promise<SdkModules> | undefined
  let calls = 0
  let watchers = 0

  const mcp = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST')
      return refuse(response, {
        status: 405,
        text: 'only POST: there are no sessions and no streams',
        headers: { allow: 'POST' },
      })
    const text = await bodyOf(request)
    if (text === undefined)
      return refuse(response, {
        status: 413,
        text: `a message has ${MOST_BYTES} bytes at most`,
        headers: { connection: 'close' },
      })
    const message = parse(text)
    if (Array.isArray(message)) return refuse(response, { status: 400, text: 'one message at a time', code: -32_600 })
    // The controller's probe asks this of any bundle, and must not make one load the rest.
    if (methodOf(message) === 'server/discover')
      return refuse(response, { status: 200, text: 'Method not found', code: -32_601, asked: message })
    if (calls >= MOST_CALLS)
      return refuse(response, {
        status: 503,
        text: 'too many calls at once: try again',
        headers: { 'retry-after': '5' },
      })
    calls += 1
    try {
      await answer(parts, await (sdk ??= loadSdk(parts.modules)), { request, response, message })
    } finally {
      calls -= 1
    }
  }

  const watch = async (request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> => {
    if (request.method !== 'GET') return refuse(response, { status: 405, text: 'only GET', headers: { allow: 'GET' } })
    if (watchers >= MOST_WATCHERS)
      return refuse(response, { status: 503, text: 'too many watch already', headers: { 'retry-after': '5' } })
    const { book } = parts
    const [run, after] = [query.get('run'), Number(query.get('after'))]
    const gone = goneWith(response)
    watchers += 1
    try {
      if (run === book.run) book.acknowledge(run, after)
      const endMs = parts.now() + LONGEST_WATCH_MS
      while (run === book.run && book.report().seq <= after && parts.now() < endMs && !gone.aborted)
        await book.change(endMs - parts.now(), gone)
      if (!gone.aborted) json(response, 200, book.report())
    } finally {
      watchers -= 1
    }
  }

  const server = createServer({ requestTimeout: PATIENCE_MS, maxHeaderSize: 16 * 1024 }, (request, response) => {
    const serve = async (): Promise<void> => {
      const stranger = strangerOf(request, parts.addresses())
      if (stranger !== undefined) return refuse(response, { status: 403, text: stranger })
      const url = new URL(request.url ?? '/', 'http://bundle')
      if (url.pathname === '/asks') return watch(request, response, url.searchParams)
      if (url.pathname === '/' || url.pathname === '/mcp') return mcp(request, response)
      return refuse(response, { status: 404, text: 'the server is at / and /mcp' })
    }
    serve().catch((error: unknown) => {
      if (!response.destroyed) parts.failed('supervise', error)
      response.destroy()
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  return server
}

const PATIENCE_MS = 5_000
const MOST_CONNECTIONS = 64
const MOST_BYTES = 256 * 1024
const MOST_CALLS = 16
const MOST_WATCHERS = 4
const LONGEST_WATCH_MS = 240_000

const answer = async (
  parts: FrontParts,
  sdk: SdkModules,
  {
    request,
    response,
    message,
  }: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly message: unknown },
): Promise<void> => {
  const gone = goneWith(response)
  const server = new sdk.Server(
    { name: 'bottled', version: '1' },
    { capabilities: { tools: {} }, instructions: instructions(parts, parts.now()) },
  )
  server.setRequestHandler(sdk.ListToolsRequestSchema, () => ({ tools: TOOLS }))
  server.setRequestHandler(sdk.CallToolRequestSchema, ({ params }, { signal }) =>
    callTool(parts, { name: params?.name ?? '', args: params?.arguments }, signal),
  )
  const transport = new sdk.WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  })
  const close = (): void => void server.close().catch(() => undefined)
  gone.addEventListener('abort', close, { once: true })
  try {
    await server.connect(transport)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
    headers.delete('content-length')
    const asked = new Request('http://bundle/mcp', { method: 'POST', headers, body: '{}' })
    const said = await transport.handleRequest(asked, { parsedBody: message })
    const text = await said.text()
    if (!gone.aborted)
      response
        .writeHead(said.status, { 'content-type': said.headers.get('content-type') ?? 'application/json' })
        .end(text)
  } finally {
    close()
  }
}

/** Aborted when the client has left. */
const goneWith = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

/** Why a request isn't one of the agent in this bottle: the names of a web page lead here only by a trick. */
const strangerOf = ({ headers }: IncomingMessage, addresses: readonly string[]): string | undefined => {
  const own = new Set([...addresses, 'localhost', '127.0.0.1', '::1'])
  if (!own.has(hostOf(headers.host ?? ''))) return 'the Host is none of this bundle'
  const { origin } = headers
  if (origin === undefined) return undefined
  return own.has(hostOf(origin.replace(/^https?:\/\//, ''))) ? undefined : 'the Origin is none of this bundle'
}

const hostOf = (authority: string): string =>
  authority
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What is no JSON is told by the SDK. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const methodOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null ? (message as { readonly method?: unknown }).method : undefined

const json = (response: ServerResponse, status: number, value: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

const refuse = (
  response: ServerResponse,
  {
    status,
    text,
    headers = {},
    code = -32_000,
    asked,
  }: {
    readonly status: number
    readonly text: string
    readonly headers?: Readonly<Record<string, string>>
    readonly code?: number
    readonly asked?: unknown
  },
): void => {
  const id = (asked as { readonly id?: unknown } | undefined)?.id ?? null
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  json(response, status, { jsonrpc: '2.0', id, error: { code, message: text } })
}
