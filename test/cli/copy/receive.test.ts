import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { rootsBy } from '../../../cli/copy/acts-there.ts'
import type { Asked } from '../../../cli/copy/judge.ts'
import { createLeftOut } from '../../../cli/copy/left-out.ts'
import { openFolder } from '../../../cli/copy/open-folder.ts'
import { receive } from '../../../cli/copy/receive.ts'
import { membersOf } from '../../../cli/copy/tar-members.ts'
import { tar } from '../../files/tar.ts'
import type { Entry } from '../../files/tar.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('receive')
const ASKED: Asked = { source: ['w', 'out'], folder: [], as: 'out', rootDepths: [] }

async function* whole(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield bytes
}

const withFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-receive-')))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is said of what isn't copied. `held`: by descriptors, as on Linux. */
const copy = async (
  folder: string,
  entries: readonly Entry[],
  { held = true, onFile }: { readonly held?: boolean; readonly onFile?: (name: string) => void } = {},
): Promise<readonly string[]> => {
  const lines: string[] = []
  const into = await openFolder(folder, held)
  try {
    await receive({
      members: membersOf(whole(tar(...entries))),
      folder: into,
      asked: ASKED,
      leftOut: createLeftOut((line) => lines.push(line.replace('warning: not copied: ', ''))),
      isRoot: rootsBy(new Set()),
      onMember: () => undefined,
      onFile: (name) => onFile?.(name),
    })
    return lines
  } finally {
    await into.close()
  }
}

test('a copy is merged into what is there; modes are those of the archive less the umask, times too', () =>
  withFolder(async (folder) => {
    mkdirSync(join(folder, 'out/old'), { recursive: true, mode: 0o750 })
    const before = process.umask(0o027)
    try {
      await copy(folder, [
        { name: 'out/', type: '5', mode: 0o500 },
        { name: 'out/new/', type: '5', mode: 0o000 },
        { name: 'out/new/x', mode: 0o4777, content: 'x', mtime: 1_600_000_000 },
        { name: 'out/deep/er/y', mode: 0o444, content: 'y', mtime: 2 ** 33 - 1 },
      ])
    } finally {
      process.umask(before)
    }
    const mode = (path: string): string => (statSync(join(folder, path)).mode & 0o7777).toString(8)
    assert.equal(
      ['out', 'out/old', 'out/new', 'out/new/x', 'out/deep', 'out/deep/er/y'].map(mode),
      ['755', '750', '700', '750', '750', '440'].map((each, at) => (at === 0 ? mode('out') : each)),
    )
    assert.is(statSync(join(folder, 'out/new/x')).mtimeMs, 1_600_000_000_000)
    assert.ok(statSync(join(folder, 'out/deep/er/y')).mtimeMs < Date.now() + 60_000, 'no time beyond 2106')
    assert.equal(readdirSync(folder), ['out'])
  }))

test('a name that is not UTF-8 is written byte by byte', () =>
  withFolder(async (folder) => {
    const name = Buffer.concat([Buffer.from('out/caf'), Buffer.from([0xe9])])
    assert.equal(await copy(folder, [{ name, content: 'x' }]), [])
    assert.equal(
      readdirSync(join(folder, 'out'), { encoding: 'buffer' }).map((each) => each.toString('latin1')),
      ['caf\xe9'],
    )
  }))

test('a folder in the place of a file, and a file in that of a folder, are named and left', () =>
  withFolder(async (folder) => {
    mkdirSync(join(folder, 'out/taken'), { recursive: true })
    const lines = await copy(folder, [
      { name: 'out/taken', content: 'x' },
      { name: 'out/a', content: 'a' },
      { name: 'out/a/b', content: 'b' },
    ])
    assert.equal(lines, [
      'out/taken: there is a folder of this name',
      'out/a/b: a file or a link is where its folder must be',
    ])
    assert.is(readFileSync(join(folder, 'out/a'), 'utf8'), 'a')
  }))

for (const held of [true, false])
  test(`a folder that is swapped for a link on the way gets nothing (${held ? 'Linux' : 'elsewhere'})`, () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'elsewhere'))
      const swap = (name: string): void => {
        if (name !== 'first') return
        renameSync(join(folder, 'out'), join(folder, 'moved'))
        symlinkSync('elsewhere', join(folder, 'out'))
      }
      const entries = [{ name: 'out/first' }, { name: 'out/second' }, { name: 'out/deep/third' }]
      const failed = await copy(folder, entries, { held, onFile: swap }).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      )
      assert.equal(readdirSync(join(folder, 'elsewhere')), [])
      assert.equal(readdirSync(join(folder, 'moved')), held ? ['deep', 'first', 'second'] : ['first'])
      if (held) assert.is(failed, undefined)
      else assert.match(failed ?? '', /out is no longer the folder that it was$/)
    }))

test('what names one place by two names keeps the first', () =>
  withFolder(async (folder) => {
    const lines = await copy(folder, [
      { name: 'out/a', content: 'first' },
      { name: 'out/./a', content: 'second' },
    ])
    assert.equal(lines, ['out/./a: another member has its place'])
    assert.is(readFileSync(join(folder, 'out/a'), 'utf8'), 'first')
  }))

const asRoot = process.getuid?.() === 0
const FULL = 'a full disk ends the copy, and the file that did not fit leaves nothing'
if (!asRoot) test.skip(FULL, 'only root can mount a small tmpfs')
else
  test(FULL, () =>
    withFolder(async (folder) => {
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'pipe' })
      } catch {
        return console.log('SKIP  receive: no tmpfs can be mounted here')
      }
      try {
        const big = { name: 'out/big', content: Buffer.alloc(400_000, 'x') }
        const failed = await copy(folder, [{ name: 'out/small', content: 'x' }, big]).catch(
          (error: NodeJS.ErrnoException) => error.code,
        )
        assert.is(failed, 'ENOSPC')
        assert.equal(readdirSync(join(folder, 'out')), ['small'])
      } finally {
        execFileSync('umount', [folder])
      }
    }),
  )

const DENIED = 'a folder that may not be written is named, and the rest is copied'
if (asRoot) test.skip(DENIED, 'root may write everywhere')
else
  test(DENIED, () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'out/shut'), { recursive: true })
      chmodSync(join(folder, 'out/shut'), 0o500)
      const lines = await copy(folder, [{ name: 'out/shut/a' }, { name: 'out/b' }])
      chmodSync(join(folder, 'out/shut'), 0o700)
      assert.equal(lines, ['out/shut/a: EACCES: permission denied'])
      assert.ok(existsSync(join(folder, 'out/b')))
    }),
  )

test.run()
