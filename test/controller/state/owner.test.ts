import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { StateError } from '../../../controller/state/state-folder.ts'
import { openState, type OwnerState } from '../../../controller/state/owner.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('owner')

const withRoots = async (work: (roots: { readonly a: string; readonly b: string }) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-owner-'))
  await mkdir(join(parent, 'a'))
  try {
    await work({ a: join(parent, 'a'), b: join(parent, 'b') })
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

let ids = 0
const open = (
  root: string,
  options: { readonly adopt?: string; readonly stateDir?: string } = {},
): Promise<OwnerState> =>
  openState({
    root,
    stateDir: options.stateDir ?? join(root, '.bottled'),
    adopt: options.adopt,
    newId: () => `id-${++ids}`,
  })

const addBottle = async (root: string, name: string): Promise<void> => {
  await mkdir(join(root, '.bottled', 'bottles', name), { recursive: true })
  await writeFile(join(root, '.bottled', 'bottles', name, 'record.json'), name)
}

const bottles = (root: string, of = '.'): Promise<readonly string[]> => readdir(join(root, '.bottled', of, 'bottles'))

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof StateError) return error.code
    throw error
  }
}

test('half-written files of a killed controller are removed', () =>
  withRoots(async ({ a }) => {
    await open(a)
    const names = await readdir(join(a, '.bottled'))
    await writeFile(join(a, '.bottled', '.owner.4831-1.tmp'), '{"vers')
    await open(a)
    assert.equal(await readdir(join(a, '.bottled')), names)
  }))

test('creates a private state folder that git ignores, once', () =>
  withRoots(async ({ a }) => {
    const first = await open(a)
    assert.is(first.created, true)
    const state = join(a, '.bottled')
    assert.is((await lstat(state)).mode & 0o777, 0o700)
    assert.is(await readFile(join(state, '.gitignore'), 'utf8'), '*\n')
    const before = await lstat(join(state, 'owner'), { bigint: true })
    const again = await open(a)
    assert.is(again.created, false)
    assert.equal(again.owner, first.owner)
    const after = await lstat(join(state, 'owner'), { bigint: true })
    assert.equal([after.ino, after.mtimeNs], [before.ino, before.mtimeNs], 'no write without a change')
  }))

test('remembers the daemon and the data folder of the machines', () =>
  withRoots(async ({ a }) => {
    const state = await open(a)
    await state.update({ daemonId: 'D', machines: { uid: 1, dataFolder: '/m' } })
    assert.is(state.owner.daemonId, 'D')
    const again = await open(a)
    assert.equal([again.owner.daemonId, again.owner.machines], ['D', { uid: 1, dataFolder: '/m' }])
    const before = await lstat(join(a, '.bottled', 'owner'), { bigint: true })
    await again.update({ daemonId: 'D' })
    assert.is((await lstat(join(a, '.bottled', 'owner'), { bigint: true })).ino, before.ino)
  }))

test('a copied root becomes a new owner and sets the copied state aside', () =>
  withRoots(async ({ a, b }) => {
    const original = await open(a)
    await original.update({ daemonId: 'D' })
    await addBottle(a, 'x')
    await writeFile(join(a, '.bottled', 'events.jsonl'), '{}\n')
    await mkdir(join(a, '.bottled', 'run'))
    await cp(a, b, { recursive: true })
    const copy = await open(b)
    assert.is(copy.copiedFrom, original.owner.id)
    assert.is(copy.created, true)
    assert.is.not(copy.owner.id, original.owner.id)
    assert.is(copy.owner.daemonId, undefined)
    const aside = `copied-from-${original.owner.id}`
    assert.equal((await readdir(join(b, '.bottled'))).toSorted(), ['.gitignore', aside, 'owner'])
    assert.equal(await bottles(b, aside), ['x'])
    assert.equal(await bottles(a), ['x'], 'the original is unchanged')
    assert.is((await open(b)).copiedFrom, undefined, 'reported once')
  }))

test('a moved root gets its owner back with --adopt, immediately or later', () =>
  withRoots(async ({ a, b }) => {
    const { id } = (await open(a)).owner
    await addBottle(a, 'x')
    await rename(a, b)
    const adopted = await open(b, { adopt: id })
    assert.equal([adopted.owner.id, adopted.created, adopted.copiedFrom], [id, false, undefined])
    assert.equal(await bottles(b), ['x'])
    await rename(b, a)
    const other = await open(a)
    assert.is(other.copiedFrom, id)
    await addBottle(a, 'y')
    const back = await open(a, { adopt: id })
    assert.is(back.owner.id, id)
    assert.equal(await bottles(a), ['x'])
    assert.equal(await bottles(a, `copied-from-${other.owner.id}`), ['y'])
    assert.is((await open(a)).owner.id, id)
  }))

test('a root without state accepts the id of --adopt', () =>
  withRoots(async ({ a }) => {
    const state = await open(a, { adopt: 'bottled-0123' })
    assert.equal([state.owner.id, state.created], ['bottled-0123', true])
    assert.is(await codeOf(open(a, { adopt: '../x' })), 'UnknownOwner')
  }))

test('a state folder outside its root is refused while that root exists', () =>
  withRoots(async ({ a, b }) => {
    await mkdir(b)
    const stateDir = `${b}-state`
    await open(a, { stateDir })
    assert.is(await codeOf(open(b, { stateDir })), 'OtherRoot')
    await rm(a, { recursive: true })
    assert.is(await codeOf(open(b, { stateDir })), undefined)
  }))

test('a simulated state folder lies inside the real one', () =>
  withRoots(async ({ a }) => {
    await open(a, { stateDir: join(a, '.bottled', 'simulated') })
    assert.equal((await readdir(join(a, '.bottled'))).toSorted(), ['.gitignore', 'simulated'])
  }))

test('refuses a state folder that others can write, or that is a link', () =>
  withRoots(async ({ a }) => {
    await mkdir(join(a, '.bottled'))
    await chmod(join(a, '.bottled'), 0o770)
    assert.is(await codeOf(open(a)), 'TooOpen')
    await rename(join(a, '.bottled'), join(a, 'other'))
    await symlink('other', join(a, '.bottled'))
    assert.is(await codeOf(open(a)), 'NotAFolder')
  }))

test('never guesses an owner from an unreadable file', () =>
  withRoots(async ({ a }) => {
    await open(a)
    for (const text of ['', '{', '{"version": 2}', '{"version": 1, "id": "x"}']) {
      await writeFile(join(a, '.bottled', 'owner'), text)
      assert.is(await codeOf(open(a)), 'Unreadable')
      assert.is(await readFile(join(a, '.bottled', 'owner'), 'utf8'), text)
    }
  }))

test.run()
