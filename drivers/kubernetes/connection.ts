import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import { messageOf } from '../message.ts'
import { ApiError, apiErrorOf } from './api-error.ts'
import type { Cluster, Pem } from './kubeconfig.ts'

/**
 * Requests to an API server.
 *
 * Flow: connections are kept for the next requests, but for that of a watch that is cut short; the token is read from its file at each request, as it is renewed there.
 * Guarantees: an answer is bounded in size; who is silent for `silenceMs`, before or in the answer, has ended it; failures are
 *   `ApiError`; no answer is status 0; no redirect is followed and no proxy of the environment used.
 */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Absolute, encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: 'application/json' | 'application/json-patch+json' | 'application/merge-patch+json'
  readonly signal?: AbortSignal | undefined
  readonly silenceMs?: number
}

export interface Connection {
  /** The body, parsed. */
  json(request: ApiRequest): Promise<unknown>
  /** The texts of the body as they come; ends with it. */
  chunks(request: ApiRequest): AsyncIterable<string>
  close(): void
}

const SILENCE_MS = 30_000
/** A page of 500 objects of the largest size that etcd takes would be more: that is refused. */
const MOST_BYTES = 64 * 2 ** 20

export const createConnection = async (cluster: Cluster): Promise<Connection> => {
  const { server, credentials } = cluster
  const isPlain = server.protocol === 'http:'
  const ca = cluster.ca === undefined ? undefined : await textOf(cluster.ca)
  const certificate =
    credentials.kind === 'certificate'
      ? { cert: await textOf(credentials.certificate), key: await textOf(credentials.key) }
      : {}
  const agent = isPlain
    ? new http.Agent({ keepAlive: true })
    : new https.Agent({
        keepAlive: true,
        ...(ca === undefined ? {} : { ca }),
        ...(cluster.serverName === undefined ? {} : { servername: cluster.serverName }),
        ...certificate,
      })

  const headersOf = async ({
    body,
    contentType = 'application/json',
  }: ApiRequest): Promise<http.OutgoingHttpHeaders> => ({
    accept: 'application/json',
    'user-agent': 'bottled',
    ...(body === undefined ? {} : { 'content-type': contentType }),
    ...(credentials.kind === 'token' ? { authorization: `Bearer ${(await textOf(credentials.token)).trim()}` } : {}),
  })

  const open = async (request: ApiRequest): Promise<IncomingMessage> => {
    const what = whatOf(request)
    const headers = await headersOf(request).catch((error: unknown) => {
      throw noAnswer(what, error)
    })
    const text = request.body === undefined ? undefined : JSON.stringify(request.body)
    const { path, query = {}, method, signal, silenceMs = SILENCE_MS } = request
    const search = new URLSearchParams(query).toString()
    const base = server.pathname.replace(/\/$/, '')
    const options = { method, headers, agent, path: `${base}${path}${search === '' ? '' : `?${search}`}` }
    return new Promise((resolve, reject) => {
      const where = { hostname: server.hostname.replace(/^\[|\]$/g, ''), port: server.port }
      const sent = (isPlain ? http : https).request({
        ...where,
        ...options,
        ...(signal === undefined ? {} : { signal }),
      })
      sent.setTimeout(silenceMs, () => sent.destroy(new Error(`nothing was heard for ${silenceMs / 1_000} s`)))
      sent.on('error', (error) => reject(noAnswer(what, error)))
      sent.on('response', resolve)
      sent.end(text)
    })
  }

  /** An answer of text; throws where its status isn't one of success. */
  const answered = async (request: ApiRequest): Promise<IncomingMessage> => {
    const answer = await open(request)
    answer.setEncoding('utf8')
    const { statusCode: status = 0 } = answer
    if (status >= 200 && status <= 299) return answer
    const what = whatOf(request)
    const body = await whole(answer, what)
    throw apiErrorOf({ status, body, retryAfter: answer.headers['retry-after'], what })
  }

  const chunks = async function* (request: ApiRequest): AsyncIterable<string> {
    const answer = await answered(request)
    try {
      for await (const chunk of answer) yield chunk as string
    } catch (error) {
      throw noAnswer(whatOf(request), error)
    }
  }

  return {
    json: async (request) => {
      const what = whatOf(request)
      const body = await whole(await answered(request), what)
      try {
        return JSON.parse(body) as unknown
      } catch (error) {
        throw noAnswer(what, error)
      }
    },
    chunks,
    close: () => agent.destroy(),
  }
}

/** Read to its end, so that the connection can be used again. */
const whole = async (answer: IncomingMessage, what: string): Promise<string> => {
  let text = ''
  try {
    for await (const chunk of answer) {
      text += chunk as string
      if (text.length > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES / 2 ** 20} MiB`)
    }
  } catch (error) {
    throw noAnswer(what, error)
  }
  return text
}

const textOf = async (pem: Pem): Promise<string> => ('text' in pem ? pem.text : readFile(pem.file, 'utf8'))

const whatOf = ({ method, path }: ApiRequest): string => `${method} ${path}`

const noAnswer = (what: string, cause: unknown): ApiError =>
  new ApiError({ status: 0, reason: 'NoAnswer', message: `${what}: ${messageOf(cause)}`, cause })
