import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { ownKey, readOwnKey } from '../../../drivers/disk/own-key.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a key of one user')

const inFolder = async (work: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-key-'))
  try {
    await work(join(folder, 'keys', 'k'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const make = (path: string): Promise<Buffer | undefined> => ownKey(path, createDisk())

test('it is made once, for this user alone, and read again', () =>
  inFolder(async (path) => {
    assert.is(await readOwnKey(path), undefined)
    const key = await make(path)
    assert.is(key?.length, 32)
    assert.is(statSync(path).mode & 0o777, 0o600)
    assert.is(statSync(join(path, '..')).mode & 0o777, 0o700)
    assert.equal(await make(path), key)
    assert.equal(await readOwnKey(path), key)
  }))

for (const [what, harm] of Object.entries<(path: string, text: string) => void>({
  'can be read by others': (path) => chmodSync(path, 0o640),
  'was cut short': (path, text) => writeFileSync(path, text.slice(0, 30)),
  'has something behind it': (path, text) => writeFileSync(path, `${text}\n`),
  'is no key': (path) => writeFileSync(path, `${'g'.repeat(64)}\n`),
  'is a link to one': (path, text) => {
    writeFileSync(`${path}-other`, text, { mode: 0o600 })
    rmSync(path)
    symlinkSync(`${path}-other`, path)
  },
}))
  test(`one that ${what} doesn't count, and is replaced`, () =>
    inFolder(async (path) => {
      const first = await make(path)
      harm(path, readFileSync(path, 'utf8'))
      assert.is(await readOwnKey(path), undefined)
      const second = await make(path)
      assert.is(second?.length, 32)
      assert.not.equal(second, first)
    }))

const title = "another user's doesn't count"
if (process.geteuid?.() !== 0) test.skip(title, 'only root can give a file away')
else
  test(title, () =>
    inFolder(async (path) => {
      await make(path)
      chownSync(path, 1234, 1234)
      assert.is(await readOwnKey(path), undefined)
    }),
  )

test.run()
