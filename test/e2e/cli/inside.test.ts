import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { Rig } from '../rig.ts'
import { scenarios } from '../scenario.ts'
import { cli } from '../../helpers/entry.ts'
import { CTRL_D, openTerminal } from '../../helpers/terminal.ts'

/** Bottles on the real Docker Engine, their machines on the stand-in for smolvm. */
const real = scenarios('bottlectl and the parts of real bottles')
const test = (title: string, body: (rig: Rig) => Promise<void>): void => real(title, body, { deadlineMs: 300_000 })
const SMOLVM = new URL('../../fixtures/smolvm', import.meta.url).pathname

interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

const bottlectl = (
  rig: Rig,
  argv: readonly string[],
  { input, interruptAfter }: { readonly input?: string | Buffer; readonly interruptAfter?: RegExp } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = cli('bottlectl', '-d', rig.root, ...argv)
    const child = spawn(program, args, { env: rig.env, stdio: 'pipe' })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (interruptAfter?.test(out) === true) child.kill('SIGINT')
    })
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.stdin.on('error', () => undefined).end(input ?? '')
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, out, err }))
  })

const BUSYBOX = '/bin/busybox'

test('logs of the bundle: all, the last lines, since, followed, and of the previous run', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  await rig.ready('a')
  const name = rig.slug('a')
  const said = `serving as 65534 for ${name}\n`
  assert.equal(await bottlectl(rig, ['logs', name]), { exitCode: 0, out: said, err: '' })
  assert.is((await bottlectl(rig, ['logs', name, '--tail', '0'])).out, '')
  assert.is((await bottlectl(rig, ['logs', name, '--since', '1h', '--tail', '-1'])).out, said)
  assert.match((await bottlectl(rig, ['logs', name, '--timestamps'])).out, /^\d{4}-\d\d-\d\dT\S+Z serving/)
  const early = await bottlectl(rig, ['logs', name, '--previous'])
  assert.equal([early.exitCode, early.out], [3, ''])
  assert.match(early.err, /has not run before/)
  assert.is((await bottlectl(rig, ['logs', name, '-f'], { interruptAfter: /serving/ })).exitCode, 130)

  const first = rig.status('a')?.bundle?.restarts ?? 0
  await bottlectl(rig, ['exec', name, '-c', 'bundle', '--', BUSYBOX, 'sh', '-c', 'kill -TERM 1'])
  await rig.until('the bundle runs again', () => {
    const status = rig.status('a')
    return status?.phase === 'Ready' && (status.bundle?.restarts ?? 0) > first
  })
  await rig.until('both runs are in the log', async () => (await bottlectl(rig, ['logs', name])).out === said + said)
  assert.is((await bottlectl(rig, ['logs', name, '-p'])).out, said)
})

test('exec in the bundle: all of stdin, the exit code, a terminal of our size', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  await rig.ready('a')
  const inside = ['exec', rig.slug('a'), '-c', 'bundle', '--', BUSYBOX]
  const input = Buffer.alloc(3_000_000, 'x')
  const counted = await bottlectl(rig, [...inside, 'sh', '-c', 'busybox=/bin/busybox; $busybox wc -c; exit 7'], {
    input,
  })
  assert.equal(counted, { exitCode: 7, out: `${input.length}\n`, err: '' })
  // Reads nothing: unread input is not an error.
  assert.is((await bottlectl(rig, [...inside, 'true'], { input })).exitCode, 0)
  const missing = await bottlectl(rig, ['exec', rig.slug('a'), '-c', 'bundle', '--', 'nope'])
  assert.is(missing.exitCode === 126 || missing.exitCode === 127, true, `${missing.exitCode}: ${missing.err}`)

  const terminal = openTerminal({
    command: cli('bottlectl', '-d', rig.root, ...inside, 'sh'),
    env: { ...rig.env, TERM: 'dumb' },
    columns: 77,
  })
  try {
    for (const columns of [77, 66]) {
      await terminal.until(/\$ /)
      if (columns !== 77) terminal.resize(columns)
      terminal.send(
        `until [ "$(/bin/busybox stty size)" = "24 ${columns}" ]; do /bin/busybox sleep 0.1; done; echo is" "${columns}\r`,
      )
      await terminal.until(new RegExp(`is ${columns}`))
    }
    // Between two commands the end of the input would be lost.
    await terminal.until(/is 66\s+\/ \$ /)
    terminal.send(CTRL_D)
    assert.is(await terminal.ended, 0)
  } finally {
    await terminal.close()
  }
})

test('exec holds no more than a bounded part of what a slow reader has not read, in both directions', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  await rig.ready('a')
  const inside = ['exec', rig.slug('a'), '-c', 'bundle', '--', BUSYBOX]
  const start = (...command: readonly string[]) => {
    const [program = '', ...args] = cli('bottlectl', '-d', rig.root, ...inside, ...command)
    return spawn(program, args, { env: rig.env, stdio: ['pipe', 'pipe', 'inherit'] })
  }
  const rssMiB = (pid: number | undefined): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.on('close', resolve))

  const loud = start('cat', '/dev/zero')
  const loudEnded = ended(loud)
  await once(loud.stdout, 'readable')
  const before = rssMiB(loud.pid)
  await sleep(4_000)
  const grownOut = rssMiB(loud.pid) - before
  loud.stdout.destroy()
  loud.kill('SIGTERM')
  await loudEnded

  const deaf = start('sh', '-c', `echo ready; exec ${BUSYBOX} sleep 6`)
  const deafEnded = ended(deaf)
  await once(deaf.stdout, 'data')
  const started = rssMiB(deaf.pid)
  const megabyte = Buffer.alloc(1024 * 1024)
  deaf.stdin.on('error', () => undefined)
  const until = Date.now() + 3_000
  while (Date.now() < until) {
    if (!deaf.stdin.write(megabyte)) await Promise.race([once(deaf.stdin, 'drain'), sleep(200)])
    if (deaf.stdin.writableLength >= megabyte.length * 4) await sleep(200)
  }
  const grownIn = rssMiB(deaf.pid) - started
  deaf.stdin.destroy()
  assert.is(await deafEnded, 0)
  assert.ok(grownOut < 64, `${grownOut} MiB more for what is not read`)
  assert.ok(grownIn < 64, `${grownIn} MiB more for what the command does not read`)
})

test('cp into the bundle works where the bundle can write, and says why it fails elsewhere', async (rig) => {
  const tools = join(rig.root, 'tools')
  mkdirSync(tools)
  symlinkSync(BUSYBOX, join(tools, 'tar'))
  rig.write('bare.yaml', rig.bottle('bare', 'bundle: {tmpfs: [/tmp]}'))
  rig.write(
    'tar.yaml',
    rig.bottle('tar', 'bundle: {tmpfs: [/tmp], mounts: [{source: ./tools, target: /usr/local/bin}]}'),
  )
  rig.write('open.yaml', rig.bottle('open', 'bundle: {readOnlyRoot: false}'))
  rig.start()
  for (const short of ['bare', 'tar', 'open']) await rig.ready(short)
  const here = join(rig.home, 'a&b, c.txt')
  writeFileSync(here, 'hello\n')
  mkdirSync(join(rig.home, 'folder'))
  writeFileSync(join(rig.home, 'folder', 'inner'), 'inner\n')
  const cp = (from: string, to: string): Promise<Ended> => bottlectl(rig, ['cp', '-c', 'bundle', from, to])
  const cat = async (short: string, path: string): Promise<string> =>
    (await bottlectl(rig, ['exec', rig.slug(short), '-c', 'bundle', '--', BUSYBOX, 'cat', path])).out

  assert.equal(await cp(here, `${rig.slug('tar')}:/tmp/`), { exitCode: 0, out: '', err: '' })
  assert.is(await cat('tar', '/tmp/a&b, c.txt'), 'hello\n')
  assert.is((await cp(join(rig.home, 'folder'), `${rig.slug('tar')}:/tmp`)).exitCode, 0)
  assert.is(await cat('tar', '/tmp/folder/inner'), 'inner\n')
  assert.equal(await cp(`${rig.slug('tar')}:/tmp/folder`, rig.home + '/back'), { exitCode: 0, out: '', err: '' })
  assert.is(readFileSync(join(rig.home, 'back', 'inner'), 'utf8'), 'inner\n')
  for (const short of ['tar', 'open'])
    assert.equal(await cp(`${rig.slug(short)}:/tmp/nope`, rig.home), {
      exitCode: short === 'tar' ? 3 : 1,
      out: '',
      err: `error: /tmp/nope is not in ${short === 'tar' ? '' : 'the image of '}bottle-${rig.slug(short)}-bundle${short === 'tar' ? '' : ', which has no tar to look in its tmpfs'}\nhint: bottlectl exec NAME -c bundle -- ls /tmp\n`,
    })

  assert.is((await cp(here, `${rig.slug('open')}:/bundle/renamed`)).exitCode, 0)
  assert.is(await cat('open', '/bundle/renamed'), 'hello\n')
  assert.is((await cp(here, `${rig.slug('open')}:/bundle`)).exitCode, 0)
  assert.is(await cat('open', '/bundle/a&b, c.txt'), 'hello\n')

  const hidden = await cp(here, `${rig.slug('bare')}:/tmp/x`)
  assert.is(hidden.exitCode, 1)
  assert.match(hidden.err, /^error: can't copy to \/tmp\/x: it is a tmpfs, and the image has no tar/)
  const refused = await cp(here, `${rig.slug('bare')}:/bundle/x`)
  assert.is(refused.exitCode, 1)
  assert.match(refused.err, /^error: .*read-only.*\nhint: .*readOnlyRoot/)
  const nothing = await cp(join(rig.home, 'nope'), `${rig.slug('open')}:/bundle`)
  assert.is(nothing.exitCode, 3)
})

test('exec, cp and logs of the machine go through smolvm', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.start()
  await rig.ready('a')
  const name = rig.slug('a')
  const at = ['--smolvm', SMOLVM]
  const piped = await bottlectl(rig, ['exec', ...at, name, '--', 'sh', '-c', 'cat; exit 5'], { input: 'into it' })
  assert.equal([piped.exitCode, piped.out], [5, 'into it'])
  const here = join(rig.home, 'a.txt')
  writeFileSync(here, 'hello\n')
  assert.is((await bottlectl(rig, ['cp', ...at, here, `${name}:/a.txt`])).exitCode, 0)
  assert.is(readFileSync(join(rig.diskOf('a'), 'a.txt'), 'utf8'), 'hello\n')
  assert.is((await bottlectl(rig, ['cp', ...at, `${name}:/a.txt`, `${here}.back`])).exitCode, 0)
  assert.is(readFileSync(`${here}.back`, 'utf8'), 'hello\n')
  mkdirSync(join(rig.home, 'folder'))
  writeFileSync(join(rig.home, 'folder', 'inner'), 'inner\n', { mode: 0o755 })
  symlinkSync('inner', join(rig.home, 'folder', 'link'))
  const cp = (from: string, to: string): Promise<Ended> => bottlectl(rig, ['cp', ...at, from, to])
  assert.equal(await cp(join(rig.home, 'folder'), `${name}:/new/place`), { exitCode: 0, out: '', err: '' })
  assert.equal(await cp(here, `${name}:/new/place/`), { exitCode: 0, out: '', err: '' })
  assert.is(readFileSync(join(rig.diskOf('a'), 'new/place/folder/link'), 'utf8'), 'inner\n')
  assert.is(readFileSync(join(rig.diskOf('a'), 'new/place/a.txt'), 'utf8'), 'hello\n')
  assert.equal(await cp(`${name}:/new/place`, join(rig.home, 'back')), {
    exitCode: 0,
    out: '',
    err: 'warning: not copied: ./place/folder/link: a symbolic link to inner\n',
  })
  assert.is(readFileSync(join(rig.home, 'back/folder/inner'), 'utf8'), 'inner\n')
  const missing = await cp(`${name}:/nope`, rig.home)
  assert.is(missing.exitCode, 3, missing.err)
  assert.match(missing.err, /^error: \/nope is not in bottle-/)
  assert.is((await bottlectl(rig, ['logs', name, '-c', 'machine', '--tail', '5', ...at])).exitCode, 0)
  const refused = await bottlectl(rig, ['logs', name, '-c', 'machine', '--previous', ...at])
  assert.is(refused.exitCode, 2)
  assert.match(refused.err, /^error: smolvm does not support --previous\nhint: bottlectl logs /)
})

test('plan of a Ready bottle has no steps; without an answer of Docker it says so, and reports no conflict', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  assert.is((await rig.once()).code, 0)
  const plan = (...more: readonly string[]): Promise<Ended> =>
    bottlectl(rig, ['plan', rig.slug('a'), '--bundle-image', rig.image, '--smolvm', SMOLVM, ...more])
  let asked = await plan()
  // Docker has one second to answer; on a busy machine that may not be enough.
  for (let tries = 1; tries < 10 && asked.out.includes('no answer within 1 s'); tries++) asked = await plan()
  assert.match(asked.out, /^Steps: {2}<none>$/m, asked.out + asked.err)
  assert.not.match(asked.out, /Note|Blocked/)
  const blind = await plan('--docker-host', 'unix:///nowhere')
  assert.is(blind.exitCode, 0, blind.err)
  assert.match(
    blind.out,
    /Docker not checked: .*\n.*existing objects are unknown: the steps assume that there are none/,
  )
  assert.match(blind.out, /^ {2}create +network\//m)
  assert.not.match(blind.out, /stop|Blocked/)
})

real.run()
