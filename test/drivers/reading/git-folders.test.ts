import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { gitFoldersAround } from '../../../drivers/reading/git-folders.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('git folders')

const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-')))
  try {
    await body(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
const git = (cwd: string, ...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'ignore' })

test('of a repository around the root', () =>
  inFolder(async (folder) => {
    const root = join(folder, 'bottles')
    await mkdir(root)
    assert.equal(await gitFoldersAround(root), [])
    git(folder, 'init', '-q')
    assert.equal(await gitFoldersAround(root), [join(folder, '.git')])
  }))

test('of a linked work tree: its .git file, its own folder, the common one', () =>
  inFolder(async (folder) => {
    const [main, tree] = [join(folder, 'main'), join(folder, 'tree')]
    await mkdir(main)
    git(main, 'init', '-q')
    git(main, 'commit', '-q', '--allow-empty', '-m', 'x')
    git(main, 'worktree', 'add', '-q', tree)
    assert.equal(await gitFoldersAround(tree), [
      join(tree, '.git'),
      join(main, '.git', 'worktrees', 'tree'),
      join(main, '.git'),
    ])
  }))

test('what it borrows objects from, a link as .git, and each repository further up', () =>
  inFolder(async (folder) => {
    const [lender, borrower] = [join(folder, 'lender'), join(folder, 'outer', 'borrower')]
    await mkdir(lender)
    git(lender, 'init', '-q')
    await mkdir(join(folder, 'outer'))
    git(join(folder, 'outer'), 'init', '-q')
    git(folder, 'clone', '-q', '--shared', lender, borrower)
    assert.equal(await gitFoldersAround(borrower), [
      join(borrower, '.git'),
      join(lender, '.git', 'objects'),
      join(folder, 'outer', '.git'),
    ])
    const linked = join(folder, 'linked')
    await mkdir(linked)
    await symlink(join(lender, '.git'), join(linked, '.git'))
    assert.equal(await gitFoldersAround(linked), [join(linked, '.git'), join(lender, '.git')])
  }))

test('a FIFO as .git or in it hangs nobody', () =>
  inFolder(async (folder) => {
    execFileSync('mkfifo', [join(folder, '.git')])
    assert.equal(await gitFoldersAround(folder), [join(folder, '.git')])
    await rm(join(folder, '.git'))
    await mkdir(join(folder, '.git'))
    execFileSync('mkfifo', [join(folder, '.git', 'commondir')])
    await writeFile(join(folder, '.git', 'HEAD'), '')
    assert.equal(await gitFoldersAround(folder), [join(folder, '.git')])
  }))

test.run()
