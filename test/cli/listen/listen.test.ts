import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { parseListen } from '../../../cli/listen/address.ts'
import { openListener } from '../../../cli/listen/listen.ts'
import type { Listener } from '../../../cli/listen/listen.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottled run --listen')

const withFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-listen-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const open = (text: string, tokenFile?: string): Promise<Listener> => {
  const address = parseListen(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return openListener(address, { tokenFile })
}

const fails = async (what: Promise<Listener>, why: RegExp): Promise<void> => {
  const error = await what.then(
    (listener) => listener.close().then(() => undefined),
    (reason: unknown) => reason,
  )
  assert.match(String(error), why)
}

const ask = (options: object, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ ...options, path, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(`${String(response.statusCode)} ${text}`))
    })
      .once('error', reject)
      .end()
  })

test('what can be asked from elsewhere needs a token, in a file of its owner’s', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'token')
    await fails(open('0.0.0.0:0'), /needs --listen-token-file/)
    await fails(open('0.0.0.0:0', file), /can't read the token/)
    writeFileSync(file, 'short\n', { mode: 0o600 })
    await fails(open('127.0.0.1:0', file), /no token of 32 characters/)
    writeFileSync(file, `${'x'.repeat(40)}\n`)
    chmodSync(file, 0o640)
    await fails(open('127.0.0.1:0', file), /only the user of this process may read/)
    chmodSync(file, 0o600)
    symlinkSync(file, join(folder, 'link'))
    await fails(open('127.0.0.1:0', join(folder, 'link')), /only the user of this process may read/)
    const listener = await open('127.0.0.1:0', file)
    try {
      const port = Number(listener.at.split(':').at(-1))
      assert.match(await ask({ port, host: '127.0.0.1' }, '/healthz'), /^401 /)
      const headers = { authorization: `Bearer ${'x'.repeat(40)}`, host: 'metrics.example' }
      assert.match(await ask({ port, host: '127.0.0.1', headers }, '/healthz'), /^200 /)
    } finally {
      await listener.close()
    }
  }))

test('a unix socket is its owner’s; a stale one is replaced, what else is there stays', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'b.sock')
    const stale = createServer().listen(path)
    await once(stale, 'listening')
    await fails(open(`unix:${path}`), /EADDRINUSE/)
    // As a killed process leaves it.
    const killed = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(`${path}2`)})`,
    ])
    while (!existsSync(`${path}2`)) await sleep(20)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const listener = await open(`unix:${path}2`)
    assert.is(statSync(`${path}2`).mode & 0o777, 0o600)
    assert.match(await ask({ socketPath: `${path}2` }, '/readyz'), /^503 waits for its start/)
    await listener.close()
    stale.close()
    writeFileSync(join(folder, 'file'), 'mine')
    await fails(open(`unix:${join(folder, 'file')}`), /can't listen at/)
    assert.ok(existsSync(join(folder, 'file')))
  }))

test('a port that somebody has is named', async () => {
  const first = await open('127.0.0.1:0')
  try {
    await fails(open(first.at.replace('http://', '')), /can't listen at 127\.0\.0\.1:\d+: .*EADDRINUSE/)
  } finally {
    await first.close()
  }
})

test(
  'a controller tells its state, its passes and its calls, and takes the socket with it',
  () =>
    withFolder(async (folder) => {
      const socketPath = join(folder, 'b.sock')
      for (const name of ['a', 'b'])
        writeFileSync(
          join(folder, `${name}.yaml`),
          `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`,
        )
      const [file = '', ...args] = cli('bottled', 'run', '--simulate', folder, '--listen', `unix:${socketPath}`)
      const child = spawn(file, args, { stdio: 'ignore' })
      const ended = once(child, 'exit')
      try {
        let text = ''
        while (!/^bottled_bottles\{phase="Ready"\} 2$/m.test(text)) {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
          await sleep(100)
          text = await ask({ socketPath }, '/metrics').catch(() => '')
        }
        assert.is(await ask({ socketPath }, '/readyz'), '200 ok\n')
        for (const line of [
          /^bottled_ready 1$/m,
          /^bottled_queue_depth 0$/m,
          /^bottled_bundle_restarts 0$/m,
          /^bottled_asks_open 0$/m,
          /^bottled_reconcile_duration_seconds_count\{result="rest"\} [1-9]/m,
          /^bottled_queue_wait_seconds_count [1-9]/m,
          /^bottled_driver_calls_total\{port="machines",verb="start",result="ok"\} 2$/m,
          /^process_resident_memory_bytes [1-9]/m,
        ])
          assert.match(text, line)
        const documented = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
        const told = [...text.matchAll(/^# TYPE (bottled_\w+)/gm)].map(([, name]) => name)
        const listed = [...documented.matchAll(/^\| `(bottled_\w+)/gm)].map(([, name]) => name)
        assert.equal(told.toSorted(), listed.toSorted())
      } finally {
        child.kill('SIGTERM')
      }
      assert.equal(await ended, [0, null])
      assert.not(existsSync(socketPath))
    }),
  { deadlineMs: 90_000 },
)

test.run()
