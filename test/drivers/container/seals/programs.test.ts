import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { HOLDING, TRYING } from '../../../../drivers/container/seals/programs.ts'
import { suite } from '../../../helpers/suite.ts'

const test = suite('programs of a seal')

const holding = (path: string): number | null =>
  spawnSync('/bin/sh', ['-c', HOLDING, 'holding', 'rules'], { env: { PATH: path } }).status
const trying = (path: string): number | null =>
  spawnSync(process.execPath, ['--no-warnings', '-e', TRYING, 'rules', '[]'], { env: { PATH: path } }).status

test('only an nft that is missing ends them with 126: one that could not be started says nothing of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-'))
  try {
    for (const ends of [holding, trying]) assert.is(ends(folder), 126)
    // An nft that fails.
    writeFileSync(join(folder, 'nft'), '#!/bin/sh\nexit 3\n', { mode: 0o755 })
    for (const ends of [holding, trying]) assert.is(ends(folder), 1)
    // A start that fails for another reason; out of memory or processes can't be made here.
    rmSync(join(folder, 'nft'))
    symlinkSync('nft', join(folder, 'nft'))
    assert.is(trying(folder), 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
