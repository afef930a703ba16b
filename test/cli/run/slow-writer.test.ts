import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { entry } from '../../helpers/entry.ts'
import { steadily } from '../../helpers/steadily.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a script that takes its time')

/** Three bottles into one file, as a shell writes them: the file stays open, with a pause after each. */
const SCRIPT = `
  make() { printf 'apiVersion: bottled.dev/v1alpha1\\nkind: Bottle\\nmetadata:\\n  name: %s\\nspec: {agent: claude, env: {L: "%s"}}\\n' "$1" "$2"; }
  { for name in one two three; do echo ---; make $name "$2"; sleep 1.5; done; } > "$1/all.yaml"`

test(
  'loses no document under a running controller, and no VM when it writes them again',
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'bottle-t-slow-'))
    const root = join(parent, 'root')
    await mkdir(root)
    const child = spawn(
      process.execPath,
      [...entry('bottled'), 'run', root, '--simulate', '--deletion-grace', '200ms', '--log-format', 'text'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const read = (): string => steadily(() => readFileSync(join(root, 'all.yaml'), 'utf8'))
    const allReady = async (level: string): Promise<void> => {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
        const text = read()
        const ready = text.split('phase: Ready').length - 1
        const settled = text.split('observedGeneration: ' + (level === '1' ? 1 : 2)).length - 1
        if (ready === 3 && settled >= 3) return
      }
      throw new Error(`not Ready with ${level}:\n${read()}\n${log}`)
    }
    try {
      for (const level of ['1', '2']) {
        await promisify(execFile)('bash', ['-c', SCRIPT, 'bash', root, level])
        await allReady(level)
        const text = read()
        for (const name of ['one', 'two', 'three']) assert.ok(text.includes(`  name: ${name}\nspec:`), text)
        assert.is(text.split(`env: {L: "${level}"}`).length, 4)
      }
      assert.not.match(log, /removed? (machine|record)/)
    } finally {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.on('close', resolve))
      await rm(parent, { recursive: true, force: true })
    }
  },
  { deadlineMs: 180_000 },
)

test.run()
