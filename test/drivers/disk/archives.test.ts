import { spawn } from 'node:child_process'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createArchives } from '../../../drivers/disk/archives.ts'
import type { ArchivesOptions } from '../../../drivers/disk/archives.ts'
import { DriverError } from '../../../drivers/errors.ts'
import { processMark } from '../../../drivers/calls/process-identity.ts'
import { packOf, tarGzOf, tarOf } from '../../files/archive.ts'
import { suite } from '../../helpers/suite.ts'
import { refuses } from '../../conformance/machines/bench.ts'

const test = suite('archives')

interface Bench {
  readonly folder: string
  readonly kept: string
  make(change?: Partial<ArchivesOptions>): ReturnType<typeof createArchives>
}

const check = (title: string, body: (bench: Bench) => Promise<void>): void =>
  test(title, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bottle-t-'))
    const kept = join(folder, 'cache', 'archives')
    try {
      await body({
        folder,
        kept,
        make: (change = {}) =>
          createArchives({
            folder: kept,
            imageId: async () => `sha256:${'a'.repeat(64)}`,
            saveImage: (_, path) => writeFile(path, 'saved'),
            ...change,
          }),
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

check('a file is kept under the hash of its content, with its extension', async ({ folder, kept, make }) => {
  const archives = make()
  for (const [name, extension, bytes] of [
    ['a.tar', '.tar', tarOf('a')],
    ['a.tar.gz', '.tar.gz', tarGzOf('b')],
    ['a.tgz', '.tgz', tarGzOf('c')],
    ['a.smolmachine', '.smolmachine', packOf('d')],
    ['no-ending', '', tarOf('e')],
  ] as const) {
    const path = join(folder, name)
    await writeFile(path, bytes)
    const copy = await archives.keepFile(path)
    assert.is(copy, join(kept, `${sha256(bytes)}${extension}`))
    assert.equal(await readFile(copy), bytes)
  }
})

check('as root, others may enter the folder, whatever the umask', async ({ folder, kept, make }) => {
  await writeFile(join(folder, 'a.tar'), tarOf('x'))
  const umask = process.umask(0o077)
  try {
    await make({ asRoot: true }).keepFile(join(folder, 'a.tar'))
    for (const each of [kept, dirname(kept)]) assert.is((await stat(each)).mode & 0o777, 0o711)
    // As left by an older version.
    await chmod(kept, 0o700)
    await writeFile(join(folder, 'b.tar'), tarOf('y'))
    await make({ asRoot: true }).keepFile(join(folder, 'b.tar'))
    assert.is((await stat(kept)).mode & 0o777, 0o711)
  } finally {
    process.umask(umask)
  }
})

check('equal content is kept once, whatever its name and number', async ({ folder, kept, make }) => {
  const archives = make()
  await writeFile(join(folder, 'a.tar'), tarOf('same'))
  await writeFile(join(folder, 'b.tar'), tarOf('same'))
  const paths = await Promise.all(['a.tar', 'b.tar', 'a.tar'].map((name) => archives.keepFile(join(folder, name))))
  assert.is(new Set(paths).size, 1)
  assert.equal(await readdir(kept), [basename(paths[0] ?? '')])
})

check('a later change of the file reaches no VM: the copy is not a link', async ({ folder, make }) => {
  const archives = make()
  const path = join(folder, 'a.tar')
  await writeFile(path, tarOf('first'))
  const first = await archives.keepFile(path)
  assert.is.not((await stat(first)).ino, (await stat(path)).ino)
  await writeFile(path, tarOf('second'))
  const second = await archives.keepFile(path)
  assert.is.not(second, first)
  assert.equal([await readFile(first), await readFile(second)], [tarOf('first'), tarOf('second')])
})

check('a file rewritten with its old size and time still gets a new copy', async ({ folder, make }) => {
  const archives = make()
  const path = join(folder, 'a.tar')
  await writeFile(path, tarOf('aaaa'))
  const { atime, mtime } = await stat(path)
  const first = await archives.keepFile(path)
  await writeFile(path, tarOf('bbbb'))
  await utimes(path, atime, mtime)
  assert.is.not(await archives.keepFile(path), first)
})

check(
  'as root, the copies are readable by the user id of each VM; otherwise only by the owner',
  async ({ folder, make }) => {
    const path = join(folder, 'a.tar')
    for (const [asRoot, mode, folderMode] of [
      [true, 0o644, 0o711],
      [false, 0o600, 0o700],
    ] as const) {
      const into = join(folder, `as-root-${asRoot}`)
      await writeFile(path, tarOf(`content ${asRoot}`), { mode: 0o640 })
      const copy = await make({ folder: into, asRoot }).keepFile(path)
      assert.is((await stat(copy)).mode & 0o777, mode)
      assert.is((await stat(into)).mode & 0o777, folderMode)
    }
  },
)

check('a missing file is SourceUnavailable, and leaves nothing', async ({ folder, kept, make }) => {
  await refuses('SourceUnavailable', () => make().keepFile(join(folder, 'missing.tar')))
  assert.equal(await readdir(kept).catch(() => []), [])
})

check('a failed or interrupted save leaves no copy, and the next one is complete', async ({ kept, make }) => {
  let fails = true
  const archives = make({
    saveImage: async (reference, path) => {
      await writeFile(path, 'half')
      if (fails)
        throw new DriverError({ code: 'Unavailable', operation: `save ${reference}`, detail: 'Docker went away' })
      await writeFile(path, 'whole')
    },
  })
  await refuses('Unavailable', () => archives.keepImage('agent:1'))
  assert.equal(await readdir(kept), [])
  fails = false
  assert.is(await readFile(await archives.keepImage('agent:1'), 'utf8'), 'whole')
})

check(
  'an image is saved once per id, even by many at once, and again when its name points to another',
  async ({ make }) => {
    let id = `sha256:${'1'.repeat(64)}`
    let saves = 0
    const archives = make({
      imageId: async () => id,
      saveImage: async (_, path) => {
        saves += 1
        await writeFile(path, id)
      },
    })
    const paths = await Promise.all([1, 2, 3].map(() => archives.keepImage('agent:1')))
    assert.is(new Set([...paths, await archives.keepImage('agent:1')]).size, 1)
    assert.is(saves, 1)
    id = `sha256:${'2'.repeat(64)}`
    assert.is.not(await archives.keepImage('agent:1'), paths[0])
    assert.is(saves, 2)
  },
)

check('an image unknown to Docker is ImageNotFound', async ({ make }) => {
  await refuses('ImageNotFound', () => make({ imageId: async () => undefined }).keepImage('agent:1'))
})

check(
  'a folder is kept as a tree: links stay links, modes stay, an edit creates a new copy',
  async ({ folder, kept, make }) => {
    const archives = make()
    const root = join(folder, 'rootfs')
    await mkdir(join(root, 'bin'), { recursive: true })
    await writeFile(join(root, 'bin', 'sh'), '#!')
    await chmod(join(root, 'bin', 'sh'), 0o755)
    await symlink('/nowhere', join(root, 'link'))
    const first = await archives.keepFile(root)
    assert.is(dirname(first), kept)
    assert.is(await archives.keepFile(root), first)
    assert.is((await stat(join(first, 'bin', 'sh'))).mode & 0o777, 0o755)
    await writeFile(join(root, 'bin', 'sh'), '#!/')
    const second = await archives.keepFile(root)
    assert.is.not(second, first)
    assert.is(await readFile(join(first, 'bin', 'sh'), 'utf8'), '#!')
    assert.equal((await readdir(kept)).toSorted(), [basename(first), basename(second)].toSorted())
  },
)

check(
  'links lead to an archive; in a folder they stay as they are, also those that lead nowhere or out',
  async (bench) => {
    const { folder, make } = bench
    await writeFile(join(folder, 'real.tar'), tarOf('real'))
    await symlink('real.tar', join(folder, 'link.tar'))
    assert.equal(await readFile(await make().keepFile(join(folder, 'link.tar'))), tarOf('real'))
    const tree = join(folder, 'rootfs')
    await mkdir(tree)
    for (const [name, target] of [
      ['up', '..'],
      ['out', '/etc/shadow'],
      ['self', 'self'],
    ] as const)
      await symlink(target, join(tree, name))
    const copy = await make().keepFile(tree)
    assert.equal(await readdir(copy), ['out', 'self', 'up'])
    assert.is(await readlink(join(copy, 'out')), '/etc/shadow')
  },
)

check('a folder keeps its holes, hard links and names that are no UTF-8', async ({ folder, make }) => {
  const tree = join(folder, 'rootfs')
  await mkdir(tree)
  await writeFile(join(tree, 'hole'), '')
  await truncate(join(tree, 'hole'), 64 * 1024 * 1024)
  await writeFile(join(tree, 'one'), 'x')
  await link(join(tree, 'one'), join(tree, 'two'))
  await writeFile(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe])]), 'y')
  const copy = await make().keepFile(tree)
  assert.ok((await stat(join(copy, 'hole'))).blocks < 100)
  assert.is((await stat(join(copy, 'one'))).ino, (await stat(join(copy, 'two'))).ino)
  assert.ok((await readdir(copy, { encoding: 'buffer' })).some((name) => name[0] === 0xff))
  assert.is(await make().keepFile(tree), copy, 'the same folder has the same hash')
})

check("leftovers of a crash don't count as copies", async ({ folder, kept, make }) => {
  await mkdir(kept, { recursive: true })
  await writeFile(join(kept, '.0123456789abcdef.part'), 'half')
  const path = join(folder, 'a.tar')
  await writeFile(path, tarOf('whole'))
  assert.equal(await readFile(await make().keepFile(path)), tarOf('whole'))
})

check(
  'half copies of a killed process are removed; those of a live or unknown process stay',
  async ({ kept, make }) => {
    await mkdir(kept, { recursive: true })
    const child = spawn('sleep', ['60'])
    const mark = await processMark(child.pid)
    const half = `.${'0'.repeat(16)}.${mark}.part`
    const others = [`.${'1'.repeat(16)}.${await processMark()}.part`, `.${'2'.repeat(16)}.1-${child.pid}-3.part`]
    for (const name of others) await writeFile(join(kept, name), 'half')
    await mkdir(join(kept, half, 'bin'), { recursive: true })
    await make().clearHalves()
    assert.equal((await readdir(kept)).toSorted(), [half, ...others].toSorted(), 'all that live')
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGKILL')
    await ended
    await make().clearHalves()
    assert.equal((await readdir(kept)).toSorted(), others.toSorted())
  },
)

check('a half copy carries the mark of its process', async ({ make }) => {
  let half = ''
  const saveImage: ArchivesOptions['saveImage'] = async (_, path) => {
    half = basename(path)
    await writeFile(path, 'saved')
  }
  await make({ saveImage }).keepImage('a:1')
  assert.ok(half.endsWith(`.${await processMark()}.part`), half)
})

test.run()
