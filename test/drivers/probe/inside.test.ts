import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { DriverError } from '../../../drivers/errors.ts'
import type { Port, ProbeResult } from '../../../drivers/ports.ts'
import { PORTS, createProbes } from '../../../drivers/probe/probe.ts'
import { createTalkInside } from '../../../drivers/docker/talk-inside.ts'
import type { Connection } from '../../../drivers/docker/connection.ts'
import { httpAnswer } from '../../../drivers/talk/talk.ts'
import type { TalkInside } from '../../../drivers/talk/talk.ts'
import { refuses } from '../../conformance/docker/bench.ts'
import { suite } from '../../helpers/suite.ts'
import { frame } from '../docker/frame.ts'

/** Probes by the bundle's own program, which runs here as it does in its container. */
const test = suite('probes from inside')
const REPO = join(import.meta.dirname, '..', '..', '..')

/** The process, and what it printed when it has ended. */
const program = () => {
  const code = "import('./bundle/talk.ts').then(({ talk }) => talk())"
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
    cwd: REPO,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, ended: new Promise<string>((resolve) => child.once('close', () => resolve(text))) }
}

const talkHere: TalkInside = async ({ ip, talks, ms }) => {
  const { child, ended } = program()
  child.stdin.write(`${JSON.stringify({ version: 1, ip, talks, ms })}\n`)
  const { talks: answers } = JSON.parse(await ended) as {
    readonly talks: readonly { readonly connected: boolean; readonly failure?: string; readonly text: string }[]
  }
  return answers.map(({ connected, failure, text }) => ({
    connected,
    failure,
    text: Buffer.from(text, 'base64').toString('latin1'),
  }))
}

const PORT_NAMES: readonly Port[] = ['proxy', 'git', 'supervise']
const http = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
// All of 127/8 is this host: with the real ports.
const ip = `127.84.${process.pid % 250}.9`

/** Answers by port; undefined: nothing listens; null: it stays silent. */
const asked = async (
  answers: Readonly<Partial<Record<Port, string | null>>>,
  inside: TalkInside,
  ms: number,
): Promise<readonly ProbeResult[]> => {
  const servers = Object.entries(answers).map(([port, answer]) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => void (answer === null ? undefined : socket.end(answer)))
    })
    return new Promise<typeof server>((resolve, reject) =>
      server.once('error', reject).listen(PORTS[port as Port], ip, () => resolve(server)),
    )
  })
  const open = await Promise.all(servers)
  try {
    const probes = createProbes({ deadlineMs: ms, inside })
    return await probes.askInside({ container: 'c1', ip, ports: PORT_NAMES, thorough: true })
  } finally {
    for (const server of open) server.close()
  }
}

test('one process asks all ports, and what they answer is judged as an answer over the bridge is', async () => {
  let processes = 0
  const counted: TalkInside = (request) => {
    processes += 1
    return talkHere(request)
  }
  const denials = [{ host: 'a.test', reason: 'NotAllowed', count: 2 }]
  const all = {
    proxy: http(JSON.stringify({ status: 'healthy', denials })),
    git: '0000',
    supervise: http('{"jsonrpc":"2.0","id":1,"error":{}}'),
  }
  assert.equal(await asked(all, counted, 20_000), [{ ok: true, denials }, { ok: true }, { ok: true }])
  assert.is(processes, 1)
  const kinds = (await asked({ proxy: http('{"kill_switch_active":true}'), supervise: 'no' }, talkHere, 20_000)).map(
    (result) => (result.ok ? 'ok' : result.kind),
  )
  assert.equal(kinds, ['Unready', 'Refused', 'Unready'])
})

test('a port that says nothing keeps nobody longer than its time', async () => {
  const [, git] = await asked({ git: null }, talkHere, 2_000)
  assert.equal(git, { ok: false, kind: 'Silent', message: `${ip}:9418 takes connections, but does not answer git` })
})

test('the program ends with its stdin, as nobody can end it from outside', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, ip, resolve))
  try {
    const { port } = silent.address() as { readonly port: number }
    const { child, ended } = program()
    child.stdin.write(`${JSON.stringify({ version: 1, ip, talks: [{ port, say: 'a' }], ms: 300_000 })}\n`)
    await new Promise((resolve) => silent.once('connection', resolve))
    child.stdin.end()
    assert.is(await ended, '')
  } finally {
    silent.close()
  }
})

test('an image without the program is said to be one; a container that ends meanwhile is silent', async () => {
  const failing =
    (code: 'Busy' | 'Unavailable'): TalkInside =>
    () =>
      Promise.reject(new DriverError({ code, operation: 'talk', detail: 'no' }))
  const [none] = await asked({}, async () => undefined, 200)
  assert.is(none?.ok === false && none.kind, 'Unroutable')
  assert.match(none?.ok === false ? none.message : '', 'bottled bundle build')
  const [busy] = await asked({}, failing('Busy'), 200)
  assert.equal(busy, { ok: false, kind: 'Silent', message: 'cannot talk: no' })
  await refuses('Unavailable', () => asked({}, failing('Unavailable'), 200))
})

/** An Engine whose exec prints this. */
const printing = (text: string, exitCode: number): Connection =>
  ({
    json: async ({ method }: { readonly method: string }) =>
      method === 'POST' ? { Id: 'e1' } : { ExitCode: exitCode },
    attach: async () => {
      const { PassThrough, Duplex } = await import('node:stream')
      const out = new PassThrough()
      out.end(frame(text))
      return Duplex.from({ readable: out, writable: new PassThrough().resume() })
    },
  }) as unknown as Connection

test('what a container prints is judged: a hostile one says no more than a port could', async () => {
  const talk = (text: string, exitCode = 0) =>
    createTalkInside(printing(text, exitCode))({ container: 'c1', ip, talks: [{ port: 1, say: undefined }], ms: 1 })
  assert.equal(await talk('{"version":1,"talks":[{"connected":true,"failure":"E\\u001b[31mX","text":"AOk="}]}'), [
    { connected: true, failure: 'E31mX', text: '\0é' },
  ])
  assert.equal(await talk('{"version":1,"talks":[7]}'), [{ connected: false, failure: undefined, text: '' }])
  const long = JSON.stringify({ version: 1, talks: [{ text: Buffer.alloc(65 * 1024).toString('base64') }] })
  assert.is((await talk(long))?.[0]?.text.length, 64 * 1024)
  assert.is(await talk('usage', 2), undefined)
  for (const text of ['', '[]', '{"version":1}', '{"version":1,"talks":[]}', '{"version":2,"talks":[{}]}'])
    await refuses('Failed', () => talk(text))
})

test('an answer that is not HTTP is none', () => {
  assert.is(httpAnswer('nothing'), undefined)
  assert.equal(httpAnswer('HTTP/1.0 503 No'), { status: 503, body: '' })
})

test.run()
