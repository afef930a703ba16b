import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createRoot } from '../../../controller/folder/root-identity.ts'
import type { Root } from '../../../controller/folder/root-identity.ts'
import { suite } from '../../helpers/suite.ts'

/** A file system's times move in steps of up to 10 ms. */
const TICK_MS = 20

/** A file system often gives the inode of a removed folder to the next one: nothing watches here that would tell. */
const test = suite('a root known by what it is')

const withRoot = async (files: readonly string[], work: (path: string, root: Root) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-identity-'))
  const path = join(parent, 'root')
  try {
    await mkdir(path)
    await sleep(TICK_MS)
    for (const file of files) await writeFile(join(path, file), 'kind: Bottle')
    const root = createRoot(path)
    assert.is((await root.look()).kind, 'known')
    await root.remember()
    await work(path, root)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

const recreate = async (path: string): Promise<void> => {
  await sleep(TICK_MS)
  await rm(path, { recursive: true })
  await mkdir(path)
}

const assertReplaced = async (root: Root): Promise<void> => {
  const found = await root.look()
  assert.is(found.kind === 'unknown' && found.replaced, true, JSON.stringify(found))
}

test('a folder that was removed and made again between two looks has taken its place', () =>
  withRoot(['a.yaml'], async (path, root) => {
    await recreate(path)
    await assertReplaced(root)
    await writeFile(join(path, 'b.yaml'), 'kind: Bottle')
    await assertReplaced(root)
  }))

test('an empty one that was seen to be missing has to be accepted', () =>
  withRoot([], async (path, root) => {
    await rm(path, { recursive: true })
    const missing = await root.look()
    assert.is(missing.kind === 'unknown' && missing.why, `${path} is missing`)
    await mkdir(path)
    await assertReplaced(root)
    assert.is(await root.accept(), true)
    assert.is((await root.look()).kind, 'known')
  }))

test('it stays the same while its files come and go', () =>
  withRoot(['a.yaml'], async (path, root) => {
    await rm(join(path, 'a.yaml'))
    assert.is((await root.look()).kind, 'known')
    await writeFile(join(path, 'b.yaml'), 'kind: Bottle')
    assert.is((await root.look()).kind, 'known')
  }))

test.run()
