import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createDisk, type Disk, fileId, type PlacedDisk } from '../../../drivers/disk/disk.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('disk')

/** A root with a state folder, and a disk that must stay within it. */
const withState = async (
  work: (place: { root: string; state: string; disk: PlacedDisk }) => Promise<void>,
): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-disk-'))
  const root = join(parent, 'root')
  const state = join(root, '.bottled')
  await mkdir(state, { recursive: true })
  try {
    await work({ root, state, disk: createDisk({ within: state }) })
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

/** Each change is refused and creates nothing. */
const assertRefused = async (disk: Disk, state: string, why: RegExp): Promise<void> => {
  const changes = [
    () => disk.writeDurable(join(state, 'bottles', 'a', 'record.json'), '{}'),
    () => disk.append(join(state, 'events.jsonl'), '{}\n'),
    () => disk.rename(join(state, 'a'), join(state, 'b')),
    () => disk.remove(join(state, 'a')),
  ]
  for (const change of changes) {
    const error: unknown = await change().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isDriverError(error, 'Failed'), String(change))
    assert.match(error.message, why)
  }
}

test('a stamp tells nothing of a file that is missing, young or none', () =>
  withState(async ({ state, disk }) => {
    const old = join(import.meta.dirname, '../../../LICENSE')
    const stamp = await disk.stamp(old)
    assert.type(stamp, 'string')
    assert.is(await disk.stamp(old), stamp)
    const path = join(state, 'owner')
    assert.is(await disk.stamp(path), undefined)
    await disk.writeDurable(path, 'ours')
    // A time that somebody sets is no age.
    await utimes(path, 1, 1)
    assert.equal([await disk.stamp(path), await disk.stamp(state)], [undefined, undefined])
  }))

test('a missing state folder is not recreated, nor are its parents', () =>
  withState(async ({ root, state, disk }) => {
    await disk.writeDurable(join(state, 'bottles', 'a', 'record.json'), '{}')
    assert.is(await disk.read(join(state, 'bottles', 'a', 'record.json')), '{}')
    await rm(state, { recursive: true })
    await assertRefused(disk, state, /\.bottled is gone/)
    assert.equal(await readdir(root), [])
    await rm(root, { recursive: true })
    await assertRefused(disk, state, /\.bottled is gone/)
    assert.not.ok((await readdir(join(root, '..'))).includes('root'))
  }))

test('another folder in place of the state folder is never changed', () =>
  withState(async ({ state, disk }) => {
    await disk.writeDurable(join(state, 'owner'), 'ours')
    await rename(state, `${state}-away`)
    await mkdir(state)
    await writeFile(join(state, 'a'), 'theirs')
    await assertRefused(disk, state, /\.bottled is not the folder that it was/)
    assert.equal(await readdir(state), ['a'])
    await rm(state, { recursive: true })
    await rename(`${state}-away`, state)
    await disk.writeDurable(join(state, 'owner'), 'ours again')
  }))

test('a disk that is told of the new folder writes there, and one that is told to refuse never does again', () =>
  withState(async ({ state, disk }) => {
    await disk.writeDurable(join(state, 'owner'), 'ours')
    await rename(state, `${state}-away`)
    await mkdir(state)
    disk.renew()
    await disk.writeDurable(join(state, 'owner'), 'ours')
    await rename(state, `${state}-2`)
    await rename(`${state}-away`, state)
    await assertRefused(disk, state, /\.bottled is not the folder that it was/)
    const lock = join(state, 'lock')
    await writeFile(lock, 'ours')
    disk.renew({ path: lock, id: await fileId(lock) })
    await disk.writeDurable(join(state, 'owner'), 'ours')
    await rename(lock, `${lock}-away`)
    await assertRefused(disk, state, /lock isn't ours any more/)
    await writeFile(lock, 'theirs')
    await assertRefused(disk, state, /lock isn't ours any more/)
    disk.refuse('another controller holds this root')
    disk.renew()
    await assertRefused(disk, state, /another controller holds this root/)
  }))

test.run()
