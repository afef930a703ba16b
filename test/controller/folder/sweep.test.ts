import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { asideName, newName } from '../../../controller/folder/aside-name.ts'
import type { Root } from '../../../controller/folder/root-identity.ts'
import { createSweeper } from '../../../controller/folder/sweep.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('sweep')
type Look = Awaited<ReturnType<Root['look']>>

/** A sweep of a folder with one file, while its root looks like this before and after. */
const swept = async (before: (path: string) => Look, after: (path: string) => Look, aside?: string) => {
  const path = await mkdtemp(join(tmpdir(), 'bottle-t-sweep-'))
  try {
    await writeFile(join(path, 'a.yaml'), 'a: 1\n')
    if (aside !== undefined) await link(join(path, 'a.yaml'), join(path, aside))
    const looks = [before(path), after(path)]
    let remembered = 0
    const root: Root = {
      path,
      look: async () => looks.shift() ?? { kind: 'unknown', why: 'asked too often', replaced: false },
      remember: async () => void (remembered += 1),
      note: () => {},
      suspect: () => {},
      accept: async () => false,
    }
    const end = await createSweeper({
      root,
      clock: { now: () => Date.now() },
      isBusy: () => false,
      writers: { of: async () => undefined },
      memory: { recall: async () => ({ points: new Map(), files: new Set() }), note: async () => undefined },
    }).sweep()
    return {
      end: end.ok ? [...end.files.keys()] : end.why.replace(path, 'ROOT'),
      remembered,
      left: await readdir(path),
    }
  } finally {
    await rm(path, { recursive: true })
  }
}
const known = (path: string): Look => ({ kind: 'known', real: path, turned: false })
const elsewhere = (path: string): Look => ({ kind: 'known', real: `${path}-2`, turned: true })
const unknown = (): Look => ({ kind: 'unknown', why: 'another one has taken its place', replaced: true })

const left = ['a.yaml']

test('a root that is replaced or turned while it is swept makes the whole answer unknown, and is not remembered', async () => {
  assert.equal(await swept(known, known), { end: ['a.yaml'], remembered: 1, left })
  assert.equal(await swept(unknown, known), { end: 'another one has taken its place', remembered: 0, left })
  assert.equal(await swept(known, unknown), { end: 'another one has taken its place', remembered: 0, left })
  assert.equal(await swept(known, elsewhere), { end: 'ROOT was turned while it was read', remembered: 0, left })
})

test('what a process that was killed just now left beside a file is gone after one sweep', async () => {
  const old = sha256Of('a: 1\n')
  for (const aside of [
    asideName('a.yaml', { old, fresh: sha256Of('ours') }),
    newName(asideName('a.yaml', { old, fresh: old })),
  ])
    assert.equal(await swept(known, known, aside), { end: ['a.yaml'], remembered: 1, left })
})

test.run()
