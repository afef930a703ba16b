import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { holdsJsonRpc, isPktLine } from '../../drivers/probe/judge.ts'
import { needing } from '../helpers/program.ts'
import { patience } from '../helpers/patience.ts'
import { suite } from '../helpers/suite.ts'

/** The example bundle, as far as it runs without its image: its settings, its scripts with stand-ins, the real git. */
const test = suite('example bundle')
const withGit = needing(test, 'git')
const withBusybox = needing(test, 'busybox')
const run = promisify(execFile)
const BUNDLE = join(import.meta.dirname, '..', '..', 'examples', 'bundle')
const SHELLS = [['sh'], ['busybox', 'sh']] as const

test('pipelock.yaml holds the recorded settings and no other', async () => {
  assert.equal(parse(await readFile(join(BUNDLE, 'pipelock.yaml'), 'utf8')), {
    mode: 'strict',
    api_allowlist: [
      'api.anthropic.com',
      'registry.npmjs.org',
      'pypi.org',
      'files.pythonhosted.org',
      'github.com',
      'codeload.github.com',
    ],
    forward_proxy: { enabled: true, max_tunnel_seconds: 3600 },
    fetch_proxy: { timeout_seconds: 600, monitoring: { max_requests_per_minute: 600 } },
    request_body_scanning: { max_body_bytes: 262144 },
    metrics_listen: '127.0.0.1:9091',
    kill_switch: { api_listen: '127.0.0.1:9090', api_exempt: false, metrics_exempt: false },
  })
})

withGit('gitconfig serves repositories of other users and refuses rewrites', async () => {
  const { stdout } = await run('git', ['config', '--file', join(BUNDLE, 'gitconfig'), '--list'])
  assert.equal(stdout.trim().split('\n').sort(), ['receive.denydeletes=true', 'receive.denynonfastforwards=true', 'safe.directory=*'])
})

test('the Dockerfile runs init as nobody, with no health check and no proxy variables', async () => {
  const lines = (await readFile(join(BUNDLE, 'Dockerfile'), 'utf8')).split('\n').filter((line) => !line.startsWith('#'))
  assert.ok(lines.includes('USER 65534:65534'))
  assert.ok(lines.includes('ENTRYPOINT ["/bundle/init"]'))
  assert.not(lines.some((line) => /^(HEALTHCHECK|ENV .*PROXY)/i.test(line)))
})

for (const shell of SHELLS) {
  for (const script of ['init', 'supervise']) {
    const add = shell[0] === 'busybox' ? withBusybox : test
    add(`${script} is understood by ${shell.join(' ')}`, async () => {
      await run(shell[0], [...shell.slice(1), '-n', join(BUNDLE, script)])
    })
  }
}

interface Stage {
  readonly init: ChildProcess
  readonly started: () => Promise<readonly string[]>
  /** Ends one of the stand-ins. */
  readonly end: (name: string, signal: NodeJS.Signals) => Promise<void>
  readonly code: Promise<number | null>
}

/** Runs `init` with stand-ins for pipelock, git and busybox nc that log their arguments and pid, and live until killed. */
const withInit = async (shell: readonly string[], env: Readonly<Record<string, string>>, body: (stage: Stage) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-init-'))
  const log = join(folder, 'log')
  await writeFile(log, '')
  for (const name of ['pipelock', 'git', 'busybox']) {
    const stub = join(folder, name)
    await writeFile(stub, `#!/bin/sh\necho "$$ ${name} $*" >> ${log}\nexec sleep 60\n`)
    await chmod(stub, 0o755)
  }
  const [command = 'sh', ...args] = shell[0] === 'busybox' ? ['/bin/busybox', 'sh'] : shell
  const init = spawn(command, [...args, join(BUNDLE, 'init')], {
    env: { BUSYBOX: join(folder, 'busybox'), PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...env },
    stdio: 'ignore',
  })
  const code = new Promise<number | null>((resolve) => init.once('exit', resolve))
  const started = async (): Promise<readonly string[]> => (await readFile(log, 'utf8')).trim().split('\n').filter(Boolean)
  const end = async (name: string, signal: NodeJS.Signals): Promise<void> => {
    const line = (await started()).find((text) => text.split(' ')[1] === name)
    process.kill(Number(line?.split(' ')[0]), signal)
  }
  try {
    await body({ init, started, end, code })
  } finally {
    for (const line of await started()) {
      try {
        process.kill(Number(line.split(' ')[0]), 'SIGKILL')
      } catch {
        // It has ended with the bundle.
      }
    }
    init.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

const until = async (lines: () => Promise<readonly string[]>, count: number): Promise<readonly string[]> => {
  for (const end = performance.now() + 4_000 * patience(); performance.now() < end;) {
    const found = await lines()
    if (found.length >= count) return found.map((line) => line.replace(/^\d+ /, '')).sort()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`fewer than ${count} processes were started: ${(await lines()).join(' | ')}`)
}

const ALL = { BOTTLE_GIT: '1', BOTTLE_SUPERVISE: '1' }

for (const shell of SHELLS) {
  const as = shell.join(' ')
  const add = shell[0] === 'busybox' ? withBusybox : test

  add(`${as}: init starts the proxy alone unless asked for more`, () =>
    withInit(shell, {}, async ({ started, init, code }) => {
      assert.equal(await until(started, 1), ['pipelock run --config /config/pipelock.yaml --listen 0.0.0.0:8888'])
      init.kill('SIGTERM')
      assert.is(await code, 0)
    }))

  add(`${as}: init exits soon with 0 on TERM, and ends all servers`, () =>
    withInit(shell, ALL, async ({ started, init, code }) => {
      await until(started, 3)
      const pids = (await started()).map((line) => Number(line.split(' ')[0]))
      const began = performance.now()
      init.kill('SIGTERM')
      assert.is(await code, 0)
      assert.ok(performance.now() - began < 3_000 * patience())
      for (const pid of pids) assert.throws(() => process.kill(pid, 0))
    }))

  for (const [name, signal] of [
    ['pipelock', 'SIGKILL'],
    ['git', 'SIGTERM'],
    ['busybox', 'SIGKILL'],
  ] as const) {
    add(`${as}: init exits with 70 when ${name} ends by ${signal}`, () =>
      withInit(shell, ALL, async ({ started, end, code }) => {
        await until(started, 3)
        await end(name, signal)
        assert.is(await code, 70)
      }))
  }
}

withGit('git daemon with the flags of init answers, and refuses pushes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-git-'))
  const env = { ...process.env, GIT_CONFIG_SYSTEM: join(BUNDLE, 'gitconfig'), GIT_CONFIG_GLOBAL: '/dev/null' }
  await mkdir(join(folder, 'a.git'))
  await run('git', ['init', '-q', '--bare', join(folder, 'a.git')])
  await writeFile(join(folder, 'a.git', 'git-daemon-export-ok'), '')
  let flags: readonly string[] = []
  await withInit(['sh'], { BOTTLE_GIT: '1', GIT_ROOT: folder }, async ({ started }) => {
    const line = (await until(started, 2)).find((text) => text.startsWith('git '))
    flags = (line ?? '').split(' ').slice(1)
  })
  assert.ok(flags.includes('--strict-paths'))
  const port = 20_000 + (process.pid % 10_000)
  const local = flags.map((flag) => flag.replace('--listen=0.0.0.0', '--listen=127.0.0.1').replace('--port=9418', `--port=${port}`))
  const daemon = spawn('git', local, { env, stdio: 'ignore' })
  try {
    assert.is(await ask(port, 'git-upload-pack /a.git'), '0000')
    assert.match(await ask(port, 'git-upload-pack /.probe.git'), /^[0-9a-f]{4}ERR no such repository/)
    assert.match(await ask(port, 'git-receive-pack /a.git'), /service not enabled/)
  } finally {
    daemon.kill('SIGTERM')
    await new Promise((resolve) => daemon.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
})

/** One pkt-line, tried until the daemon listens. */
const ask = async (port: number, request: string): Promise<string> => {
  const line = `${request}\0host=127.0.0.1\0`
  const packet = (line.length + 4).toString(16).padStart(4, '0') + line
  for (let tries = 0; ; tries += 1) {
    try {
      return await new Promise<string>((resolve, reject) => {
        const socket = createConnection({ host: '127.0.0.1', port }, () => socket.write(packet))
        let text = ''
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1')
          if (isPktLine(text)) socket.destroy()
        })
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
      })
    } catch (error) {
      if (tries > 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}

withBusybox('the supervise placeholder answers a POST with JSON-RPC, and other requests with 405', async () => {
  const answer = (request: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const script = spawn('/bin/busybox', ['sh', join(BUNDLE, 'supervise')], { stdio: ['pipe', 'pipe', 'inherit'] })
      let text = ''
      script.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
      script.once('error', reject).once('close', () => resolve(text))
      script.stdin.end(request)
    })
  const body = '{"jsonrpc":"2.0","id":1,"method":"server/discover"}'
  const [head = '', reply = ''] = (await answer(`POST / HTTP/1.1\r\nHost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`)).split('\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(head, new RegExp(`Content-Length: ${reply.length}`))
  assert.ok(holdsJsonRpc(reply))
  assert.match(await answer('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 405 /)
})

test.run()
