import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createOutput } from '../../../cli/run/output.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('output')

const BOTTLE = (name: string): string => `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata:
  name: ${name}
spec:
  agent: claude
`

const withRoot = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-output-'))
  try {
    await writeFile(join(root, 'a.yaml'), BOTTLE('a'))
    await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const start = (stdio: ('pipe' | 'ignore' | number)[], ...argv: readonly string[]) => {
  const [file = '', ...args] = cli('bottled', 'run', '--simulate', ...argv)
  return spawn(file, args, { stdio: ['ignore', ...stdio] })
}

const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await check().catch(() => false)) return
    await sleep(100)
  }
  throw new Error(`it never came to ${what}`)
}

const isReady = async (file: string): Promise<boolean> => /phase: Ready/.test(await readFile(file, 'utf8'))
const eventsOf = (root: string): Promise<string> => readFile(join(root, '.bottled/simulated/events.jsonl'), 'utf8')

test('whoever reads one line of the log and goes does not end the controller', () =>
  withRoot(async (root) => {
    const child = start(['ignore', 'pipe'], root)
    const ended = once(child, 'exit')
    try {
      await once(child.stderr!, 'data')
      child.stderr!.destroy()
      await until('a ready', () => isReady(join(root, 'a.yaml')))
      await writeFile(join(root, 'b.yaml'), BOTTLE('b'))
      await until('b ready', () => isReady(join(root, 'b.yaml')))
      assert.is(child.exitCode, null)
      await until('an event', async () => (await eventsOf(root)).includes('"LogLost"'))
      assert.is((await eventsOf(root)).match(/"LogLost"/g)?.length, 1)
    } finally {
      child.kill('SIGTERM')
    }
    assert.equal(await ended, [0, null])
  }))

test('a start with nothing to do says what is watched, once, and a stop what stays', () =>
  withRoot(async (root) => {
    assert.is((await once(start(['ignore', 'ignore'], root, '--once'), 'exit'))[0], 0)
    const child = start(['ignore', 'pipe'], root)
    const ended = once(child, 'exit')
    let log = ''
    child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()))
    try {
      await until('a line', async () => log.includes('\n'))
      await sleep(1_000)
    } finally {
      child.kill('SIGTERM')
    }
    await ended
    const messages = log.split('\n').flatMap((line) => /"message":"([^"]*)"/.exec(line)?.[1] ?? [])
    assert.equal(messages, [
      'the policy is baseline (built in)',
      `watching ${root}, 1 bottle`,
      'stopped; VMs and containers stay up',
    ])
  }))

test('a log on a full disk does not end the controller either', () =>
  withRoot(async (root) => {
    const full = openSync('/dev/full', 'w')
    const child = start([full, full], root, '--once')
    assert.equal(await once(child, 'exit'), [0, null])
    assert.match(await eventsOf(root), /"LogLost".*ENOSPC/)
    assert.ok(await isReady(join(root, 'a.yaml')))
  }))

test('with both readers gone from the start, --once ends with its own code', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'bad.yaml'), BOTTLE('bad').replace('claude', '7'))
    const child = start(['pipe', 'pipe'], root, '--once')
    child.stdout!.destroy()
    child.stderr!.destroy()
    assert.equal(await once(child, 'exit'), [3, null])
    assert.ok(await isReady(join(root, 'a.yaml')))
  }))

test('a loss is reported once, also to who asks later, and a full disk is tried again', () => {
  const written: string[] = []
  let fails = true
  let emit: ((error: Error) => void) | undefined
  const output = createOutput({
    write: (text: string | Uint8Array) => {
      if (fails) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
      return written.push(String(text)) > 0
    },
    on: (_: string, listener: (error: Error) => void) => {
      emit = listener
      return process.stderr
    },
  } as Pick<NodeJS.WritableStream, 'write' | 'on'>)
  const told: string[] = []
  output.write('1')
  output.onLost((why) => told.push(why))
  output.write('2')
  fails = false
  output.write('3')
  emit?.(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  output.write('4')
  assert.equal(written, ['3'])
  assert.equal(told, ['ENOSPC: no space left'])
})

test.run()
