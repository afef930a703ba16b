import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { createNotifier } from '../cli/run/notify.ts'
import type { AskNotice } from '../controller/asks/parts.ts'
import { needing } from './helpers/program.ts'
import { suite } from './helpers/suite.ts'

/** The examples for `--notify`, run as a controller runs them. */
const test = suite('example notifiers')
const examples = fileURLToPath(new URL('../examples/notify', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-notifier-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const HOSTILE = `<a href="https://evil.example">yes</a> & $(touch ${folder}/never) 'x'`
const notice = (content: AskNotice['content']): AskNotice => ({
  version: 1,
  bottle: 'web',
  id: 'abcdefgh',
  openedAt: '2026-12-01T12:00:00Z',
  content,
})

const until = async <T>(look: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const text = (name: string): string | undefined => {
  try {
    const found = readFileSync(join(folder, name), 'utf8')
    return found.endsWith('\0') ? found : undefined
  } catch {
    return undefined
  }
}

test(
  'the desktop shows what an agent says as text, whatever it asks',
  async () => {
    writeFileSync(join(folder, 'notify-send'), `#!/bin/sh\nprintf '%s\\0' "$@" >"$NOTED"\n`, { mode: 0o755 })
    const cases: readonly (readonly [AskNotice['content'], RegExp])[] = [
      [{ kind: 'question', question: HOSTILE }, /asks: “&lt;a href="https:\/\/evil\.example"&gt;yes/],
      [{ kind: 'egress', host: 'a.example', port: 443, why: '-x' }, /wants to reach a\.example: “-x”/],
      [{ kind: 'permission', tool: 'Bash', input: '{}', digest: '0', bytes: 2 }, /wants to use Bash/],
      [
        {
          kind: 'push',
          repository: 'app',
          url: 'https://git.example/app',
          ref: 'refs/heads/b',
          commit: '0',
          summary: 's',
        },
        /wants to push to app/,
      ],
    ]
    for (const [at, [content, pattern]] of cases.entries()) {
      const warned: string[] = []
      const command = `NOTED=${folder}/noted-${at} PATH=${folder}:$PATH exec ${process.execPath} ${examples}/desktop.mjs`
      createNotifier(command, { warn: (line) => void warned.push(line), waitMs: 120_000 })(notice(content))
      const words = (await until(() => text(`noted-${at}`))).split('\0').slice(0, -1)
      assert.equal(words.slice(0, 3), ['--app-name=bottled', '--', 'web asks'])
      assert.match(words[3] ?? '', pattern)
      assert.match(words[3] ?? '', /\nbottlectl approve abcdefgh$/)
      assert.not.match(words[3] ?? '', /[<>]/)
      assert.is(words.length, 4)
      assert.equal(warned, [])
    }
    assert.is(text('never'), undefined)
  },
  { deadlineMs: 120_000 },
)

needing(test, 'curl')(
  'the webhook gets the JSON as it is, with the header of its file, and a refusal is a line of the log',
  async () => {
    const heard: { readonly body: string; readonly token: string | undefined; readonly type: string | undefined }[] = []
    let status = 204
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        heard.push({ body, token: request.headers['authorization'], type: request.headers['content-type'] })
        response.writeHead(status).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : 0
      const config = join(folder, 'webhook')
      writeFileSync(config, `url = "http://127.0.0.1:${port}/hook"\nheader = "Authorization: Bearer t0ken"\n`, {
        mode: 0o600,
      })
      const warned: string[] = []
      const notify = createNotifier(`no_proxy='*' BOTTLED_WEBHOOK=${config} exec sh ${examples}/webhook.sh`, {
        warn: (line) => void warned.push(line),
        waitMs: 120_000,
      })
      const sent = notice({ kind: 'question', question: `${HOSTILE} é\n` })
      notify(sent)
      const first = await until(() => heard[0])
      assert.equal(JSON.parse(first.body), sent)
      assert.equal([first.token, first.type], ['Bearer t0ken', 'application/json'])
      status = 500
      notify(sent)
      assert.match(await until(() => warned[0]), /the command ended with 22/)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
  { deadlineMs: 120_000 },
)

test.run()
