import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import * as assert from 'uvu/assert'
import type { Port, ProbeResult } from '../../../drivers/ports.ts'
import { PORTS, createProbes } from '../../../drivers/probe/probe.ts'
import { holdsJsonRpc, isPktLine, judge } from '../../../drivers/probe/judge.ts'
import { suite } from '../../helpers/suite.ts'
import { refuses } from '../../conformance/docker/bench.ts'

const test = suite('probes')

/** pipelock's answer, as recorded. */
const health = (change: object = {}): string =>
  JSON.stringify({
    status: 'healthy',
    version: '2.3.0-6-g40865129',
    mode: 'balanced',
    uptime_seconds: 0.037352977,
    dlp_patterns: 48,
    forward_proxy_enabled: true,
    kill_switch_active: false,
    ...change,
  })

const http = (status: string, body: string, type = 'application/json'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const DEADLINE_MS = 300

interface Listener {
  readonly ip: string
  readonly heard: string[]
}

// All of 127/8 is this host: each test has its own address, with the real ports.
let last = 10

/** A listener that answers with `answer`; undefined: stays silent; '': closes. */
const withListener = async (
  port: Port,
  answer: string | undefined,
  body: (listener: Listener) => Promise<void>,
): Promise<void> => {
  last += 1
  const ip = `127.83.${process.pid % 250}.${last}`
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'))
      if (answer !== undefined && heard.length === 1) socket.end(answer)
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(PORTS[port], ip, resolve))
  try {
    await body({ ip, heard })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

interface Expected {
  readonly port: Port
  readonly answer: string | undefined
  readonly result: 'ok' | 'Unready' | 'Silent'
  readonly says?: RegExp
}

const cases: Readonly<Record<string, Expected>> = {
  'a healthy pipelock is ok': { port: 'proxy', answer: http('200 OK', health()), result: 'ok' },
  'pipelock without its forward proxy is Unready, and the setting is named': {
    port: 'proxy',
    answer: http('200 OK', health({ forward_proxy_enabled: false })),
    result: 'Unready',
    says: /forward_proxy: \{enabled: true\}/,
  },
  'pipelock with its kill switch on is Unready, and the setting is named': {
    port: 'proxy',
    answer: http('200 OK', health({ kill_switch_active: true })),
    result: 'Unready',
    says: /kill_switch/,
  },
  'a 503 of the kill switch is Unready': {
    port: 'proxy',
    answer: http('503 Service Unavailable', '{"error":"kill_switch_active","message":"Emergency deny-all active"}'),
    result: 'Unready',
    says: /kill switch/,
  },
  'any other 503 is Unready': {
    port: 'proxy',
    answer: http('503 Service Unavailable', 'later', 'text/plain'),
    result: 'Unready',
    says: /503/,
  },
  'another proxy is ok, whatever its answer': {
    port: 'proxy',
    answer: http('404 Not Found', 'no', 'text/plain'),
    result: 'ok',
  },
  'JSON of another proxy is ok': { port: 'proxy', answer: http('200 OK', '{"status":"up"}'), result: 'ok' },
  'a redirect is an answer and is not followed': {
    port: 'proxy',
    answer: 'HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n',
    result: 'ok',
  },
  'a proxy that is not an HTTP server is ok': { port: 'proxy', answer: '\x05\x00banana', result: 'ok' },
  'a proxy port that listens and stays silent is ok': { port: 'proxy', answer: undefined, result: 'ok' },
  'a proxy port that closes without an answer is Unready': { port: 'proxy', answer: '', result: 'Unready' },
  'git with an empty repository is ok': { port: 'git', answer: '0000', result: 'ok' },
  'git that lacks the repository is ok': { port: 'git', answer: '0025ERR no such repository: /nope.git', result: 'ok' },
  'git that closes without an answer is ok, like git-daemon with --strict-paths': {
    port: 'git',
    answer: '',
    result: 'ok',
  },
  'another protocol on the git port is Unready': {
    port: 'git',
    answer: 'SSH-2.0-x\r\n',
    result: 'Unready',
    says: /SSH-2\.0/,
  },
  'a git port that listens and stays silent is Silent': { port: 'git', answer: undefined, result: 'Silent' },
  'a JSON-RPC result is ok': {
    port: 'supervise',
    answer: http('200 OK', '{"jsonrpc":"2.0","id":1,"result":{}}'),
    result: 'ok',
  },
  'a JSON-RPC error is ok': {
    port: 'supervise',
    answer: http('400 Bad Request', '{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}'),
    result: 'ok',
  },
  'a JSON-RPC reply in an event stream that never ends is ok': {
    port: 'supervise',
    answer:
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
    result: 'ok',
  },
  'an HTTP server without JSON-RPC is Unready': {
    port: 'supervise',
    answer: http('404 Not Found', 'no', 'text/plain'),
    result: 'Unready',
    says: /HTTP 404/,
  },
  'a supervise port that listens and stays silent is ok': { port: 'supervise', answer: undefined, result: 'ok' },
  'a supervise port that closes without an answer is Unready': { port: 'supervise', answer: '', result: 'Unready' },
}

for (const [title, { port, answer, result, says }] of Object.entries(cases)) {
  test(title, () =>
    withListener(port, answer, async ({ ip }) => {
      const found = await createProbes({ deadlineMs: DEADLINE_MS }).ask({ ip, port, thorough: true })
      assert.is(found.ok ? 'ok' : found.kind, result, JSON.stringify(found))
      if (says !== undefined) assert.match(messageOf(found), says)
      if (!found.ok) assert.match(found.message, new RegExp(`^${ip.replaceAll('.', '\\.')}:`))
    }),
  )
}

const told = (denials: unknown): ProbeResult =>
  judge('proxy', 'x', { connected: true, failure: '', status: 200, text: health({ denials }) })
const denial = { host: 'evil.example', reason: 'NotAllowed', count: 3 }

test('what a proxy says that it denied is handed on, with nothing else that it says there', () => {
  assert.equal(told([{ ...denial, more: 'x' }]), { ok: true, denials: [denial] })
})

test('what is no denial is left out, and more than twenty are cut', () => {
  for (const nonsense of [undefined, 'evil', {}, [], [null, 3, 'evil', []]]) assert.equal(told(nonsense), { ok: true })
  for (const change of [
    { host: '' },
    { host: 'a b' },
    { host: 'e\u001B[2J' },
    { host: 'x'.repeat(254) },
    { host: 3 },
    { reason: '' },
    { reason: 'Not Allowed' },
    { reason: 'x'.repeat(41) },
    { reason: null },
    { count: 1.5 },
    { count: '3' },
    { count: -1 },
  ])
    assert.equal(told([{ ...denial, ...change }]), { ok: true }, JSON.stringify(change))
  const many = told(Array.from({ length: 30 }, (_, at) => ({ ...denial, count: at })))
  assert.is(many.ok && many.denials?.length, 20)
})

const messageOf = (found: ProbeResult): string => (found.ok ? '' : found.message)

test('a git probe only connects unless it is thorough', () =>
  withListener('git', undefined, async ({ ip, heard }) => {
    assert.equal(await createProbes({ deadlineMs: DEADLINE_MS }).ask({ ip, port: 'git', thorough: false }), {
      ok: true,
    })
    assert.equal(heard, [])
  }))

test('git is asked by one pkt-line with its length', () =>
  withListener('git', '0000', async ({ ip, heard }) => {
    await createProbes().ask({ ip, port: 'git', thorough: true })
    const [line = ''] = heard
    assert.is(line.slice(4), `git-upload-pack /.probe.git\0host=${ip}\0`)
    assert.is(parseInt(line.slice(0, 4), 16), line.length)
  }))

test('an endless answer is cut at 64 KiB', () =>
  withListener('proxy', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(200_000)}`, async ({ ip }) => {
    assert.equal(await createProbes().ask({ ip, port: 'proxy', thorough: true }), { ok: true })
  }))

test('a port without a listener is Refused', async () => {
  for (const port of ['proxy', 'git', 'supervise'] as const) {
    const found = await createProbes().ask({ ip: '127.83.0.9', port, thorough: true })
    assert.is(found.ok ? 'ok' : found.kind, 'Refused')
  }
})

test('an address without a route is Unroutable, an address without an answer is Silent', () => {
  const exchange = { connected: false, status: undefined, text: '' }
  for (const failure of ['EHOSTUNREACH', 'ENETUNREACH']) {
    const found = judge('git', 'x', { ...exchange, failure })
    assert.is(found.ok ? 'ok' : found.kind, 'Unroutable')
  }
  const silent = judge('proxy', 'x', { ...exchange, failure: undefined })
  assert.is(silent.ok ? 'ok' : silent.kind, 'Silent')
})

test('the proxy environment is not used', () =>
  withListener('proxy', http('200 OK', health()), async ({ ip, heard }) => {
    const before = process.env['http_proxy']
    process.env['http_proxy'] = 'http://192.0.2.1:1'
    try {
      assert.equal(await createProbes({ deadlineMs: DEADLINE_MS }).ask({ ip, port: 'proxy', thorough: true }), {
        ok: true,
      })
      assert.match(heard[0] ?? '', /^GET \/health HTTP\/1\.1\r\n/)
    } finally {
      if (before === undefined) delete process.env['http_proxy']
      else process.env['http_proxy'] = before
    }
  }))

test('a signal ends a probe as Aborted', () =>
  withListener('proxy', undefined, async ({ ip }) => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    await refuses('Aborted', () => createProbes().ask({ ip, port: 'proxy', thorough: true }, stop.signal))
  }))

test('pkt-lines and JSON-RPC are distinguished from look-alikes', () => {
  assert.ok(isPktLine('0103abc'))
  assert.not(isPktLine('0003'))
  assert.not(isPktLine('HTTP'))
  assert.not(holdsJsonRpc('{"id":1}'))
  assert.not(holdsJsonRpc('data: {"jsonrpc":"2.0"'))
})

test.run()
