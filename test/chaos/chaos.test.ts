import { spawn } from 'node:child_process'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { dockerMissing } from '../helpers/docker.ts'
import { nodeArguments } from '../helpers/entry.ts'
import { suite } from '../helpers/suite.ts'
import { playEdits } from './edits.ts'

/** A slice of `test/chaos/main.ts`, always with the same seed. */
const test = suite('chaos')
const ROUNDS = 3
const EDITS = 100
const SEED = 1

const kills = `${ROUNDS} rounds of kill -9 during random edits end at rest as the files say`
const why = dockerMissing()
if (why !== undefined) test.skip(kills, why)
else
  test(
    kills,
    async () => {
      const { code, output } = await playMain('--rounds', String(ROUNDS), '--edits', '0', '--seed', String(SEED))
      for (const line of output.split('\n')) if (line.startsWith('SKIP  ')) console.log(line)
      assert.is(code, 0, output)
    },
    { deadlineMs: 240_000 },
  )

test(
  `a controller that writes status as fast as it can loses none of ${EDITS} edits, renamed or in place`,
  async () => {
    for (const { way, lost, wrong, writes } of await playEdits(EDITS, SEED)) {
      assert.equal({ lost, wrong }, { lost: 0, wrong: undefined }, `by ${way}, seed ${SEED}`)
      assert.ok(writes > 0, 'written meanwhile')
    }
  },
  { deadlineMs: 60_000 },
)

const playMain = (...flags: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArguments(join(import.meta.dirname, 'main.ts')), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const end = (): void => void child.kill('SIGTERM')
    process.once('exit', end)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      process.removeListener('exit', end)
      resolve({ code, output })
    })
  })

test.run()
