import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { HOLDING, TRYING } from '../../../../drivers/container/seals/programs.ts'
import { suite } from '../../../helpers/suite.ts'

const test = suite('programs of a seal')

const endsWith = (program: string, path: string): number | null =>
  spawnSync(process.execPath, ['--no-warnings', '-e', program, 'rules', '[]'], { env: { PATH: path } }).status

test('only an nft that is missing ends them with 126: one that could not be started says nothing of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-'))
  try {
    for (const program of [HOLDING, TRYING]) assert.is(endsWith(program, folder), 126)
    // A start that fails for another reason; out of memory or processes can't be made here.
    symlinkSync('nft', join(folder, 'nft'))
    for (const program of [HOLDING, TRYING]) assert.is(endsWith(program, folder), 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
