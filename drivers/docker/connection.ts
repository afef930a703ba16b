import { Agent } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import type Docker from 'dockerode'
import { withDeadline } from '../calls/deadline.ts'
import type { Doing } from './errors.ts'
import { httpFailure, isPageNotFound, isVersionRefused, toDriverError } from './errors.ts'
import type { SocketChoice } from './socket.ts'
import { findSocket } from './socket.ts'
import type { ServerVersion } from './version.ts'
import { chooseVersion, platformQuery } from './version.ts'
import type { Daemon } from '../ports.ts'
import { isDriverError } from '../errors.ts'
import { onAbort } from '../calls/on-abort.ts'

/**
 * Flow: the first call chooses the socket and agrees on an API version; every later call carries that version.
 * Guarantees: each call has a deadline and honours its signal; failures are `DriverError`; no proxy environment is used;
 *   after the daemon was away, socket and version are chosen again.
 * Assumptions: the socket is on this machine.
 * Caveats: a call is sent once more only if the engine refused its API version, when nothing was done.
 */
export interface DockerRequest {
  readonly operation: string
  readonly doing: Doing
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
  /** A tar stream, for PUT. */
  readonly file?: Readable
  /** The connection becomes a stream both ways. */
  readonly hijack?: true
  /** Statuses besides 2xx that are an answer, not a failure. */
  readonly accept?: readonly number[]
  readonly deadlineMs?: number
}

export interface DockerAnswer {
  readonly status: number
  readonly body: Buffer
  /** Of an answer that isn't a failure. */
  readonly headers?: IncomingMessage['headers']
}

export interface Connection {
  request(request: DockerRequest, signal?: AbortSignal): Promise<DockerAnswer>
  /** Like `request`, with the body parsed as the JSON it is documented to be. */
  json<Body>(request: DockerRequest, signal?: AbortSignal): Promise<Body>
  /** Resolves at the answer's header; the body is the caller's to read, bounded only by `signal`. */
  open(request: DockerRequest, signal: AbortSignal): Promise<IncomingMessage>
  /** Like `open`, but writes go to the other side as well. */
  attach(request: DockerRequest, signal: AbortSignal): Promise<Duplex>
  daemon(signal?: AbortSignal): Promise<Daemon>
  /** The platform of this host as a query, if the version agreed on is at least `since`; else nothing. */
  platform(since: string): Promise<{ readonly platform?: string }>
  /** The next call chooses socket and version anew. */
  forget(): void
}

interface Line {
  readonly docker: Docker
  readonly version: string
  readonly server: ServerVersion
}

const READ_MS = 20_000
/** A stop blocks for 10 s, an unknown driver for 15, 50 parallel removals for 8. */
const CHANGE_MS = 60_000
const PING_MS = 5_000
const IDLE_MS = 2_000

export const createConnection = (choice: SocketChoice): Connection => {
  // A separate agent: the environment may make Node's global one use a proxy.
  // Its timeout closes sockets that nobody uses: of a connection that is forgotten nothing else does. Those in use stay.
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: IDLE_MS })
  let line: Promise<Line> | undefined

  const connect = async (signal: AbortSignal): Promise<Line> => {
    const socketPath = await findSocket(choice)
    const asking = { operation: 'ask Docker for its version', doing: 'read', method: 'GET', path: '/version' } as const
    const answer = await dial(await dockerAt({ socketPath, agent }), asking, signal)
    const server = JSON.parse((await bytesOf(answer)).toString()) as ServerVersion
    const version = chooseVersion(server)
    return { docker: await dockerAt({ socketPath, agent, version: `v${version}` }), version, server }
  }

  const forget = (): void => {
    line = undefined
  }

  // Shared by all callers, so it has its own deadline and no caller's signal.
  const current = (): Promise<Line> => {
    if (line !== undefined) return line
    const operation = 'connect to Docker'
    const made = loadDockerode()
      .then(() => withDeadline({ operation, deadlineMs: PING_MS }, connect))
      .catch((error: unknown) => {
        if (line === made) forget()
        throw toDriverError({ operation, doing: 'read', error })
      })
    line = made
    return made
  }

  const send = async (
    request: DockerRequest,
    signal: AbortSignal,
    again = true,
  ): Promise<IncomingMessage | DockerAnswer> => {
    const used = current()
    try {
      return await dial((await used).docker, request, signal)
    } catch (error) {
      const http = httpFailure(error)
      if (http !== undefined && isVersionRefused(http)) {
        if (line === used) forget()
        if (again) return send(request, signal, false)
      }
      if (http !== undefined && request.accept?.includes(http.status) === true && !isPageNotFound(http)) {
        return { status: http.status, body: Buffer.from(http.text) }
      }
      const failure = toDriverError({ operation: request.operation, doing: request.doing, error })
      if (isDriverError(failure, 'Unavailable') && line === used) forget()
      throw failure
    }
  }

  const request = (asked: DockerRequest, signal?: AbortSignal): Promise<DockerAnswer> => {
    const deadlineMs = asked.deadlineMs ?? (asked.method === 'GET' || asked.method === 'HEAD' ? READ_MS : CHANGE_MS)
    return withDeadline({ operation: asked.operation, deadlineMs, signal }, async (inner) => {
      const answer = await send(asked, inner)
      if ('body' in answer) return answer
      try {
        return { status: answer.statusCode ?? 0, body: await bytesOf(answer), headers: answer.headers }
      } catch (error) {
        throw toDriverError({ operation: asked.operation, doing: asked.doing, error })
      }
    })
  }

  const json = async <Body>(asked: DockerRequest, signal?: AbortSignal): Promise<Body> => {
    const { body } = await request(asked, signal)
    try {
      return JSON.parse(body.toString()) as Body
    } catch (error) {
      throw toDriverError({ operation: asked.operation, doing: asked.doing, error })
    }
  }

  const open = async (asked: DockerRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    const deadlineMs = asked.deadlineMs ?? READ_MS
    // Two signals: the deadline's ends with the header, the caller's lives as long as the body.
    return withDeadline({ operation: asked.operation, deadlineMs, signal }, async (inner) => {
      const whole = new AbortController()
      onAbort(inner, () => whole.abort())
      const leave = onAbort(signal, () => whole.abort())
      const answer = await send(asked, whole.signal).catch((error: unknown) => {
        leave()
        throw error
      })
      if ('body' in answer) throw new Error(`a stream can't accept ${answer.status}`)
      answer.once('close', leave)
      return answer
    })
  }

  const attach = async (asked: DockerRequest, signal: AbortSignal): Promise<Duplex> => {
    const stream: Readable = await open({ ...asked, hijack: true }, signal)
    if (!isDuplex(stream)) throw new Error('the engine did not upgrade the connection')
    const leave = onAbort(signal, () => stream.destroy())
    stream.once('close', leave)
    // It was aborted right after the answer had come: nobody else would close it.
    if (signal.aborted) stream.destroy()
    return stream
  }

  const daemon = async (signal?: AbortSignal): Promise<Daemon> => {
    await loadDockerode()
    // A silent socket is found out by the ping; for this answer the engine runs other programs.
    return withDeadline({ operation: 'ask Docker who it is', deadlineMs: READ_MS, signal }, async (inner) => {
      forget()
      const { server, version } = await current()
      const info = await json<DaemonInfo>(
        { operation: 'ask Docker who it is', doing: 'read', method: 'GET', path: '/info' },
        inner,
      )
      return {
        id: info.ID ?? '',
        dataRoot: info.DockerRootDir ?? '',
        version: server.Version ?? '',
        apiVersion: version,
        operatingSystem: info.OperatingSystem ?? '',
        rootless: (info.SecurityOptions ?? []).some((option) => option.includes('name=rootless')),
      }
    })
  }

  const platform = async (since: string): Promise<{ readonly platform?: string }> => {
    const { server, version } = await current()
    return platformQuery(server, { version, since })
  }

  return { request, json, open, attach, daemon, platform, forget }
}

const isDuplex = (stream: Readable): stream is Duplex => 'write' in stream

interface DaemonInfo {
  readonly ID?: string
  readonly DockerRootDir?: string
  readonly OperatingSystem?: string
  readonly SecurityOptions?: readonly string[] | null
}

/**
 * Loaded when first needed: what only reads files must not pay for it. On a slow machine that takes seconds, which
 * are not Docker's, hence outside of its deadlines.
 */
const loadDockerode = async (): Promise<typeof Docker> => (await import('dockerode')).default

const dockerAt = async (options: { socketPath: string; agent: Agent; version?: string }): Promise<Docker> => {
  const DockerClass = await loadDockerode()
  // docker-modem reads DOCKER_HOST by itself: a tcp host would win over our socket, some values make it throw.
  const hidden = process.env['DOCKER_HOST']
  delete process.env['DOCKER_HOST']
  try {
    return new DockerClass(options)
  } finally {
    if (hidden !== undefined) process.env['DOCKER_HOST'] = hidden
  }
}

const SUCCESS = { 200: true, 201: true, 202: true, 204: true } as const

/** Always as a stream: dockerode never calls back if a body it collects itself is cut off. */
const dial = (docker: Docker, request: DockerRequest, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const query = request.query ?? {}
    const options = {
      path: `${request.path}${Object.keys(query).length === 0 ? '' : '?'}`,
      method: request.method,
      options: { _query: query, _body: request.body ?? {} },
      statusCodes: SUCCESS,
      isStream: true,
      abortSignal: signal,
      ...(request.file === undefined ? {} : { file: request.file }),
      ...(request.hijack === undefined ? {} : { hijack: true }),
    }
    docker.modem.dial(options, (error: unknown, answer: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error('an unknown failure', { cause: error }))
      else resolve(answer as IncomingMessage)
    })
  })

const bytesOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
