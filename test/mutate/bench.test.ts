import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { openBench } from './bench.ts'
import { playAfresh } from './rounds.ts'
import type { Reach } from './rounds.ts'

const test = suite('bench')
const root = new URL('../..', import.meta.url).pathname
const sandbox = mkdtempSync(join(tmpdir(), 'bottled-bench-'))
test.after(() => rmSync(sandbox, { recursive: true }))

/** What each mutant does to the test. */
const PLANTED = `
import { test } from 'uvu'
test('planted', async () => {
  const mutant = globalThis.__stryker__?.activeMutant ?? process.env.__STRYKER_ACTIVE_MUTANT__
  if (mutant === 'wrong') throw new Error('wrong')
  while (mutant === 'loop');
  if (mutant === 'gone') process.exit(0)
})
test.run()
`

test(
  'an endless loop is late, in a process of its own, too; what fails or ends is noticed',
  async () => {
    mkdirSync(join(sandbox, 'test'))
    cpSync(join(root, 'test/mutate'), join(sandbox, 'test/mutate'), { recursive: true })
    for (const entry of ['node_modules', 'package.json', 'tsconfig.json'])
      symlinkSync(join(root, entry), join(sandbox, entry))
    writeFileSync(join(sandbox, 'planted.ts'), PLANTED)
    const open = () => openBench({ sandbox, test: 'planted.ts', patience: { cpuMs: 60_000, ms: 60_000 } })

    const bench = await open()
    const { opening } = bench
    assert.ok(typeof opening === 'object' && opening.errors === '')
    const ends: string[] = []
    for (const mutant of ['none', 'wrong', 'loop', 'after it']) ends.push(await bench.play(mutant, 0))
    assert.equal(ends, ['unnoticed', 'noticed', 'late', 'lost'])

    const other = await open()
    assert.is(await other.play('gone', 0), 'lost')
    other.end()

    const reach: Reach = { test: 'planted.ts', took: opening.took, loaded: new Set(), hits: {} }
    const mutant = { file: '', line: 1, column: 1, kind: '', before: '', after: '' }
    for (const [id, end] of [
      ['none', 'unnoticed'],
      ['wrong', 'noticed'],
      ['gone', 'noticed'],
      ['loop', 'late'],
    ] as const)
      assert.is(await playAfresh(sandbox, reach, { ...mutant, id }), end, id)
  },
  { deadlineMs: 120_000 },
)

test.run()
