import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { isCandidate } from '../../../controller/folder/candidate-name.ts'
import { type Clock, createClock } from '../../../controller/time/clock.ts'
import { createFolder, type Folder } from '../../../controller/folder/folder.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('folder')
const withGit = needing(test, 'git')
const run = promisify(execFile)

const withRoot = async (work: (root: string, folder: Folder) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-folder-'))
  const root = join(parent, 'root')
  await mkdir(root)
  try {
    await work(root, folderOf(root))
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

const folderOf = (root: string, clock: Clock = createClock()): Folder =>
  createFolder({ root, stateDir: join(root, '.bottled'), clock })

const paths = async (folder: Folder): Promise<readonly string[]> => {
  const swept = await folder.sweep()
  if (!swept.ok) throw new Error(swept.why)
  return [...swept.files.keys()].toSorted()
}

const stampOf = async (folder: Folder, path: string): Promise<string | undefined> => {
  const swept = await folder.sweep()
  return swept.ok ? swept.files.get(path) : undefined
}

test('looks at YAML and JSON, and not at what editors and tools leave', () => {
  for (const path of ['a.yaml', 'b/c.yml', 'd.json', 'a b.yaml', 'x.v1.yaml', 'ü.yaml'])
    assert.ok(isCandidate(path), path)
  for (const path of [
    'a.txt',
    '.a.yaml',
    '.git/a.yaml',
    'node_modules/a.json',
    'b/node_modules/c.yaml',
    '.#a.yaml',
    '#a.yaml',
    'a~.yaml',
    'a.yaml~',
    'a.yaml.swp',
    'a.orig.yaml',
    'a_LOCAL_12.yaml',
    'a.sync-conflict-1.yaml',
    '../a.yaml',
    '/a.yaml',
    'b/../a.yaml',
    '',
    '.a.yaml.bottled-0123',
  ]) {
    assert.not.ok(isCandidate(path), path)
  }
})

test('sweeps folders and finds every candidate', () =>
  withRoot(async (root, folder) => {
    for (const path of ['a/b', '.bottled', '.git', 'node_modules', 'dir.yaml'])
      await mkdir(join(root, path), { recursive: true })
    for (const path of [
      'x.yaml',
      'a/b/y.json',
      'a/z.yml',
      '.bottled/s.json',
      '.git/g.yaml',
      'node_modules/n.json',
      '.h.yaml',
      't.txt',
      'dir.yaml/i.yaml',
    ]) {
      await writeFile(join(root, path), '')
    }
    assert.equal(await paths(folder), ['a/b/y.json', 'a/z.yml', 'dir.yaml/i.yaml', 'x.yaml'])
  }))

test('a missing root is unknown, and so is a root that is not a folder', () =>
  withRoot(async (root, folder) => {
    await writeFile(join(root, 'a.yaml'), '')
    await rename(root, `${root}-away`)
    const swept = await folder.sweep()
    assert.is(swept.ok, false)
    await writeFile(root, 'no folder')
    assert.is((await folder.sweep()).ok, false)
  }))

test('a folder that cannot be read is named, and all else is listed', () =>
  withRoot(async (root) => {
    await mkdir(join(root, 'closed'), { mode: 0 })
    await mkdir(join(root, 'blind'))
    await writeFile(join(root, 'blind', 'b.yaml'), '')
    await run('chmod', ['744', join(root, 'blind')])
    await writeFile(join(root, 'a.yaml'), '')
    await run('chmod', ['755', join(root, '..')])
    const load = (name: string): string =>
      `await import(${JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'controller', name))})`
    const script = `
      const { createFolder } = ${load('folder/folder.ts')}
      const { createClock } = ${load('time/clock.ts')}
      if (process.getuid() === 0) { process.setgid(65534); process.setgroups([]); process.setuid(65534) }
      const folder = createFolder({ root: ${JSON.stringify(root)}, stateDir: '/nowhere', clock: createClock() })
      const { ok, files, unreadable } = await folder.sweep()
      console.log(JSON.stringify({ ok, files: [...files.keys()], unreadable }))
    `
    const { stdout } = await run(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ])
    const swept = JSON.parse(stdout) as { ok: boolean; files: string[]; unreadable: { path: string; why: string }[] }
    assert.is(swept.ok, true)
    assert.equal(swept.files, ['a.yaml'])
    assert.equal(
      swept.unreadable.map(({ path }) => path),
      ['blind/', 'closed/'],
    )
    for (const { why } of swept.unreadable) assert.match(why, /EACCES/)
  }))

test('a stamp changes with the content, also when size and time do not', () =>
  withRoot(async (root, folder) => {
    const file = join(root, 'a.yaml')
    await writeFile(file, 'a: 1\n')
    const first = await stampOf(folder, 'a.yaml')
    assert.is(await stampOf(folder, 'a.yaml'), first)
    await writeFile(file, 'a: 2\n')
    assert.is.not(await stampOf(folder, 'a.yaml'), first)
    assert.ok(first?.split(':').at(-1)?.length === 64, 'a young file carries its hash')
    const old = folderOf(root, { ...createClock(), now: () => Date.now() + 10_000 })
    const settled = await stampOf(old, 'a.yaml')
    assert.is(await stampOf(old, 'a.yaml'), settled)
    const now = new Date()
    await writeFile(file, 'a: 3\n')
    await utimes(file, now, now)
    assert.is.not(await stampOf(old, 'a.yaml'), settled)
  }))

test('reads regular files of a sane size, and says why not others', () =>
  withRoot(async (root, folder) => {
    await writeFile(join(root, 'a.yaml'), '\ufeffa: ü\n')
    const read = await folder.read('a.yaml')
    assert.is(read.kind === 'text' && read.text, '\ufeffa: ü\n')
    assert.is((await folder.read('b.yaml')).kind, 'gone')
    assert.is((await folder.read('b/b.yaml')).kind, 'gone')
    await run('mkfifo', [join(root, 'fifo.yaml')])
    await mkdir(join(root, 'dir.yaml'))
    await writeFile(join(root, 'big.yaml'), 'x'.repeat(256 * 1024 + 1))
    await writeFile(join(root, 'just.yaml'), 'x'.repeat(256 * 1024))
    await writeFile(join(root, 'latin.yaml'), Buffer.from([0xe4]))
    const server = createServer().listen(join(root, 'socket.yaml'))
    await new Promise((resolve) => server.once('listening', resolve))
    for (const [path, why] of Object.entries({
      fifo: /regular/,
      dir: /regular/,
      big: /256 KiB/,
      latin: /UTF-8/,
      socket: /regular/,
    })) {
      const refused = await folder.read(`${path}.yaml`)
      assert.ok(refused.kind === 'refused' && why.test(refused.why), `${path}: ${JSON.stringify(refused)}`)
    }
    server.close()
    assert.is((await folder.read('just.yaml')).kind, 'text')
    assert.is((await folder.read('../root/a.yaml')).kind, 'refused')
    const refusal = await folder.read('big.yaml')
    assert.is(refusal.kind === 'refused' && refusal.mayHold, 'none', "someone else's large file")
    await writeFile(join(root, 'big.yaml'), `${' '.repeat(64 * 1024 - 4)}bottled.dev/${'x'.repeat(256 * 1024)}`)
    const ours = await folder.read('big.yaml')
    assert.is(ours.kind === 'refused' && ours.mayHold, undefined, 'one that may hold bottles, if it could be read')
    // A path that is not a regular file is still swept: its bottle is unclear, not gone.
    assert.ok((await paths(folder)).includes('fifo.yaml'))
  }))

test('follows a link to a file within the root, and none that leaves it', () =>
  withRoot(async (root, folder) => {
    await mkdir(join(root, 'in'))
    await mkdir(join(root, '.bottled'))
    await mkdir(`${root}-out`)
    for (const file of [join(root, 'in', 'a.yaml'), `${root}-out/a.yaml`, join(root, '.bottled', 'owner')])
      await writeFile(file, 'a: 1\n')
    await mkdir(join(root, '..data'))
    await writeFile(join(root, '..data', 'a.yaml'), 'a: 1\n')
    await symlink('..data/a.yaml', join(root, 'good.yaml'))
    await symlink('in/a.yaml', join(root, 'same.yaml'))
    await symlink(`${root}-out/a.yaml`, join(root, 'bad.yaml'))
    await symlink('.bottled/owner', join(root, 'state.yaml'))
    await symlink('nothing', join(root, 'dangling.yaml'))
    await symlink(`${root}-out`, join(root, 'out'))
    await symlink('in', join(root, 'twice'))
    assert.is((await folder.read('good.yaml')).kind, 'text')
    assert.is((await folder.read('same.yaml')).kind, 'gone', 'that file is looked at under its own name')
    assert.is((await folder.read('bad.yaml')).kind, 'refused')
    assert.is((await folder.read('state.yaml')).kind, 'refused')
    assert.is((await folder.read('dangling.yaml')).kind, 'gone')
    assert.is((await folder.read('out/a.yaml')).kind, 'refused')
    assert.is((await folder.read('twice/a.yaml')).kind, 'refused')
    assert.equal(await paths(folder), [
      'bad.yaml',
      'dangling.yaml',
      'good.yaml',
      'in/a.yaml',
      'same.yaml',
      'state.yaml',
    ])
    const before = await stampOf(folder, 'good.yaml')
    await writeFile(join(root, '..data', 'a.yaml'), 'a: 2\n')
    assert.is.not(await stampOf(folder, 'good.yaml'), before, 'the stamp of a link is that of its target')
  }))

test(
  'a file that is being written is never missing from a sweep, nor from a read',
  () =>
    withRoot(async (root, folder) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(root, `${name}.yaml`), 'n: 0\n')
      let running = true
      const writes = ['a', 'b', 'c'].map(async (name) => {
        for (let n = 1; running; n += 1) await folder.rewrite(`${name}.yaml`, () => `n: ${n}\n`)
      })
      for (let n = 0; n < 100; n += 1) {
        assert.equal(await paths(folder), ['a.yaml', 'b.yaml', 'c.yaml'])
        assert.is((await folder.read('a.yaml')).kind, 'text')
        await sleep(1)
      }
      running = false
      await Promise.all(writes)
    }),
  { deadlineMs: 60_000 },
)

withGit('names the operation of git that is under way, in a worktree and a submodule, too', () =>
  withRoot(async (root) => {
    const git = (cwd: string, ...args: readonly string[]): Promise<unknown> =>
      run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'protocol.file.allow=always', ...args], { cwd })
    const outer = join(root, 'repo')
    await mkdir(join(outer, 'deep', 'er'), { recursive: true })
    assert.is(await folderOf(join(outer, 'deep', 'er')).gitAtWork(), undefined)
    await git(outer, 'init', '-q')
    await git(outer, 'commit', '-q', '--allow-empty', '-m', 'one')
    const inner = folderOf(join(outer, 'deep', 'er'))
    for (const sign of [
      'index.lock',
      'rebase-merge',
      'rebase-apply',
      'MERGE_HEAD',
      'CHERRY_PICK_HEAD',
      'REVERT_HEAD',
      'BISECT_LOG',
    ]) {
      await writeFile(join(outer, '.git', sign), '')
      assert.is(await inner.gitAtWork(), sign)
      await unlink(join(outer, '.git', sign))
    }
    assert.is(await inner.gitAtWork(), undefined)
    const tree = join(root, 'tree')
    await git(outer, 'worktree', 'add', '-q', tree)
    await writeFile(join(outer, '.git', 'worktrees', 'tree', 'MERGE_HEAD'), '')
    assert.is(await folderOf(tree).gitAtWork(), 'MERGE_HEAD')
    assert.is(await inner.gitAtWork(), undefined, "another worktree's business")
    await git(outer, 'submodule', 'add', '-q', tree, 'sub')
    assert.is(await folderOf(join(outer, 'sub')).gitAtWork(), undefined)
    await writeFile(join(outer, '.git', 'index.lock'), '')
    assert.is(await folderOf(join(outer, 'sub')).gitAtWork(), 'index.lock')
    // A repository under the root is known after a sweep.
    const above = folderOf(root)
    await above.sweep()
    assert.is(await above.gitAtWork(), 'index.lock')
  }),
)

test('hints at changes, and starts again when the root is replaced', () =>
  withRoot(async (root, folder) => {
    const hints: (string | undefined)[] = []
    const seen = async (path: string | undefined, what: string): Promise<void> => {
      for (let n = 0; n < 300; n += 1) {
        if (hints.includes(path)) return
        await sleep(10)
      }
      throw new Error(`no hint: ${what}; ${JSON.stringify(hints)}`)
    }
    await mkdir(join(root, 'sub'))
    await writeFile(join(root, 'sub', 'a.yaml'), '')
    const watch = await folder.watch((path) => hints.push(path))
    try {
      await writeFile(join(root, 'sub', 'a.yaml'), 'x')
      await seen('sub/a.yaml', 'changed')
      await writeFile(join(root, 'sub', 'tmp'), 'y')
      await rename(join(root, 'sub', 'tmp'), join(root, 'b.yaml'))
      await seen('b.yaml', 'renamed into place')
      hints.length = 0
      await unlink(join(root, 'b.yaml'))
      await seen('b.yaml', 'deleted')
      await writeFile(join(root, '.hidden.yaml'), '')
      await writeFile(join(root, 'c.txt'), '')
      assert.not.ok(hints.some((hint) => hint?.includes('hidden') || hint?.endsWith('.txt')))
      hints.length = 0
      await rename(root, `${root}-old`)
      await mkdir(root)
      await folder.sweep()
      await seen(undefined, 'replaced')
      hints.length = 0
      await writeFile(join(root, 'd.yaml'), '')
      await seen('d.yaml', 'in the new root')
    } finally {
      await watch.close()
    }
    hints.length = 0
    await writeFile(join(root, 'e.yaml'), '')
    await sleep(100)
    assert.equal(hints, [])
    assert.ok((await readdir(root)).includes('e.yaml'))
  }))

test.run()
