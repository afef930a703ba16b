import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openNamed } from '../../../cli/copy/named-path.ts'
import type { Walk } from '../../../cli/copy/named-path.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('named path')
let home = ''
test.before(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-named-')))
  mkdirSync(join(home, 'own/deep'), { recursive: true })
  mkdirSync(join(home, 'repo/inner'), { recursive: true })
  writeFileSync(join(home, 'own/file'), '')
  symlinkSync('own', join(home, 'to-own'))
  symlinkSync(join(home, 'own/deep'), join(home, 'to-deep'))
  symlinkSync('own/file', join(home, 'to-file'))
  symlinkSync('nowhere', join(home, 'dangling'))
  symlinkSync('round', join(home, 'round'))
  symlinkSync('../own', join(home, 'repo/planted'))
  symlinkSync('repo', join(home, 'to-repo'))
})
test.after(() => rmSync(home, { recursive: true, force: true }))

const walkTo = async (path: string, more: Partial<Walk> = {}): Promise<string> => {
  const walk = {
    cwd: home,
    isTainted: (folder: string) => folder.startsWith(join(home, 'repo')),
    keepLast: true,
    ...more,
  }
  try {
    const { folder, name } = await openNamed(path, walk)
    const at = (await folder.path()).replace(home, '~')
    await folder.close()
    return name === undefined ? `${at}/` : `${at} ${name}`
  } catch (error) {
    return (error as Error).message.replaceAll(home, '~')
  }
}

test('a path leads where the links of the person lead', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['own', '~/own/'],
    ['./own/', '~/own/'],
    ['own/new', '~/own new'],
    ['own/file', '~/own file'],
    ['to-own', '~/own/'],
    ['to-own/deep/../new', '~/own new'],
    ['to-deep/..', '~/own/'],
    ['to-deep/../file', '~/own file'],
    ['/', '//'],
    ['dangling', '~ dangling'],
    ['to-file', '~ to-file'],
    ['to-repo/inner', '~/repo/inner/'],
  ]
  for (const [path, where] of cases) assert.is(await walkTo(path), where, path)
  assert.is(await walkTo('to-file', { keepLast: false }), '~/own file')
})

test('a link in a folder that an agent can write is not followed', async () => {
  const said = '~/repo/planted is a link to ../own, and an agent can write where it lies'
  for (const path of [
    'repo/planted',
    'repo/planted/',
    'repo/planted/deep',
    'to-repo/planted/x',
    'repo/inner/../planted/x',
  ])
    assert.is(await walkTo(path), said, path)
  assert.is(await walkTo('repo/planted', { isTainted: () => false }), '~/own/')
})

test('what leads nowhere is said', async () => {
  assert.is(await walkTo('own/nope/x'), '~/own/nope does not exist')
  assert.is(await walkTo('own/nope/'), '~/own/nope does not exist')
  assert.is(await walkTo('own/file/x'), '~/own/file is not a folder')
  assert.is(await walkTo('round/x'), 'round/x leads through more than 40 links')
  assert.is(await walkTo('dangling/x'), '~/nowhere does not exist')
})

test.run()
