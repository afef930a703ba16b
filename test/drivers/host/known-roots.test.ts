import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { noteRoot, readKnownRoots } from '../../../drivers/host/known-roots.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('known roots')

test('a root is known as long as its state is there and is its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-'))
  const roots = join(folder, 'state', 'roots')
  try {
    const stateOf = async (owner: string, says = owner) => {
      const stateDir = join(folder, owner)
      await mkdir(stateDir)
      await writeFile(join(stateDir, 'owner'), JSON.stringify({ id: says }))
      return { owner, root: `/r/${owner}`, stateDir }
    }
    assert.equal(await readKnownRoots(roots), [], 'before the first')
    const [one, two, other] = [await stateOf('one'), await stateOf('two'), await stateOf('three', 'four')]
    for (const known of [one, two, other]) await noteRoot(roots, known)
    await writeFile(join(roots, 'torn.json'), '{')
    await writeFile(join(roots, 'README'), '')
    assert.equal(await readKnownRoots(roots), [one, two])
    await rm(two.stateDir, { recursive: true })
    assert.equal(await readKnownRoots(roots), [one])
    assert.ok((await readdir(roots)).includes('two.json'), 'its file system may be away')
    for (const name of ['one.json', 'two.json']) await utimes(join(roots, name), 1, 1)
    await noteRoot(roots, other)
    const names = await readdir(roots)
    assert.equal([names.includes('one.json'), names.includes('two.json')], [true, false], 'after a month')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.run()
