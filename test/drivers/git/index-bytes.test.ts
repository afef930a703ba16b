import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { readEntries, withoutNumbers } from '../../../drivers/git/index-bytes.ts'
import { needing } from '../../helpers/program.ts'
import { processorTime } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite("the bytes of git's index")
const withGit = needing(test, 'git')
const NAMES = [
  'a.yaml',
  'deep/er/b.yaml',
  'deep/er/bc.yaml',
  'deep/ä.yaml',
  'empty.yaml',
  `long/${'x'.repeat(200)}.yaml`,
]

interface Made {
  readonly top: string
  git(...args: readonly string[]): string
  bytes(): Buffer
}

const inRepository = (init: readonly string[], body: (made: Made) => void): void => {
  const top = mkdtempSync(join(tmpdir(), 'bottle-t-bytes-'))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', top, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: top, LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  try {
    git('init', '-q', ...init)
    for (const folder of ['deep/er', 'long']) mkdirSync(join(top, folder), { recursive: true })
    for (const name of NAMES) writeFileSync(join(top, name), name === 'empty.yaml' ? '' : `spec: ${name}\n`)
    body({ top, git, bytes: () => readFileSync(join(top, '.git', 'index')) })
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

const latin = (text: string): string => Buffer.from(text).toString('latin1')

for (const [title, init, version] of [
  ['version 2', [], 2],
  ['version 3', [], 3],
  ['version 4', [], 4],
  ['SHA-256', ['--object-format=sha256'], 4],
] as const)
  withGit(`${title}: git reads back what was changed, and finds each size gone, nothing else`, () =>
    inRepository(init, ({ git, bytes, top }) => {
      git('add', '-A')
      git('update-index', '--index-version', String(version))
      if (version > 2) git('update-index', '--skip-worktree', 'deep/er/b.yaml')
      git('update-index', '--assume-unchanged', 'deep/er/bc.yaml')
      const before = bytes()
      assert.is(before.readUInt32BE(4), version)
      const found = readEntries(before, 'all')
      assert.equal(found?.entries.map(({ path }) => path).sort(), NAMES.map(latin).sort())
      const plain = found?.entries.filter((entry) => entry.plain) ?? []
      const marked = ['empty.yaml', 'deep/er/bc.yaml', ...(version > 2 ? ['deep/er/b.yaml'] : [])]
      assert.equal(
        plain.map(({ path }) => path).sort(),
        NAMES.filter((name) => !marked.includes(name))
          .map(latin)
          .sort(),
      )
      assert.equal(
        plain.map(({ size }) => size),
        plain.map(({ path }) => 7 + path.length),
      )
      assert.equal(
        readEntries(before, new Set(['deep/er/b.yaml', 'no', 'other.yaml']))?.entries.map(({ path }) => path),
        ['deep/er/b.yaml'],
      )
      const listed = git('ls-files', '-s', '-v')
      const changed = withoutNumbers(before, { hash: found?.hash ?? 'sha1', entries: plain })
      writeFileSync(join(top, '.git', 'index'), changed)
      git('fsck')
      assert.is(git('ls-files', '-s', '-v'), listed)
      const sizes = new Map(
        [...git('ls-files', '--debug').matchAll(/^(\S.*)\n(?: .*\n)*? {2}size: (\d+)/gm)].map(([, path, size]) => [
          path,
          size,
        ]),
      )
      assert.is(sizes.get('a.yaml'), '0')
      assert.is(sizes.get('deep/er/bc.yaml'), '22')
      assert.is(git('diff', '--name-only'), '', 'git compares the content')
    }),
  )

withGit(
  'a sparse index is read, a split one is not, and nor is one that ends early, is damaged or has a newer version',
  () =>
    inRepository([], ({ git, bytes }) => {
      git('add', '-A')
      git('commit', '-qm', 'base')
      const whole = bytes()
      for (const length of [0, 4, 12, 31, 40, whole.length - 1])
        assert.is(readEntries(whole.subarray(0, length), 'all'), undefined, String(length))
      const damaged = Buffer.from(whole)
      damaged.writeUInt8(damaged.readUInt8(60) ^ 1, 60)
      assert.is(readEntries(damaged, 'all'), undefined)
      for (const [version, known] of [
        [1, false],
        [2, true],
        [5, false],
      ] as const) {
        const other = Buffer.from(whole)
        other.writeUInt32BE(version, 4)
        assert.is(readEntries(sealed(other), 'all') !== undefined, known, String(version))
      }
      git('update-index', '--split-index')
      assert.is(readEntries(bytes(), 'all'), undefined)
      git('update-index', '--no-split-index')
      git('sparse-checkout', 'set', '--cone', '--sparse-index', 'deep')
      assert.ok(readEntries(bytes(), 'all')?.entries.some(({ path, plain }) => path === 'long/' && !plain))
    }),
)

withGit('zeros in place of the checksum, as index.skipHash leaves them, stay zeros', () =>
  inRepository([], ({ git, bytes, top }) => {
    git('add', '-A')
    const before = bytes()
    before.fill(0, before.length - 20)
    const found = readEntries(before, new Set(['a.yaml']))
    assert.is(found?.entries.length, 1)
    const changed = withoutNumbers(before, found ?? { hash: 'sha1', entries: [] })
    assert.ok(changed.subarray(-20).every((byte) => byte === 0))
    writeFileSync(join(top, '.git', 'index'), changed)
    assert.is(git('diff', '--name-only'), '')
  }),
)

const sealed = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, -20), createHash('sha1').update(bytes.subarray(0, -20)).digest()])

withGit('no bytes of anyone make it fail, and what changes is always within an entry', () =>
  inRepository([], ({ git, bytes }) => {
    git('add', '-A')
    for (const version of ['2', '4']) {
      git('update-index', '--index-version', version)
      const whole = bytes()
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(whole.length - 21), fc.nat(255)), { minLength: 1, maxLength: 8 }),
          fc.nat(40),
          (flips, cut) => {
            const bad = Buffer.from(whole.subarray(0, whole.length - cut))
            for (const [at, byte] of flips) if (at < bad.length) bad.writeUInt8(byte, at)
            const hostile = sealed(bad)
            const found = readEntries(hostile, 'all')
            if (found === undefined) return
            const changed = withoutNumbers(hostile, found)
            assert.is(changed.length, hostile.length)
            assert.equal(
              readEntries(changed, 'all')?.entries.map(({ path }) => path),
              found.entries.map(({ path }) => path),
            )
          },
        ),
        { numRuns: 3_000 },
      )
    }
  }),
)

test('an index that grows its paths from entry to entry ends at the longest path there is', () => {
  const entry = Buffer.alloc(62 + 2 + 63)
  entry.writeUInt32BE(0o100644, 24)
  entry.fill('x', 63, 126)
  const count = 20_000
  const head = Buffer.from('DIRC')
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(4, 0)
  numbers.writeUInt32BE(count, 4)
  const used = processorTime()
  const bytes = Buffer.concat([head, numbers, ...Array.from({ length: count }, () => entry), Buffer.alloc(20)])
  assert.is(readEntries(bytes, 'all'), undefined)
  assert.ok(used() < 5_000, `${used()} ms`)
})

test.run()
