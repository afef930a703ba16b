import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { recordLine } from '../../../bundle/service/record.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { createClient, readyStatus } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { entry } from '../../helpers/entry.ts'
import { createFakeEngine, sendJson } from '../../helpers/fake-engine.ts'
import type { FakeEngine } from '../../helpers/fake-engine.ts'
import { suite } from '../../helpers/suite.ts'
import { frame } from '../../drivers/docker/frame.ts'

/** What a bundle recorded, as an Engine streams it: `egress log`, and the denials of `describe`. */
const test = suite('bottlectl egress log')

const SPEC: BottleSpec = {
  agent: 'x',
  egress: { presets: ['npm'], deny: [{ host: '*.evil.example' }] },
}
const FILE = `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: first}
spec:
  agent: x
  egress: {presets: [npm], deny: [{host: "*.evil.example"}]}
`
const AT = Date.parse('2026-11-24T11:58:00Z')
const outcome = { port: 443, method: 'GET', path: '/', note: undefined, cut: false, up: 120, down: 480, ms: 1 }
const allowed = recordLine({ ...outcome, host: 'registry.npmjs.org', note: { rule: 'presets.npm[0]' } }, AT)
const denied = recordLine({ ...outcome, host: 'evil.example', reason: 'NotAllowed' }, AT)
const audited = recordLine({ ...outcome, host: 'a.example', note: { audit: { reason: 'NotAllowed' } } }, AT)

const VERSION = { Version: '99', ApiVersion: '1.41', MinAPIVersion: '1.12' }
/** More than pipes and sockets hold. */
const ENOUGH = 32 * 2 ** 20

interface Scene {
  readonly client: Client
  readonly engine: FakeEngine
  readonly host: readonly string[]
}

const withLog = async (
  log: readonly Buffer[] | 'gone' | 'silent',
  body: (scene: Scene) => Promise<void>,
): Promise<void> => {
  const engine = await createFakeEngine((path, _, response) => {
    if (path === '/version') return sendJson(response, 200, VERSION)
    if (log === 'silent') return
    if (log === 'gone') return sendJson(response, 404, { message: 'No such container: bottle-first-bundle' })
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
    for (const each of log) response.write(each)
    response.end()
  })
  const client = await createClient()
  try {
    await client.file('first.yaml', `${FILE}status: ${JSON.stringify(readyStatus(SPEC, 'first'))}\n`)
    await client.record('first', readyStatus(SPEC, 'first'), { spec: SPEC })
    await body({ client, engine, host: ['--docker-host', `unix://${engine.socket}`] })
  } finally {
    await client.remove()
    await engine.remove()
  }
}

test('each decision is a line; what is no record is left out and counted', () =>
  withLog(
    [frame(`${allowed}Listening\n`), frame(denied.slice(0, 20)), frame(`${denied.slice(20)}{"time":1}\n\n${audited}`)],
    async ({ client, host, engine }) => {
      assert.equal(await client.run('egress', 'log', 'first', ...host), {
        exitCode: 0,
        out: [
          '2026-11-24T11:58:00Z allow GET https://registry.npmjs.org/: presets.npm[0] (120 B up, 480 B down, 1 ms)\n',
          '2026-11-24T11:58:00Z deny  GET https://evil.example/: NotAllowed (120 B up, 480 B down, 1 ms)\n',
          '2026-11-24T11:58:00Z allow GET https://a.example/: enforce would deny it: NotAllowed (120 B up, 480 B down, 1 ms)\n',
        ].join(''),
        err: "2 lines of the bundle aren't records and are left out: bottlectl logs first\n",
      })
      assert.is(
        engine.asked.at(-1),
        'GET /v1.41/containers/bottle-first-bundle/logs?stdout=1&stderr=0&follow=0&tail=all',
      )
    },
  ))

test('--denied leaves the allowed out, but not what only audit lets through; -o json is a line per decision', () =>
  withLog([frame(allowed + denied + audited)], async ({ client, host }) => {
    const { out } = await client.run('egress', 'log', 'first', '--denied', '-o', 'json', ...host)
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly host: string })
    assert.equal(
      records.map((record) => record.host),
      ['evil.example', 'a.example'],
    )
  }))

test('-f follows, before and after the name, and --since asks Docker for what is newer', () =>
  withLog([frame(denied)], async ({ client, host, engine }) => {
    for (const words of [
      ['first', '-f'],
      ['-f', 'first'],
      ['first', '--follow'],
      ['--denied', '-f', 'bottle/first'],
    ]) {
      const { exitCode, out } = await client.run('egress', 'log', ...words, ...host)
      assert.is(exitCode, 0, words.join(' '))
      assert.match(out, 'evil.example')
      assert.match(engine.asked.at(-1) ?? '', 'follow=1')
    }
    await client.run('egress', 'log', 'first', '--since', '10m', ...host)
    assert.match(engine.asked.at(-1) ?? '', `since=${Date.parse('2026-11-24T11:50:00Z') / 1_000}`)
  }))

test('a line without an end, or a hostile one, neither fills memory nor acts on the terminal', () =>
  withLog(
    [
      ...Array.from({ length: 40 }, () => frame('x'.repeat(16_000))),
      frame(`\n\u001b[2J\u202e\n${denied.replace('evil', 'e\\u001b[2Jvil')}`),
    ],
    async ({ client, host }) => {
      const { out, err } = await client.run('egress', 'log', 'first', ...host)
      assert.match(err, /^2 lines of the bundle/)
      assert.match(out, /e\\u\{1b\}\[2Jvil/)
      assert.not.match(out + err, /(?!\n)[\p{Cc}\u202e]/u)
    },
  ))

test(
  'a reader that stands still holds the log back instead of filling memory',
  async () => {
    const piece = frame(denied.repeat(60))
    let sent = 0
    const engine = await createFakeEngine((path, _, response) => {
      if (path === '/version') return sendJson(response, 200, VERSION)
      response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
      const more = (): void => {
        while (sent < ENOUGH) {
          sent += piece.length
          if (!response.write(piece)) return void response.once('drain', more)
        }
      }
      more()
    })
    const client = await createClient()
    await client.file('first.yaml', FILE)
    const [program = '', ...args] = entry('bottlectl')
    const words = ['-d', client.root, 'egress', 'log', 'first', '-f', '--docker-host', `unix://${engine.socket}`]
    const child = spawn(process.execPath, [program, ...args, ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(child.stdout, 'readable')
      // It has begun to print, and nobody reads on.
      for (let before = -1; before !== sent && sent < ENOUGH;) {
        before = sent
        await sleep(1_000)
      }
      assert.ok(sent < ENOUGH, `${sent} bytes were taken`)
      let printed = 0
      child.stdout.on('data', (bytes: Buffer) => (printed += bytes.length))
      for (let tries = 0; printed < 1_000_000 && tries < 200; tries++) await sleep(100)
      assert.ok(printed >= 1_000_000, `${printed} bytes were printed`)
    } finally {
      child.kill('SIGKILL')
      await engine.remove()
      await client.remove()
    }
  },
  { deadlineMs: 90_000 },
)

test('without a bundle, or without such a bottle, it says what to do', () =>
  withLog('gone', async ({ client, host }) => {
    const gone = await client.run('egress', 'log', 'first', ...host)
    assert.is(gone.exitCode, 1)
    assert.match(gone.err, /No such container|not found/)
    assert.match(gone.err, /hint: is the bundle up\?|hint: /)
    assert.is((await client.run('egress', 'log', 'other', ...host)).exitCode, 3)
    assert.is((await client.run('egress', 'log', ...host)).exitCode, 2)
  }))

test('describe shows what may be reached, and what was denied in the last hour by host and reason', () =>
  withLog([frame(denied + allowed + denied)], async ({ client, host, engine }) => {
    const { exitCode, out } = await client.run('describe', 'bottle', 'first', ...host)
    assert.is(exitCode, 0)
    assert.match(
      out,
      /\nEgress: +enforce, 2 hosts: registry\.npmjs\.org, registry\.yarnpkg\.com; never \*\.evil\.example\n/,
    )
    assert.match(
      out,
      /\nDenied in the last hour:\n {2}Reason +Age +Request\n.*\n {2}NotAllowed +2m \(x2\) +GET https:\/\/evil\.example\/\n/,
    )
    assert.match(engine.asked.at(-1) ?? '', /follow=0&tail=5000&since=/)
  }))

test('describe says so where nothing was denied, and where the bundle can not be asked', async () => {
  await withLog([frame(allowed)], async ({ client, host }) => {
    assert.match((await client.run('describe', 'bottle', 'first', ...host)).out, /\nDenied: +<none> in the last hour\n/)
  })
  for (const log of ['gone', 'silent'] as const)
    await withLog(log, async ({ client, host }) => {
      const { exitCode, out } = await client.run('describe', 'bottle', 'first', ...host)
      assert.is(exitCode, 0)
      assert.match(out, /\nDenied: +not checked: /)
    })
})

test('describe asks nobody about a bottle without egress', () =>
  withLog([frame(denied)], async ({ client, host, engine }) => {
    await client.file('first.yaml', FILE.replace(/ {2}egress.*\n/, ''))
    const { out } = await client.run('describe', 'bottle', 'first', ...host)
    assert.not.match(out, /\n(Egress|Denied)/)
    assert.equal(engine.asked, [])
  }))

test.run()
