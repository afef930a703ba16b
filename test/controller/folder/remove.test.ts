import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { recoverAsides } from '../../../controller/folder/aside-recovery.ts'
import { createOpenWriters } from '../../../controller/folder/open-writers.ts'
import { readWithAside } from '../../../controller/folder/read-with-aside.ts'
import { removeFile } from '../../../controller/folder/remove.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('remove')

const withFile = async (body: (file: string, folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-remove-'))
  const file = join(folder, 'a.yaml')
  try {
    writeFileSync(file, 'old\n')
    await body(file, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const writers = { of: async () => undefined }
const clock = { sleep: async () => undefined }
const isExpected = (text: string): boolean => text === 'old\n'

test('a file that says what is expected goes, and leaves nothing', () =>
  withFile(async (file, folder) => {
    assert.is(await removeFile({ file, isExpected, clock, writers }), 'removed')
    assert.equal(readdirSync(folder), [])
    assert.is(await removeFile({ file, isExpected, clock, writers }), 'gone')
  }))

test('one that says something else stays', () =>
  withFile(async (file) => {
    writeFileSync(file, 'new\n')
    assert.is(await removeFile({ file, isExpected, clock, writers }), 'changed')
    assert.is(readFileSync(file, 'utf8'), 'new\n')
  }))

test('one that somebody has open for writing stays', () =>
  withFile(async (file, folder) => {
    const writer = spawn('sh', ['-c', `exec 3<>${file}; echo open; read line`], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    await once(writer.stdout, 'data')
    assert.is(await removeFile({ file, isExpected, clock, writers: createOpenWriters() }), 'changed')
    writer.stdin.end()
    await ended
    assert.equal(readdirSync(folder), ['a.yaml'])
    assert.is(await removeFile({ file, isExpected, clock, writers: createOpenWriters() }), 'removed')
  }))

for (const [title, edit] of [
  ['in place', (file: string) => writeFileSync(file, 'new\n')],
  [
    'by renaming',
    (file: string) => {
      writeFileSync(`${file}.tmp`, 'new\n')
      renameSync(`${file}.tmp`, file)
    },
  ],
] as const) {
  test(`an edit ${title} after the look is kept`, () =>
    withFile(async (file, folder) => {
      const edited = (text: string): boolean => {
        edit(file)
        return isExpected(text)
      }
      assert.is(await removeFile({ file, isExpected: edited, clock, writers }), 'changed')
      assert.is(readFileSync(file, 'utf8'), 'new\n')
      assert.equal(readdirSync(folder), ['a.yaml'])
    }))

  test(`an edit ${title} after it was taken aside is kept`, () =>
    withFile(async (file, folder) => {
      const open = openSync(file, 'r+')
      const sleep = async (): Promise<void> => {
        if (title === 'in place') writeSync(open, 'new\n', 0)
        else edit(file)
      }
      assert.is(await removeFile({ file, isExpected, clock: { sleep }, writers }), 'changed')
      closeSync(open)
      assert.is(readFileSync(file, 'utf8'), 'new\n')
      assert.equal(readdirSync(folder), ['a.yaml'])
    }))
}

for (const edited of [false, true])
  test(`after a death in between ${edited ? 'an edited file is put back' : 'the removal is ended'}`, () =>
    withFile(async (file, folder) => {
      const open = openSync(file, 'r+')
      const dead = new Error('killed')
      const sleep = async (): Promise<never> => {
        throw dead
      }
      await removeFile({ file, isExpected, clock: { sleep }, writers }).catch((error: unknown) =>
        assert.is(error, dead),
      )
      assert.is((await readWithAside(file)).kind, 'gone')
      if (edited) writeSync(open, 'new\n', 0)
      closeSync(open)
      await recoverAsides(folder, { names: readdirSync(folder), now: Date.now() + 1_000, isBusy: () => false, writers })
      assert.equal(readdirSync(folder), edited ? ['a.yaml'] : [])
      if (edited) assert.is(readFileSync(file, 'utf8'), 'new\n')
    }))

test.run()
