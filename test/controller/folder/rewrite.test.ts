import { execFile, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { asideName, linkedName, parseAside } from '../../../controller/folder/aside-name.ts'
import { type Clock, createClock } from '../../../controller/time/clock.ts'
import { createFolder, type Folder } from '../../../controller/folder/folder.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import { readWithAside } from '../../../controller/folder/read-with-aside.ts'
import { rewriteFile } from '../../../controller/folder/rewrite.ts'
import type { Rewriting, RewriteStep } from '../../../controller/folder/rewrite.ts'
import { settleAside } from '../../../controller/folder/settle.ts'
import { nodeArguments } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('rewrite')
const run = promisify(execFile)
const HELPERS = join(import.meta.dirname, '..', '..', 'helpers')

const withRoot = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-rewrite-'))
  try {
    await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const folderOf = (
  root: string,
  options: { readonly clock?: Clock; readonly onStep?: Rewriting['onStep'] } = {},
): Folder =>
  createFolder({
    root,
    stateDir: join(root, '.bottled'),
    clock: options.clock ?? createClock(),
    onStep: options.onStep,
  })

const addStatus = (text: string): string => `${text}status: new\n`

test('writes what edit makes of the text, and keeps mode and owner', () =>
  withRoot(async (root) => {
    const file = join(root, 'a.yaml')
    await writeFile(file, 'a: 1\n')
    await chmod(file, 0o640)
    const isRoot = process.getuid?.() === 0
    if (isRoot) await chown(file, 1234, 1235)
    const written = await folderOf(root).rewrite('a.yaml', addStatus)
    assert.is(written.kind, 'written')
    assert.is(await readFile(file, 'utf8'), 'a: 1\nstatus: new\n')
    const stat = await lstat(file)
    assert.is(stat.mode & 0o777, 0o640)
    if (isRoot) assert.equal([stat.uid, stat.gid], [1234, 1235])
    assert.equal(await readdir(root), ['a.yaml'])
    const read = await folderOf(root).read('a.yaml')
    assert.is(read.kind === 'text' && written.kind === 'written' && read.sha256 === written.sha256, true)
  }))

test('no write where edit changes nothing, has nothing to say, or there is no file', () =>
  withRoot(async (root) => {
    const file = join(root, 'a.yaml')
    await writeFile(file, 'a: 1\n')
    const before = await lstat(file, { bigint: true })
    assert.is((await folderOf(root).rewrite('a.yaml', (text) => text)).kind, 'unchanged')
    assert.is((await folderOf(root).rewrite('a.yaml', () => undefined)).kind, 'unchanged')
    assert.is((await folderOf(root).rewrite('b.yaml', addStatus)).kind, 'gone')
    const after = await lstat(file, { bigint: true })
    assert.equal([after.ino, after.ctimeNs], [before.ino, before.ctimeNs])
  }))

test('keeps bytes that are no text, by refusing', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]))
    const result = await folderOf(root).rewrite('a.yaml', addStatus)
    assert.equal(result, { kind: 'unwritable', why: 'not valid UTF-8' })
  }))

test('writes behind a link within the root, and the link stays', () =>
  withRoot(async (root) => {
    await mkdir(join(root, 'real'))
    await writeFile(join(root, 'real', 'a.text'), 'a: 1\n')
    await symlink('real/a.text', join(root, 'b.yaml'))
    assert.is((await folderOf(root).rewrite('b.yaml', addStatus)).kind, 'written')
    assert.ok((await lstat(join(root, 'b.yaml'))).isSymbolicLink())
    assert.is(await readFile(join(root, 'real', 'a.text'), 'utf8'), 'a: 1\nstatus: new\n')
  }))

const PLACES: readonly RewriteStep[] = ['prepared', 'taken', 'linked', 'published', 'checked']

for (const step of PLACES) {
  test(`an editor that renames at "${step}" has the last word`, () =>
    withRoot(async (root) => {
      const file = join(root, 'a.yaml')
      await writeFile(file, 'a: 1\n')
      let edits = 0
      const folder = folderOf(root, {
        onStep: (each) => {
          if (each !== step || edits++ > 0) return
          edit()
        },
      })
      let done: Promise<unknown> = Promise.resolve()
      const edit = (): void => {
        // Begins here and ends somewhere in the steps that follow.
        done = writeFile(join(root, 'tmp'), 'a: 2\n').then(() => rename(join(root, 'tmp'), file))
      }
      await folder.rewrite('a.yaml', addStatus)
      await done
      assert.match(await readFile(file, 'utf8'), /^a: 2\n/)
      assert.equal(
        (await readdir(root)).filter((name) => parseAside(name)),
        [],
      )
    }))

  if (step !== 'checked') {
    test(`what is written at "${step}" into the file as it was open is kept`, () =>
      withRoot(async (root) => {
        const file = join(root, 'a.yaml')
        await writeFile(file, 'a: 1\n')
        const handle = await open(file, 'r+')
        let edits = 0
        let done: Promise<unknown> = Promise.resolve()
        const folder = folderOf(root, {
          onStep: (each) => {
            if (each === step && edits++ === 0) done = handle.write('a: 2\n', 0)
          },
        })
        const result = await folder.rewrite('a.yaml', addStatus)
        await done
        await handle.close()
        assert.is(result.kind, 'written')
        assert.is(await readFile(file, 'utf8'), 'a: 2\nstatus: new\n')
        assert.equal(await readdir(root), ['a.yaml'])
      }))
  }
}

for (const step of [...PLACES, 'dropped']) {
  test(`a crash at "${step}" leaves one whole file after the next sweep`, () =>
    withRoot(async (root) => {
      await writeFile(join(root, 'a.yaml'), 'a: 1\n')
      await crash(root, step)
      const content = await readWithAside(join(root, 'a.yaml'))
      assert.is(content.kind, 'text', 'readers see it before')
      const swept = await later(root).sweep()
      assert.equal(swept.ok && [...swept.files.keys()], ['a.yaml'])
      assert.ok(['a: 1\n', 'a: 1\nstatus: new\n'].includes(await readFile(join(root, 'a.yaml'), 'utf8')))
      assert.equal(await readdir(root), ['a.yaml'])
    }))
}

for (const step of ['taken', 'linked', 'published', 'checked']) {
  test(`what is written into the old file after a crash at "${step}" is taken back`, () =>
    withRoot(async (root) => {
      await writeFile(join(root, 'a.yaml'), 'a: 1\n')
      const handle = await open(join(root, 'a.yaml'), 'r+')
      await crash(root, step)
      await handle.write('a: 2\n', 0)
      await handle.close()
      await later(root).sweep()
      assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 2\n')
      await later(root).sweep()
      assert.equal(await readdir(root), ['a.yaml'])
    }))

  test(`a file that someone made anew after a crash at "${step}" stays`, () =>
    withRoot(async (root) => {
      await writeFile(join(root, 'a.yaml'), 'a: 1\n')
      await crash(root, step)
      await writeFile(join(root, 'b'), 'a: 3\n')
      await rename(join(root, 'b'), join(root, 'a.yaml'))
      await later(root).sweep()
      assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 3\n')
      assert.equal(await readdir(root), ['a.yaml'])
    }))
}

for (const step of ['linked', 'published', 'checked'])
  test(`a file that is moved at a crash at "${step}" doesn't come back`, () =>
    withRoot(async (root) => {
      await writeFile(join(root, 'a.yaml'), 'a: 1\n')
      await crash(root, step)
      await rename(join(root, 'a.yaml'), join(root, 'b.yaml'))
      for (let sweeps = 0; sweeps < 2; sweeps++) {
        const swept = await later(root).sweep()
        assert.equal(swept.ok && [...swept.files.keys()], ['b.yaml'])
        assert.equal(await readdir(root), ['b.yaml'])
      }
      assert.is(await readFile(join(root, 'b.yaml'), 'utf8'), 'a: 1\nstatus: new\n')
    }))

const TAKEN_AWAY: Readonly<Record<string, (root: string) => Promise<unknown>>> = {
  'replaced and then moved': async (root) => {
    await writeFile(join(root, 'tmp'), 'a: 2\n')
    await rename(join(root, 'tmp'), join(root, 'a.yaml'))
    await rename(join(root, 'a.yaml'), join(root, 'b.yaml'))
  },
  removed: (root) => rm(join(root, 'a.yaml')),
}

for (const step of ['published', 'checked'])
  for (const [how, act] of Object.entries(TAKEN_AWAY))
    test(`a file that is ${how} at a crash at "${step}" doesn't come back`, () =>
      withRoot(async (root) => {
        await writeFile(join(root, 'a.yaml'), 'a: 1\n')
        await crash(root, step)
        await act(root)
        assert.is((await readWithAside(join(root, 'a.yaml'))).kind, 'gone', 'readers see it before')
        const left = (await readdir(root)).filter((name) => parseAside(name) === undefined)
        for (let sweeps = 0; sweeps < 2; sweeps++) {
          const swept = await later(root).sweep()
          assert.equal(swept.ok && [...swept.files.keys()], left)
          assert.equal(await readdir(root), left)
        }
      }))

test("a mark that an earlier write left doesn't speak for this one", () =>
  withRoot(async (root) => {
    const [old, fresh] = ['a: 1\n', 'a: 1\nstatus: new\n'].map(sha256Of) as [string, string]
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    await writeFile(join(root, linkedName(asideName('a.yaml', { old, fresh }))), addStatus('a: 1\n'))
    await crash(root, 'taken')
    await later(root).sweep()
    assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 1\n')
    assert.equal(await readdir(root), ['a.yaml'])
  }))

test('what a person wrote into the old file comes back though the new one was moved', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    const handle = await open(join(root, 'a.yaml'), 'r+')
    await crash(root, 'published')
    await handle.write('a: 2\n', 0)
    await handle.close()
    await rename(join(root, 'a.yaml'), join(root, 'b.yaml'))
    await later(root).sweep()
    assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 2\n')
    assert.equal(await readdir(root), ['a.yaml', 'b.yaml'])
  }))

test('of two texts that people wrote at once, one into the old file and one in its place, none is thrown away', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    const handle = await open(join(root, 'a.yaml'), 'r+')
    await crash(root, 'published')
    await handle.write('a: 2\n', 0)
    await handle.close()
    await writeFile(join(root, 'a.yaml'), 'a: 3\n')
    const swept = await later(root).sweep()
    assert.equal(swept.ok && [...swept.files.keys()], ['a.yaml'])
    const texts = await Promise.all((await readdir(root)).map((name) => readFile(join(root, name), 'utf8')))
    assert.equal(texts.sort(), ['a: 2\n', 'a: 3\n'])
  }))

test('a crash while an old file is put back over ours leaves that file', () =>
  withRoot(async (root) => {
    const [original, ours, edited] = ['a: 1\n', 'a: 1\nstatus: new\n', 'a: 2\n']
    const hashes = { original: sha256Of(original), ours: sha256Of(ours), edited: sha256Of(edited) }
    const first = join(root, asideName('a.yaml', { old: hashes.original, fresh: hashes.ours }))
    const second = join(root, asideName('a.yaml', { old: hashes.ours, fresh: hashes.edited }))
    for (const published of [false, true]) {
      await writeFile(first, edited)
      await writeFile(second, ours)
      if (published) await link(first, join(root, 'a.yaml'))
      await later(root).sweep()
      assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), edited)
      await later(root).sweep()
      assert.equal(await readdir(root), ['a.yaml'])
      await rm(join(root, 'a.yaml'))
    }
  }))

test('two processes that write and sweep one folder lose nothing of each other', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), 'x: 0\ny: 0\n')
    const ends = await Promise.allSettled(
      ['x', 'y'].map(async (key) => {
        const folder = folderOf(root)
        let written = 0
        for (let n = 0; n < 60; n += 1) {
          const { kind } = await folder.rewrite('a.yaml', (text) =>
            text.replace(new RegExp(`${key}: (\\d+)`), (_, count) => `${key}: ${Number(count) + 1}`),
          )
          if (kind === 'written') written += 1
          const swept = await folder.sweep()
          assert.equal(swept.ok && [...swept.files.keys()], ['a.yaml'])
        }
        return written
      }),
    )
    const counts = ends.map((end) => {
      if (end.status === 'rejected') throw end.reason
      return end.value
    })
    assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), `x: ${counts[0]}\ny: ${counts[1]}\n`)
    assert.ok(
      counts.every((count) => count > 30),
      String(counts),
    )
  }))

const EDITS = Number(process.env['BOTTLED_EDITS'] ?? 2000)

for (const way of ['rename', 'in-place']) {
  test(
    `none of ${EDITS} edits by ${way} is lost to writes as fast as they go`,
    () =>
      withRoot(async (root) => {
        const file = join(root, 'a.yaml')
        await writeFile(file, `count: 0\nstatus: 0\n${'# filler\n'.repeat(200)}`)
        const writer = run(process.execPath, [
          ...nodeArguments(join(HELPERS, 'busy-writer.ts')),
          file,
          String(EDITS),
          way,
        ])
        let running = true
        void writer.finally(() => (running = false)).catch(() => undefined)
        const folder = folderOf(root)
        const kinds = new Map<string, number>()
        for (let n = 1; running; n += 1) {
          const { kind } = await folder.rewrite('a.yaml', (text) =>
            /count: \d+\nstatus: \d+\n/.test(text) ? text.replace(/status: \d+/, `status: ${n}`) : undefined,
          )
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
        }
        assert.equal(JSON.parse((await writer).stdout), { lost: 0 })
        assert.match(await readFile(file, 'utf8'), new RegExp(`^count: ${EDITS}\n`))
        assert.ok((kinds.get('written') ?? 0) > 0, 'written meanwhile')
        assert.is(kinds.get('gone') ?? 0, 0)
        if (process.env['BOTTLED_EDITS'] !== undefined) console.log(way, Object.fromEntries(kinds))
      }),
    { deadlineMs: 20_000 + EDITS * 10 },
  )
}

test('is unwritable in a folder without permission, and touches nothing', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    const script = `
      const { createFolder } = await import(${JSON.stringify(join(HELPERS, '..', '..', 'controller', 'folder', 'folder.ts'))})
      const { createClock } = await import(${JSON.stringify(join(HELPERS, '..', '..', 'controller', 'time', 'clock.ts'))})
      if (process.getuid() === 0) { process.setgid(65534); process.setgroups([]); process.setuid(65534) }
      const folder = createFolder({ root: ${JSON.stringify(root)}, stateDir: '/nowhere', clock: createClock() })
      console.log(JSON.stringify(await folder.rewrite('a.yaml', (text) => text + 'b: 1\\n')))
    `
    await chmod(root, 0o555)
    await chmod(join(root, 'a.yaml'), 0o666)
    const { stdout } = await run(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ])
    assert.equal(JSON.parse(stdout), {
      kind: 'unwritable',
      why: 'no permission to write it and its folder; --status sidecar writes elsewhere',
    })
    await chmod(root, 0o777)
    await chmod(join(root, 'a.yaml'), 0o444)
    const second = await run(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ])
    assert.is(JSON.parse(second.stdout).kind, 'unwritable')
    assert.equal(await readdir(root), ['a.yaml'])
    assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 1\n')
  }))

const asRoot = (title: string, body: () => Promise<void>): void =>
  process.getuid?.() === 0 ? test(title, body) : test.skip(title, 'only root can give files away')
asRoot('a file whose group or owner its writer can not give away is left alone, and that is said', () =>
  withRoot(async (root) => {
    const script = `
      const { createFolder } = await import(${JSON.stringify(join(HELPERS, '..', '..', 'controller', 'folder', 'folder.ts'))})
      const { createClock } = await import(${JSON.stringify(join(HELPERS, '..', '..', 'controller', 'time', 'clock.ts'))})
      process.setgid(65534); process.setgroups([]); process.setuid(65534)
      const folder = createFolder({ root: ${JSON.stringify(root)}, stateDir: '/nowhere', clock: createClock() })
      console.log(JSON.stringify(await folder.rewrite('a.yaml', (text) => text + 'b: 1\\n')))
    `
    await chmod(root, 0o777)
    for (const [uid, what] of [
      [65534, 'group 1235'],
      [1234, 'owner 1234:1235'],
    ] as const) {
      await writeFile(join(root, 'a.yaml'), 'a: 1\n')
      await chmod(join(root, 'a.yaml'), 0o666)
      await chown(join(root, 'a.yaml'), uid, 1235)
      const { stdout } = await run(process.execPath, [
        '--import',
        import.meta.resolve('tsx'),
        '--input-type=module',
        '-e',
        script,
      ])
      assert.equal(JSON.parse(stdout), {
        kind: 'unwritable',
        why: `its ${what} can't be kept by who writes it (65534:65534); --status sidecar writes elsewhere`,
      })
      assert.equal(await readdir(root), ['a.yaml'])
      assert.is(await readFile(join(root, 'a.yaml'), 'utf8'), 'a: 1\n')
    }
  }),
)

for (const code of ['EPERM', 'ENOTSUP'])
  test(`a file system without hard links (${code}) is written to all the same`, () =>
    withRoot(async (root) => {
      const file = join(root, 'a.yaml')
      const refusing = (): never => {
        throw Object.assign(new Error(`${code}: link`), { code })
      }
      const seen: string[][] = []
      const onStep = (step: string): void => {
        if (step === 'published') seen.push(readdirSync(root).map((name) => name.replace(/[0-9a-f]{32}/, 'HASH')))
      }
      await writeFile(file, 'a: 1\n')
      const result = await rewriteFile({
        file,
        edit: (text) => `${text}b: 1\n`,
        clock: createClock(),
        link: refusing,
        settle: (taken) => settleAside(taken, { writers: { of: async () => undefined } }),
        onStep,
      })
      assert.is(result.kind, 'written')
      assert.is(await readFile(file, 'utf8'), 'a: 1\nb: 1\n')
      assert.equal(await readdir(root), ['a.yaml'])
      assert.equal(seen, [['.a.yaml.bottled-HASH', '.a.yaml.bottled-HASH.in', 'a.yaml']])
    }))

const crash = (root: string, step: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...nodeArguments(join(HELPERS, 'crashing-rewrite.ts')), root, 'a.yaml', step],
      {
        stdio: 'inherit',
      },
    )
    child.once('error', reject)
    child.once('close', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`not killed at ${step}`))))
  })

/** As a controller that starts some time after. */
const later = (root: string): Folder => folderOf(root, { clock: { ...createClock(), now: () => Date.now() + 1000 } })

test.run()
