import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { acquireLock, lockHolder } from '../../../controller/state/lock.ts'
import { openState } from '../../../controller/state/owner.ts'
import type { StateKeeper } from '../../../controller/state/state-keeper.ts'
import { createStateKeeper } from '../../../controller/state/state-keeper.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('state keeper')

interface Setting {
  readonly folder: string
  readonly base: string
  readonly keeper: StateKeeper
  readonly lock: { release(): Promise<void> }
  readonly write: (name: string) => Promise<void>
  /** What is asked while the keeper works. */
  readonly asked: { isRootKnown: boolean; restored: number; restores: number }
}

const withKeeper = async (
  work: (setting: Setting) => Promise<void>,
  rootName: (folder: string) => Promise<string> = async (folder) => {
    await mkdir(join(folder, 'root'))
    return join(folder, 'root')
  },
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-keeper-'))
  try {
    const root = await rootName(folder)
    const base = join(root, '.bottled')
    const disk = createDisk({ within: base })
    const asked = { isRootKnown: true, restored: 0, restores: 2 }
    const lock = await acquireLock(base, { simulated: false })
    const owner = await openState({ root, stateDir: base, disk, newId: () => 'bottled-0123456789abcdef' })
    const keeper = await createStateKeeper({
      base,
      stateDir: base,
      root,
      simulated: false,
      lock,
      owner,
      disk,
      isRootKnown: async () => asked.isRootKnown,
      restore: async () => {
        asked.restored += 1
        return asked.restores
      },
    })
    const write = (name: string): Promise<void> => disk.writeDurable(join(base, 'bottles', name, 'record.json'), '{}')
    await work({ folder, base, keeper, lock, write, asked })
    await lock.release().catch(() => undefined)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('a state folder that stands is looked at and left alone', () =>
  withKeeper(async ({ keeper, asked }) => {
    for (let check = 0; check < 3; check++) assert.equal(await keeper.check(), { kind: 'kept' })
    assert.is(asked.restored, 0)
  }))

test('what is missing at one check may be on its way; at the second it is put back, lock first', () =>
  withKeeper(async ({ base, keeper, write, asked }) => {
    await write('a')
    await rm(base, { recursive: true })
    assert.is((await keeper.check()).kind, 'kept')
    assert.is(asked.restored, 0)
    const second = await keeper.check()
    assert.is(second.kind, 'restored')
    assert.match('what' in second ? second.what : '', 'was removed; put back from memory')
    assert.match('what' in second ? second.what : '', '2 records')
    assert.is((await lockHolder(base))?.pid, process.pid)
    assert.is(JSON.parse(await readFile(join(base, 'owner'), 'utf8')).id, 'bottled-0123456789abcdef')
    assert.is(await readFile(join(base, '.gitignore'), 'utf8'), '*\n')
    assert.equal(await keeper.check(), { kind: 'kept' })
    await write('b')
  }))

for (const name of ['lock', 'owner', '.gitignore'])
  test(`${name}, removed alone, is put back and named`, () =>
    withKeeper(async ({ base, keeper }) => {
      await rm(join(base, name))
      await keeper.check()
      const second = await keeper.check()
      assert.match('what' in second ? second.what : second.kind, `put back: ${name}`)
      assert.ok(await readFile(join(base, name)))
    }))

test('a copy that takes the place of the folder is said to be complete, and not that anything was lost', () =>
  withKeeper(async ({ folder, base, keeper, asked }) => {
    await cp(base, join(folder, 'copy'), { recursive: true })
    await rename(base, join(folder, 'before'))
    await rename(join(folder, 'copy'), base)
    asked.restores = 0
    await keeper.check()
    const second = await keeper.check()
    assert.is(
      'what' in second ? second.what : second.kind,
      `${base} is another folder than it was; nothing that is remembered is missing in it`,
    )
  }))

test('nothing is written while the root is unknown', () =>
  withKeeper(async ({ base, keeper, asked }) => {
    await rm(base, { recursive: true })
    asked.isRootKnown = false
    for (let check = 0; check < 3; check++) assert.is((await keeper.check()).kind, 'away')
    assert.is(await readFile(join(base, 'lock')).catch(() => undefined), undefined)
    asked.isRootKnown = true
    await keeper.check()
    assert.is((await keeper.check()).kind, 'restored')
  }))

test("another owner's state in its place is left alone", () =>
  withKeeper(async ({ base, keeper }) => {
    await rm(base, { recursive: true })
    await mkdir(base, { mode: 0o700 })
    await writeFile(
      join(base, 'owner'),
      JSON.stringify({ version: 1, id: 'bottled-fedcba9876543210', path: '/x', machine: 'm' }),
    )
    await keeper.check()
    const second = await keeper.check()
    assert.is(second.kind, 'away')
    assert.match('why' in second ? second.why : '', 'belongs to another owner now, bottled-fedcba9876543210')
    assert.is(await readFile(join(base, 'lock')).catch(() => undefined), undefined)
  }))

test('another controller took the lock meanwhile: this one ends, and changes nothing any more', () =>
  withKeeper(async ({ base, keeper, write }) => {
    await write('a')
    await rm(base, { recursive: true })
    const other = await acquireLock(base, { simulated: false, nonce: 'another' })
    await keeper.check()
    const second = await keeper.check()
    assert.is(second.kind, 'taken')
    let refused = ''
    await write('b').catch((error: unknown) => (refused = String(error)))
    assert.match(refused, 'another controller holds this root')
    await other.release()
  }))

test('of a root that is a link and is turned, the state folder moves along', () =>
  withKeeper(
    async ({ folder, base, keeper, write }) => {
      await write('a')
      await mkdir(join(folder, 'new'))
      await symlink('new', join(folder, 'turned'))
      await rename(join(folder, 'turned'), join(folder, 'root'))
      await keeper.check()
      const second = await keeper.check()
      assert.match('what' in second ? second.what : second.kind, 'the state folder moved to')
      assert.ok(await readFile(join(folder, 'new', '.bottled', 'bottles', 'a', 'record.json')))
      assert.equal(await keeper.check(), { kind: 'kept' })
      assert.ok(base.startsWith(folder))
    },
    async (folder) => {
      await mkdir(join(folder, 'old'))
      await symlink('old', join(folder, 'root'))
      return join(folder, 'root')
    },
  ))

test.run()
