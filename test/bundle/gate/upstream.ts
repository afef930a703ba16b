import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Pair } from '../../conformance/proxy/certificates.ts'

/** A git server behind TLS that asks for a token: `git http-backend`, as hosts of git speak HTTP. */
export interface GitUpstream {
  readonly port: number
  /** The bare repository. */
  readonly folder: string
  /** Answers by itself, in place of git: with a status; undefined: git again. */
  away: number | undefined
  /** Reads that were begun: one a fetch. */
  reads(): number
  /** Pushes that were begun. */
  pushes(): number
  /** The Host of every request. */
  hosts(): readonly string[]
  branches(): Readonly<Record<string, string>>
  close(): Promise<void>
}

export const USER = 'bot'
export const TOKEN = 'tok-3e8b1c-only-the-gate-has-it'

export const gitUpstream = async (root: string, certificate: Pair, host: string): Promise<GitUpstream> => {
  const folder = join(root, 'acme', 'app.git')
  mkdirSync(folder, { recursive: true })
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: root } })
  git('init', '--quiet', '--bare', '--initial-branch=trunk')
  git('config', 'http.receivepack', 'true')
  const urls: string[] = []
  const hosts: string[] = []
  const sockets = new Set<Duplex>()
  const server = createServer(certificate, (request, response) => {
    urls.push(request.url ?? '')
    hosts.push(request.headers.host ?? '')
    const wanted = `Basic ${Buffer.from(`${USER}:${TOKEN}`).toString('base64')}`
    if (upstream.away !== undefined)
      return void response.writeHead(upstream.away, { location: 'https://b.test/elsewhere' }).end()
    if (request.headers.authorization !== wanted)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    backend(root, request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => void server.listen(0, host, resolve))
  const count = (service: string): number =>
    urls.filter((url) => url.endsWith(`/info/refs?service=git-${service}`)).length
  const upstream: GitUpstream = {
    port: (server.address() as AddressInfo).port,
    folder,
    away: undefined,
    reads: () => count('upload-pack'),
    pushes: () => count('receive-pack'),
    hosts: () => [...new Set(hosts)],
    branches: () =>
      Object.fromEntries(
        git('for-each-ref', '--format=%(refname) %(objectname)')
          .split('\n')
          .flatMap((line) => (line === '' ? [] : [line.split(' ') as [string, string]])),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return upstream
}

/** CGI (RFC 3875), as far as git asks for it. */
const backend = (root: string, request: IncomingMessage, response: ServerResponse): void => {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: USER,
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => undefined)
  child.stderr.resume()
  let head: Buffer | undefined = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) return void response.write(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ')
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.write(head.subarray(end + 4))
    head = undefined
  })
  child.once('close', () => response.end())
}
