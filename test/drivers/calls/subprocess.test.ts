import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { runCommand } from '../../../drivers/calls/subprocess.ts'
import type { Command, Ended } from '../../../drivers/calls/subprocess.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('subprocess')
const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

const run = (
  file: string,
  args: readonly string[],
  change: Partial<Command> = {},
  signal?: AbortSignal,
): Promise<Ended> => runCommand({ file, args, env: { PATH }, deadlineMs: 15_000, umask: 0o077, ...change }, signal)

let folder = ''
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bottle-t-'))
})
test.after(() => rm(folder, { recursive: true, force: true }))

test('argv arrives unchanged, whatever a shell would do with it', async () => {
  const words = ['a b', '$HOME', '`id`', '"', "'", '*', '', '-n', '; exit 3', 'é\n']
  const { exitCode, stdout } = await run('printf', ['%s\\0', ...words])
  assert.is(exitCode, 0)
  assert.equal(stdout.split('\0').slice(0, -1), words)
})

test('our environment is not inherited', async () => {
  process.env['BOTTLED_TEST_LEAK'] = 'leaked'
  try {
    const { stdout } = await run('env', [], { env: { PATH, ONLY: 'this' } })
    assert.match(stdout, 'ONLY=this')
    assert.not.match(stdout, 'leaked')
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
    assert.equal(
      names.filter((name) => !['PATH', 'ONLY', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? '')),
      [],
    )
  } finally {
    delete process.env['BOTTLED_TEST_LEAK']
  }
})

test('files are created under the requested umask', async () => {
  for (const [umask, mode] of [
    [0o077, 0o600],
    [0o022, 0o644],
  ] as const) {
    const path = join(folder, `file-${umask}`)
    await run('touch', [path], { umask })
    assert.is((await stat(path)).mode & 0o777, mode)
  }
})

test('exit code, stdout and stderr are separate, line ends included', async () => {
  const { exitCode, stdout, stderr, signal } = await run('sh', ['-c', 'echo out; echo err >&2; exit 7'])
  assert.equal([exitCode, stdout, stderr, signal], [7, 'out\n', 'err\n', undefined])
})

test('a missing or forbidden program is a spawn error, an exit code of 127 or 126 is not', async () => {
  const plain = join(folder, 'plain')
  await writeFile(plain, 'not executable', { mode: 0o600 })
  const missing = await run(join(folder, 'missing'), [])
  assert.equal([missing.spawnError, missing.exitCode], ['ENOENT', undefined])
  assert.is((await run('bottled-no-such-program', [])).spawnError, 'ENOENT')
  assert.is((await run(plain, [])).spawnError, 'EACCES')
  for (const code of [126, 127]) {
    const own = await run('sh', ['-c', `echo 'sh: x: not found' >&2; exit ${code}`])
    assert.equal([own.spawnError, own.exitCode], [undefined, code])
  }
})

test('at its deadline a command and its children get TERM', async () => {
  const pids = join(folder, 'pids')
  const ended = await run('sh', ['-c', `sleep 60 & echo $! $$ > ${pids}; wait`], { deadlineMs: 700 })
  assert.equal([ended.timedOut, ended.aborted, ended.exitCode], [true, false, undefined])
  for (const pid of (await readFile(pids, 'utf8')).trim().split(' ')) await gone(Number(pid))
})

test('one that ignores TERM gets KILL', async () => {
  const ended = await run('sh', ['-c', 'trap "" TERM; while :; do sleep 0.2; done'], { deadlineMs: 300 })
  assert.ok(ended.timedOut)
  assert.is(ended.signal, 'SIGKILL')
})

test('KILL reaches who ignores TERM also after the command itself has ended', async () => {
  const pids = join(folder, 'rest')
  const child = `trap "" TERM; echo $$ > ${pids}; exec >/dev/null 2>&1 </dev/null; while :; do sleep 0.2; done`
  const ended = await run('sh', ['-c', `sh -c '${child}' & wait`], { deadlineMs: 700 })
  assert.equal([ended.timedOut, ended.signal], [true, 'SIGTERM'])
  assert.is(await isGone(Number(await readFile(pids, 'utf8'))), true)
})

test('a child elsewhere that keeps the output open keeps nobody waiting beyond the deadline', async () => {
  const pids = join(folder, 'elsewhere')
  const begun = performance.now()
  const ended = await run('sh', ['-c', `setsid sleep 60 & echo $! > ${pids}`], { deadlineMs: 300 })
  assert.ok(ended.timedOut)
  assert.is(ended.exitCode, undefined)
  assert.ok(performance.now() - begun < 40_000)
  process.kill(Number(await readFile(pids, 'utf8')), 'SIGKILL')
})

test('output beyond the bound ends the children, too', async () => {
  const pids = join(folder, 'loud')
  const child = `trap "" TERM; echo $$ > ${pids}; exec >/dev/null 2>&1 </dev/null; while :; do sleep 0.2; done`
  const command = `sh -c '${child}' & while ! test -s ${pids}; do :; done; while :; do echo 0123456789; done`
  assert.is((await run('sh', ['-c', command], { maxOutput: 10_000 })).overflowed, true)
  assert.is(await isGone(Number(await readFile(pids, 'utf8'))), true)
})

test('an abort ends it, and one that is aborted beforehand never begins', async () => {
  const cut = new AbortController()
  const path = join(folder, 'begun')
  const running = run('sh', ['-c', `touch ${path}; exec sleep 60`], {}, cut.signal)
  while (
    !(await stat(path).then(
      () => true,
      () => false,
    ))
  )
    await sleep(10)
  cut.abort()
  const ended = await running
  assert.equal([ended.aborted, ended.timedOut], [true, false])
  const never = join(folder, 'never')
  const first = await run('touch', [never], {}, AbortSignal.abort())
  assert.is(first.aborted, true)
  assert.is(await stat(never).catch(() => undefined), undefined)
})

test('a command has its own process group, out of reach of our terminal', async () => {
  const { stdout } = await run('sh', ['-c', 'ps -o pgid= -p $$ 2>/dev/null || cut -d" " -f5 /proc/$$/stat; echo $$'])
  const [group, pid] = stdout.trim().split(/\s+/)
  assert.is(group, pid)
})

test('output beyond the limit ends the command', async () => {
  const ended = await run('sh', ['-c', 'while :; do echo 0123456789; done'], { maxOutput: 10_000 })
  assert.is(ended.overflowed, true)
  assert.ok(ended.stdout.length <= 10_000)
})

test('stdin is empty, or the stream that was given', async () => {
  assert.is((await run('cat', [])).stdout, '')
  assert.is((await run('cat', [], { stdin: Readable.from(['one ', 'two']) })).stdout, 'one two')
})

test('a command that does not read its stdin still ends', async () => {
  const endless = Readable.from(
    (function* () {
      for (let i = 0; i < 2_000; i++) yield 'x'.repeat(10_000)
    })(),
  )
  assert.is((await run('true', [], { stdin: endless })).exitCode, 0)
})

const isGone = async (pid: number): Promise<boolean> => {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return state === undefined || / [ZX] /.test(state)
}

const gone = async (pid: number): Promise<void> => {
  for (;;) {
    if (await isGone(pid)) return
    await sleep(20)
  }
}

test.run()
