import * as assert from 'uvu/assert'
import { judge } from '../../../cli/copy/judge.ts'
import type { Asked } from '../../../cli/copy/judge.ts'
import type { TarMember } from '../../../cli/copy/tar-members.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('judge')

const OUT: Asked = { source: ['workspace', 'out'], folder: ['home', 'ann'], as: 'copy', rootDepths: [] }
const say = (name: string, asked: Partial<Asked> = {}, kind: TarMember['kind'] = 'file'): string => {
  const verdict = judge({ name, linkName: 'there', kind }, { ...OUT, ...asked })
  return 'path' in verdict ? verdict.path.join('/') : 'why' in verdict ? `${verdict.kind}: ${verdict.why}` : verdict.to
}

test('what was asked for and what is below it gets the name of the copy', () => {
  for (const name of ['out', './out', './/./out/']) assert.is(say(name), 'copy')
  assert.is(say('out/a/./b'), 'copy/a/b')
  assert.is(say('out/a', {}, 'folder'), 'copy/a')
  assert.is(say('out/...'), 'copy/...')
  assert.is(say('out/-rf'), 'copy/-rf')
  assert.is(say('out/caf\xe9'), 'copy/caf\xe9', 'bytes that are no UTF-8 stay bytes')
})

test('whatever leads elsewhere is refused', () => {
  const cases: readonly (readonly [name: string, why: string])[] = [
    ['/etc/passwd', 'its path is absolute'],
    ['/out/a', 'its path is absolute'],
    ['../out/a', 'its path leads upwards'],
    ['out/../../a', 'its path leads upwards'],
    ['out/..', 'its path leads upwards'],
    ['..', 'its path leads upwards'],
    ['', 'it is not below what was asked for'],
    ['.', 'it is not below what was asked for'],
    ['./.bashrc', 'it is not below what was asked for'],
    ['outer', 'it is not below what was asked for'],
    ['OUT', 'it is not below what was asked for'],
    ['workspace/out', 'it is not below what was asked for'],
    ['out\\..\\a', 'its name has a control character or a backslash'],
    ['out/a\nb', 'its name has a control character or a backslash'],
    ['out/\u001b[2J', 'its name has a control character or a backslash'],
    ['out/a\0b', 'its name has a control character or a backslash'],
    ['out/a\x7f', 'its name has a control character or a backslash'],
    [`out/${'n'.repeat(256)}`, 'its name is longer than 255 bytes'],
    [`out/${'d/'.repeat(128)}`, 'it is nested deeper than 128'],
  ]
  for (const [name, why] of cases) assert.is(say(name), `refused: ${why}`, JSON.stringify(name))
})

test('only files and folders are written; a link that was asked for is followed by who asked', () => {
  const kinds: readonly (readonly [TarMember['kind'], string])[] = [
    ['link', 'left out: a symbolic link to there'],
    ['device', 'left out: a device'],
    ['FIFO', 'left out: a FIFO'],
    ['hard link', 'refused: a hard link to another member'],
    ['sparse file', 'refused: a sparse file'],
    ['unknown', 'refused: an unknown type of member'],
  ]
  for (const [kind, said] of kinds) assert.is(say('out/a', {}, kind), said)
  assert.is(say('out', {}, 'link'), 'there')
  assert.is(say('out', {}, 'device'), 'refused: a device')
  assert.is(say('../out', {}, 'link'), 'refused: its path leads upwards')
})

test('what git obeys is left out unless it was asked for itself', () => {
  const GIT = 'left out: git would obey it'
  for (const name of [
    'out/.git/hooks/pre-commit',
    'out/.git/config',
    'out/.git/config.worktree',
    'out/.GIT/Config',
    'out/a/b/.git/hooks/x',
    'out/.git/modules/sub/config',
    'out/.git/modules/sub/hooks/x',
    'out/.git/worktrees/w/config.worktree',
    'out/sub/.git',
  ])
    assert.is(say(name), GIT, name)
  assert.is(say('out/.git/hooks', {}, 'folder'), GIT)
  for (const name of [
    'out/.git/HEAD',
    'out/.git/objects/ab/cd',
    'out/.git/refs/heads/config',
    'out/.git/logs/refs/heads/hooks/x',
    'out/config',
    'out/hooks/x',
    'out/.gitattributes',
  ])
    assert.is(say(name), name.replace('out', 'copy'), name)
  assert.is(say('out/.git', {}, 'folder'), 'copy/.git')
  const asked = (...source: string[]): Partial<Asked> => ({ source })
  assert.is(say('.git/config', asked('w', '.git')), GIT, 'below what was asked for')
  assert.is(say('config', asked('w', '.git', 'config')), 'copy', 'asked for itself')
  assert.is(say('hooks/pre-commit', asked('w', '.git', 'hooks')), 'copy/pre-commit')
  assert.is(say('out/config', { as: '.git' }), GIT, 'the copy is called .git')
  assert.is(say('out/x/hooks/y', { folder: ['repo', '.git', 'modules'] }), GIT, 'the copy goes into a .git')
})

test('no state of bottled comes out of a bottle, and no Bottle into a root', () => {
  assert.is(say('out/.bottled/owner'), 'left out: state of bottled')
  assert.is(say('out/a/.Bottled', {}, 'folder'), 'left out: state of bottled')
  const READ = 'refused: a controller would read it as a Bottle'
  const root = { rootDepths: [2] }
  for (const name of ['out/b.yaml', 'out/deep/er/b.yml', 'out/package.json', 'out/.b.yaml.bottled-0011'])
    assert.is(say(name, root), READ, name)
  assert.is(say('out', { ...root, as: 'b.yaml' }), READ)
  for (const name of ['out/b.txt', 'out/.hidden/b.yaml', 'out/node_modules/b.json', 'out/.b.yaml'])
    assert.is(say(name, root), name.replace('out', 'copy'), name)
  assert.is(say('out/b.yaml'), 'copy/b.yaml', 'elsewhere it is a file')
  const nested = { folder: ['root', '.hidden', 'inner'] }
  assert.is(say('out/b.yaml', { ...nested, rootDepths: [1] }), 'copy/b.yaml', 'in a hidden folder of a root')
  assert.is(say('out/b.yaml', { ...nested, rootDepths: [1, 3] }), READ, 'which is a root itself')
})

test.run()
