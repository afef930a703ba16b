import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { asideName } from '../../../controller/folder/aside-name.ts'
import { restoreOver } from '../../../controller/folder/aside-put-back.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('giving a name back')

/** A file was taken aside, ours took its place, and someone wrote to the original: what stands in the folder afterwards. */
const restored = async (original: string, current: string | undefined): Promise<Readonly<Record<string, string>>> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-aside-'))
  try {
    const ours = sha256Of('ours')
    const aside = join(folder, asideName('a.yaml', { old: sha256Of('before'), fresh: ours }))
    const file = join(folder, 'a.yaml')
    await writeFile(aside, original)
    if (current !== undefined) await writeFile(file, current)
    await restoreOver(aside, { file, ours: [ours] })
    const names = (await readdir(folder)).toSorted()
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('over our text the original comes back, and ours goes', async () => {
  assert.equal(await restored('mine', 'ours'), { 'a.yaml': 'mine' })
  assert.equal(await restored('mine', undefined), { 'a.yaml': 'mine' })
})

test('of two texts that people wrote both stand', async () => {
  assert.equal(await restored('mine', 'theirs'), {
    'a.yaml': 'theirs',
    [`a.yaml.bottled-conflict-${sha256Of('mine').slice(0, 16)}`]: 'mine',
  })
})

test.run()
