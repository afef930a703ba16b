import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createArchives } from '../../drivers/disk/archives.ts'
import { createSecrets } from '../../drivers/disk/secrets.ts'
import { type DriverErrorCode, isDriverError } from '../../drivers/errors.ts'
import { beside } from '../../drivers/reading/beside.ts'
import { tarGzOf, tarOf } from '../files/archive.ts'
import { attacks } from './attack.ts'

/** Files that aren't what they seem, wherever a Bottle may name one. Each is a real one. */
const attack = attacks('special-files')

const GIB = 1024 ** 3
const isRoot = process.getuid?.() === 0
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-special-'))
const kept = join(folder, 'archives')
const at = (name: string): string => join(folder, name)
const archives = createArchives({
  folder: kept,
  saveImage: () => Promise.reject(new Error('no image is asked for')),
  imageId: async () => undefined,
  asRoot: true,
})
const secrets = createSecrets({ owner: 'me', runtimeDir: at('run'), stateDir: at('state'), env: {} })
const server = createServer()
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
attack.before(() => void server.listen(at('socket')))
attack.after(() => void server.close())

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (result) => assert.unreachable(`it was taken: ${String(result)}`),
    (error: unknown) => error,
  )

const requireRefused = (error: unknown, words: string, code: DriverErrorCode = 'SourceRefused'): void => {
  assert.ok(isDriverError(error, code), String(error))
  assert.match(error.message, words)
}

const files = (): readonly string[] => (existsSync(kept) ? readdirSync(kept) : [])

interface Source {
  /** Why it can't be tried here. */
  readonly not?: string | false
  readonly way: string
  readonly words: string
  readonly code?: DriverErrorCode
  readonly make: () => string
}

const linkTo = (target: string, name: string): string => {
  symlinkSync(target, at(name))
  return at(name)
}

const folderWith = (name: string, fill: (path: string) => void): string => {
  mkdirSync(join(at(name), 'etc'), { recursive: true })
  writeFileSync(join(at(name), 'etc', 'hostname'), 'x')
  fill(at(name))
  return at(name)
}

/** Named as `machine.image`, as `machine.artifact` and as the folder of an image: all go the same way. */
const SOURCES: readonly Source[] = [
  {
    way: 'a named pipe that nobody writes',
    words: 'a named pipe',
    make: () => {
      execFileSync('mkfifo', [at('pipe.tar')])
      return at('pipe.tar')
    },
  },
  { way: 'a socket', words: 'a socket', make: () => at('socket') },
  { way: '/dev/zero', words: 'a device', make: () => '/dev/zero' },
  { way: '/dev/random behind a link', words: 'a device', make: () => linkTo('/dev/random', 'random.tar') },
  { way: '/dev/tty', words: 'a device', make: () => '/dev/tty' },
  { way: '/proc/self/pagemap', words: 'belongs to the kernel (proc)', make: () => '/proc/self/pagemap' },
  {
    not: !existsSync('/proc/kcore') && 'this kernel has none',
    way: '/proc/kcore',
    words: 'belongs to the kernel (proc)',
    make: () => '/proc/kcore',
  },
  {
    way: '/proc/kmsg, which waits for the next message',
    words: 'belongs to the kernel (proc)',
    make: () => '/proc/kmsg',
  },
  {
    way: 'a file of /sys behind a link',
    words: 'belongs to the kernel (sysfs)',
    make: () => linkTo('/sys/kernel/notes', 'notes.tar'),
  },
  { way: 'an open file of the reader, by /proc/self/fd', words: 'a device', make: () => '/proc/self/fd/0' },
  {
    way: 'a sparse file of 8 TiB',
    words: 'larger than 64 GiB',
    make: () => {
      writeFileSync(at('vast.tar'), tarOf('x'))
      truncateSync(at('vast.tar'), 8 * 1024 * GIB)
      return at('vast.tar')
    },
  },
  { way: 'an empty file', words: 'is empty', make: () => (writeFileSync(at('empty.tar'), ''), at('empty.tar')) },
  {
    way: 'links in a loop',
    words: 'ELOOP',
    code: 'SourceUnavailable',
    make: () => (linkTo(at('loop-b'), 'loop-a'), linkTo(at('loop-a'), 'loop-b')),
  },
  {
    way: 'a folder full of named pipes',
    words: 'etc/pipe-0 is a named pipe',
    make: () =>
      folderWith('pipes', (path) => {
        for (let n = 0; n < 8; n++) execFileSync('mkfifo', [join(path, 'etc', `pipe-${n}`)])
      }),
  },
  {
    not: !isRoot && 'only root can make a device',
    way: 'a folder with a device in it',
    words: 'zero is a device',
    make: () => folderWith('devices', (path) => execFileSync('cp', ['-a', '/dev/zero', path])),
  },
  {
    way: 'a folder with a sparse file of 100 GiB',
    words: 'larger than 64 GiB',
    make: () =>
      folderWith('vast', (path) => {
        writeFileSync(join(path, 'hole'), '')
        truncateSync(join(path, 'hole'), 100 * GIB)
      }),
  },
  {
    way: 'a folder of a thousand folders one in the other',
    words: 'more than 128 folders deep',
    make: () =>
      folderWith('deep', (path) =>
        mkdirSync(join(path, ...Array.from({ length: 1_000 }, () => 'd')), { recursive: true }),
      ),
  },
  { way: '/proc as the folder of an image', words: 'belongs to the kernel (proc)', make: () => '/proc' },
  { way: '/ as the folder of an image', words: 'is on another file system', make: () => '/' },
]

for (const { way, words, code, make, not = false } of SOURCES) {
  const row = {
    party: 'author',
    aim: 'freezes or exhausts the controller',
    way: `a machine.image that is ${way}`,
    seen: 'refused by its name; nothing is copied',
    enforcedBy: 'controller',
  } as const
  if (not !== false) attack.skip(row, not)
  else
    attack(row, async () => {
      requireRefused(await failure(archives.keepFile(make())), words, code)
      assert.equal(files(), [])
    })
}

attack(
  {
    party: 'author',
    aim: 'fills the disk',
    way: 'a sparse archive whose holes are larger than the disk of the copies may grow',
    seen: 'the holes stay holes',
    enforcedBy: 'controller',
  },
  async () => {
    writeFileSync(at('sparse.tar'), tarOf('sparse'))
    truncateSync(at('sparse.tar'), GIB / 4)
    const copy = await archives.keepFile(at('sparse.tar'))
    const { size, blocks } = statSync(copy)
    assert.is(size, GIB / 4)
    assert.ok(blocks * 512 < 1024 * 1024, `${blocks} blocks`)
    assert.equal(readFileSync(copy).subarray(0, 4_096), readFileSync(at('sparse.tar')).subarray(0, 4_096))
    rmSync(copy)
  },
  { deadlineMs: 60_000 },
)

attack(
  {
    party: 'author',
    aim: 'feeds a copy without end',
    way: 'an archive that grows while it is read',
    seen: 'no more is read than was checked; tried again; no copy is left',
    enforcedBy: 'controller',
  },
  async () => {
    writeFileSync(at('grows.tar'), tarOf('grows'))
    truncateSync(at('grows.tar'), 64 * 1024 * 1024)
    const writer = spawn('sh', ['-c', `while :; do printf x >> '${at('grows.tar')}'; done`], { detached: true })
    try {
      requireRefused(await failure(archives.keepFile(at('grows.tar'))), 'it changes while it is read', 'Busy')
      assert.equal(files(), [])
    } finally {
      process.kill(-(writer.pid ?? 0), 'SIGKILL')
    }
  },
  { deadlineMs: 60_000 },
)

attack(
  {
    party: 'author',
    aim: 'reads what was not checked',
    way: 'an archive whose folder becomes a link after it was looked at',
    seen: 'refused: what stands at the checked path is another file',
    enforcedBy: 'controller',
  },
  async () => {
    for (const [name, text] of [
      ['mine', 'public'],
      ['theirs', 'private'],
    ] as const) {
      mkdirSync(at(name))
      writeFileSync(join(at(name), 'a.tar'), tarOf(text))
    }
    const path = join(at('mine'), 'a.tar')
    const bounds = { operation: 'keep', stallMs: 20_000, deadlineMs: 20_000 }
    const { canonical } = await beside.ask<'look'>({ kind: 'look', path }, bounds)
    renameSync(at('mine'), at('moved'))
    symlinkSync(at('theirs'), at('mine'))
    const job = { kind: 'keep', path: canonical, folder: kept, extension: '.tar', temporary: at('part') } as const
    requireRefused(await failure(beside.ask<'keep'>(job, bounds)), 'was exchanged', 'Busy')
    const tree = { kind: 'tree', path: at('mine'), temporary: at('part') } as const
    assert.ok(isDriverError(await failure(beside.ask<'tree'>(tree, bounds))))
    assert.not(existsSync(at('part')))
  },
)

for (const [what, bytes] of [
  ['/etc/shadow', undefined],
  ['a private key', Buffer.from(`-----BEGIN OPENSSH PRIVATE KEY-----\n${'a'.repeat(2_000)}\n`)],
  ['a gzip of a private file', execFileSync('gzip', ['-c'], { input: `root:$6$${'x'.repeat(2_000)}:::\n` })],
  ['a text that begins like an archive', Buffer.from(`\x1f\x8b\x08${'x'.repeat(2_000)}`, 'latin1')],
  [
    'a text with the magic of a tar and a wrong checksum',
    Buffer.concat([tarOf('x').subarray(0, 148), Buffer.from('0000000\0'), tarOf('x').subarray(156)]),
  ],
] as const) {
  const row = {
    party: 'neighbour',
    aim: 'reads files of root',
    way: `a bottle of a controller as root names ${what} as its image`,
    seen: 'no copy is made, readable or not',
    enforcedBy: 'controller',
  } as const
  if (bytes === undefined && !isRoot) attack.skip(row, 'only root can read it')
  else
    attack(row, async () => {
      const path = bytes === undefined ? '/etc/shadow' : at('private')
      if (bytes !== undefined) writeFileSync(path, bytes, { mode: 0o600 })
      requireRefused(await failure(archives.keepFile(path)), 'is neither an image archive')
      assert.equal(files(), [])
    })
}

attack(
  {
    party: 'neighbour',
    aim: 'reads files of root',
    way: 'looks for a copy while it is made',
    seen: 'it is 0600 until it proved to be an archive and is complete',
    enforcedBy: 'controller',
  },
  async () => {
    for (const [name, bytes] of [
      ['good.tar', tarOf('good')],
      ['good.tgz', tarGzOf('good')],
    ] as const) {
      writeFileSync(at(name), bytes, { mode: 0o644 })
      chmodSync(at(name), 0o644)
      const temporary = at(`${name}.part`)
      const job = { kind: 'keep', path: at(name), folder: kept, extension: '', temporary } as const
      await beside.ask<'keep'>(job, { operation: 'keep', stallMs: 20_000, deadlineMs: 20_000 })
      assert.is(statSync(temporary).mode & 0o777, 0o600)
      const copy = await archives.keepFile(at(name))
      assert.is(statSync(copy).mode & 0o777, 0o644)
      rmSync(copy)
    }
  },
)

for (const [way, make, words] of [
  ['a named pipe', () => (execFileSync('mkfifo', [at('secret-pipe')]), at('secret-pipe')), 'a named pipe'],
  ['/dev/zero', () => '/dev/zero', 'a device'],
  ['/dev/zero behind a link', () => linkTo('/dev/zero', 'secret-zero'), 'a device'],
  ['/proc/self/environ', () => '/proc/self/environ', 'belongs to the kernel'],
  [
    'a sparse file of 1 TiB',
    () => (writeFileSync(at('secret-vast'), ''), truncateSync(at('secret-vast'), 1024 * GIB), at('secret-vast')),
    'larger than 1048576 bytes',
  ],
  ['a folder', () => folder, 'a folder'],
] as const)
  attack(
    {
      party: 'author',
      aim: 'freezes or exhausts the controller',
      way: `a fromFile that is ${way}`,
      seen: 'SecretUnavailable, which names it; nothing is written',
      enforcedBy: 'controller',
    },
    async () => {
      const sources = { KEY: { fromFile: make() } }
      assert.match((await secrets.missing(sources)) ?? 'nothing', words)
      requireRefused(await failure(secrets.write('a', sources)), words, 'SecretUnavailable')
      assert.not(existsSync(at('run')))
    },
  )

attack.run()
