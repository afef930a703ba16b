import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createGitIndex } from '../../../drivers/git/git-index.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the git index')
const withGit = needing(test, 'git')
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
const plain = 'spec: 1\n'

interface Tree {
  readonly top: string
  readonly index: ReturnType<typeof createGitIndex>
  git(...args: readonly string[]): string
  file(name: string, text?: string): string
  status(): string
}

/** A repository whose filter is sed. */
const inRepository = async (body: (tree: Tree) => Promise<void>): Promise<void> => {
  const top = mkdtempSync(join(tmpdir(), 'bottle-t-index-'))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', top, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  try {
    git('init', '-q', '-b', 'main')
    git('config', 'filter.bottled.clean', "sed '/^status:/,$d'")
    writeFileSync(join(top, '.gitattributes'), '*.yaml filter=bottled\n')
    await body({
      top,
      index: createGitIndex({ env }),
      git,
      file: (name, text) => {
        if (text !== undefined) writeFileSync(join(top, name), text)
        return join(top, name)
      },
      status: () => git('status', '--porcelain'),
    })
    assert.equal(
      readdirSync(join(top, '.git')).filter((name) => name.startsWith('index.')),
      [],
      'no files are left beside the index',
    )
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

const commit = ({ git, file }: Tree, ...names: readonly string[]): readonly string[] => {
  const files = names.map((name) => file(name, plain))
  git('add', '-A')
  git('commit', '-qm', 'base')
  return files
}

withGit('a file in which only status changed is clean again; one whose spec changed stays modified, unstaged', () =>
  inRepository(async (tree) => {
    const [a = '', b = ''] = commit(tree, 'a.yaml', 'b.yaml')
    tree.file('a.yaml', `${plain}status: long\n`)
    tree.file('b.yaml', 'spec: 22\nstatus: long\n')
    assert.is(tree.status(), ' M a.yaml\n M b.yaml\n')
    assert.is(await tree.index.forget([a, b]), 'done')
    assert.is(tree.status(), ' M b.yaml\n')
    assert.is(tree.git('diff', '--cached'), '')
  }),
)

withGit('known files are not refreshed twice, and foreign or untracked files stay unchanged', () =>
  inRepository(async (tree) => {
    const [a = '', other = ''] = commit(tree, 'a.yaml', 'notes.txt')
    const stray = tree.file('stray.yaml', plain)
    const stamp = (): string => {
      const { ino, mtimeMs } = statSync(join(tree.top, '.git', 'index'))
      return `${ino} ${mtimeMs}`
    }
    const before = stamp()
    assert.is(await tree.index.forget([other, stray]), 'done')
    assert.is(stamp(), before)
    tree.file('a.yaml', `${plain}status: long\n`)
    await tree.index.forget([a])
    const after = stamp()
    assert.is.not(after, before)
    await tree.index.forget([a])
    assert.is(stamp(), after)
    assert.equal([...(await tree.index.filtered([a, other, stray]))], [a, stray])
    const outside = mkdtempSync(join(tmpdir(), 'bottle-t-index-'))
    assert.is(await tree.index.forget([join(outside, 'a.yaml')]), 'foreign')
    rmSync(outside, { recursive: true })
  }),
)

withGit("noted before a change, the file never shows in git; a look of git's own that ends later is repaired", () =>
  inRepository(async (tree) => {
    const [a = ''] = commit(tree, 'a.yaml')
    const { index } = tree
    assert.is(await index.forget([a]), 'done')
    tree.file('a.yaml', `${plain}status: long\n`)
    assert.is(await index.mend([a]), 'done')
    assert.is(tree.status(), '')

    // That look noted the size, which would show at the next write; git may do the same during a write.
    tree.file('a.yaml', `${plain}status: longer\n`)
    assert.is(tree.status(), ' M a.yaml\n')
    assert.is(await index.mend([a]), 'done')
    assert.is(tree.status(), '')
    // Nothing to repair: the index stays unchanged until the file changes.
    const stamp = (): number => statSync(join(tree.top, '.git', 'index')).ino
    const before = stamp()
    for (let again = 0; again < 2; again++) assert.is(await index.mend([a]), 'done')
    assert.is(stamp(), before)
    tree.file('a.yaml', `${plain}status: long\n`)
    assert.is(await index.mend([a]), 'done')
    assert.is(tree.status(), '')
  }),
)

withGit('without a filter in git nothing is written, and that is reported', () =>
  inRepository(async (tree) => {
    const [other = ''] = commit(tree, 'notes.txt')
    tree.file('notes.txt', 'changed\n')
    assert.is(await tree.index.forget([other]), 'foreign')
    assert.is(await tree.index.mend([other]), 'foreign')
    assert.is(tree.status(), ' M notes.txt\n')
  }),
)

withGit('a file that a person marked, or only intends to add, keeps its mark', () =>
  inRepository(async (tree) => {
    const [skipped = '', assumed = ''] = commit(tree, 'skipped.yaml', 'assumed.yaml')
    tree.git('update-index', '--skip-worktree', 'skipped.yaml')
    tree.git('update-index', '--assume-unchanged', 'assumed.yaml')
    const intended = tree.file('intended.yaml', plain)
    tree.git('add', '-N', 'intended.yaml')
    const before = tree.git('ls-files', '-v', '-s')
    await tree.index.forget([skipped, assumed, intended])
    assert.is(tree.git('ls-files', '-v', '-s'), before)
    assert.is(tree.status(), ' A intended.yaml\n')
  }),
)

withGit('a conflict stays a conflict, and a file staged meanwhile stays staged', () =>
  inRepository(async (tree) => {
    const [a = '', b = ''] = commit(tree, 'a.yaml', 'b.yaml')
    for (const branch of ['one', 'two']) {
      tree.git('checkout', '-qb', branch, 'main')
      tree.file('a.yaml', `spec: ${branch}\n`)
      tree.git('commit', '-qam', branch)
    }
    assert.throws(() => tree.git('merge', 'one'))
    tree.file('b.yaml', 'spec: staged\nstatus: x\n')
    tree.git('add', 'b.yaml')
    tree.file('b.yaml', 'spec: staged\nstatus: longer\n')
    await tree.index.forget([a, b])
    assert.is(tree.status(), 'UU a.yaml\nM  b.yaml\n')
  }),
)

withGit('nothing is changed while someone else holds the lock', () =>
  inRepository(async (tree) => {
    const [a = ''] = commit(tree, 'a.yaml')
    tree.file('a.yaml', `${plain}status: long\n`)
    const lock = join(tree.top, '.git', 'index.lock')
    writeFileSync(lock, 'mine')
    const before = readFileSync(join(tree.top, '.git', 'index'))
    assert.is(await tree.index.forget([a]), 'busy')
    assert.ok(readFileSync(join(tree.top, '.git', 'index')).equals(before))
    assert.is(readFileSync(lock, 'utf8'), 'mine')
    rmSync(lock)
    assert.is(await tree.index.forget([a]), 'done')
    assert.is(tree.status(), '')
  }),
)

withGit('no hook and no file system monitor runs', () =>
  inRepository(async (tree) => {
    const [a = ''] = commit(tree, 'a.yaml')
    const trace = join(tree.top, '.git', 'trace')
    for (const name of ['hooks/post-index-change', 'monitor']) {
      const path = join(tree.top, '.git', name)
      writeFileSync(path, `#!/bin/sh\necho ${name} >> ${trace}\nprintf 't\\0/\\0'\n`)
      chmodSync(path, 0o755)
    }
    tree.git('config', 'core.fsmonitor', join(tree.top, '.git', 'monitor'))
    tree.file('a.yaml', `${plain}status: long\n`)
    assert.is(await tree.index.forget([a]), 'done')
    assert.not.ok(existsSync(trace))
    assert.is(tree.status(), '')
    assert.ok(existsSync(trace), 'the trap works')
  }),
)

withGit('an edit of the same size in the same second is not hidden', () =>
  inRepository(async (tree) => {
    const [a = '', b = ''] = commit(tree, 'a.yaml', 'b.yaml')
    for (let round = 0; round < 5; round++) {
      tree.file('a.yaml', `${plain}status: ${'x'.repeat(round + 1)}\n`)
      tree.file('b.yaml', `spec: ${round}\n`)
      tree.git('commit', '-qam', `round ${round}`)
      tree.file('b.yaml', 'spec: x\n')
      await tree.index.forget([a])
      assert.is(tree.status(), ' M b.yaml\n')
    }
    assert.ok(b)
  }),
)

withGit('a linked worktree has its own index', () =>
  inRepository(async (tree) => {
    commit(tree, 'a.yaml')
    const linked = join(tree.top, '.git', 'linked')
    tree.git('worktree', 'add', '-q', linked)
    writeFileSync(join(linked, 'a.yaml'), `${plain}status: long\n`)
    assert.is(tree.git('-C', linked, 'status', '--porcelain'), ' M a.yaml\n')
    assert.is(await tree.index.forget([join(linked, 'a.yaml')]), 'done')
    assert.is(tree.git('-C', linked, 'status', '--porcelain'), '')
  }),
)

test.run()
