import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { TarError } from '../../../cli/copy/tar-header.ts'
import { membersOf } from '../../../cli/copy/tar-members.ts'
import { END, entry, long, pax, tar } from '../../files/tar.ts'
import { processorTime } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('tar members')

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (bytes: Buffer, size = 100): Promise<readonly string[]> => {
  const lines: string[] = []
  for await (const { name, kind, linkName, data } of membersOf(inPieces(bytes, size))) {
    let content = ''
    if (!name.includes('skipped')) for await (const chunk of data()) content += chunk.toString()
    lines.push([kind, Buffer.from(name, 'latin1').toString(), linkName, content].filter(Boolean).join(' '))
  }
  return lines
}

const refusal = async (bytes: Buffer): Promise<string> => {
  try {
    return `read: ${(await read(bytes)).join(', ')}`
  } catch (error) {
    assert.instance(error, TarError)
    return (error as Error).message
  }
}

test('kinds, contents and names come as they are, in pieces of any size', async () => {
  const bytes = tar(
    { name: 'a/', type: '5' },
    { name: 'a/b', content: 'hello' },
    { name: 'a/skipped', content: 'x'.repeat(2_000) },
    { name: 'n'.repeat(100), prefix: 'p/q' },
    { name: 'a/l', type: '2', link: '/etc/passwd' },
    { name: 'a/h', type: '1', link: 'a/b', size: 5 },
    { name: 'a/c', type: '3' },
    { name: 'a/p', type: '6' },
    long(`a/${'é'.repeat(200)}`),
    { name: 'cut' },
    pax({ path: 'a/über', size: '3', mtime: '1.5', 'SCHILY.xattr.security.capability': 'x' }),
    { name: 'other', content: 'abc', size: 0 },
    { name: 'last', content: 'end' },
  )
  const expected = [
    'folder a/',
    'file a/b hello',
    'file a/skipped',
    `file p/q/${'n'.repeat(100)}`,
    'link a/l /etc/passwd',
    'hard link a/h a/b',
    'device a/c',
    'FIFO a/p',
    `file a/${'é'.repeat(200)}`,
    'file a/über abc',
    'file last end',
  ]
  for (const size of [1, 7, 512, 100_000]) assert.equal(await read(bytes, size), expected)
})

test('sparse files of GNU tar are known in all their forms', async () => {
  const map = Buffer.alloc(512)
  map[504] = 1
  assert.equal(
    await read(
      tar(
        { name: 'old', type: 'S', content: 'data', magic: 'ustar  \0' },
        Buffer.concat([
          entry({ name: 'skipped', type: 'S', size: 4, magic: 'ustar  \0', patch: [[482, Buffer.from([1])]] }),
          map,
          Buffer.alloc(512),
          Buffer.alloc(512, 'd'),
        ]),
        pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'x' }),
        { name: 'new', content: 'map' },
        { name: 'after' },
      ),
    ),
    ['sparse file old data', 'sparse file skipped', 'sparse file new map', 'file after'],
  )
})

test('what is not a whole archive is an error', async () => {
  const cases: readonly (readonly [title: string, bytes: Buffer, message: RegExp])[] = [
    ['nothing', Buffer.alloc(0), /ends early/],
    ['text', Buffer.from('tar: no such file\n'.repeat(100)), /checksum/],
    ['a header alone', entry({ name: 'a' }), /ends early/],
    ['half of a content', tar({ name: 'a', content: 'x'.repeat(900) }).subarray(0, 1_000), /ends early/],
    ['no end', entry({ name: 'a', content: 'x' }), /ends early/],
    ['half an end', Buffer.concat([entry({ name: 'a' }), Buffer.alloc(512)]), /ends early/],
    ['a lone block of zeros', Buffer.concat([Buffer.alloc(512), tar({ name: 'a' })]), /lone block/],
    ['a wrong checksum', tar({ name: 'a', checksum: 1 }), /checksum/],
    ['a format before ustar', tar({ name: 'a', magic: '' }), /not of ustar/],
    ['a negative size', tar({ name: 'a', size: Buffer.alloc(12, 0xff) }), /invalid size/],
    [
      'a size beyond 2^53',
      tar({ name: 'a', size: Buffer.from([0x80, ...Array.from({ length: 11 }, () => 255)]) }),
      /invalid size/,
    ],
    ['a size with a letter', tar({ name: 'a', size: Buffer.from('0000000001x\0') }), /invalid size/],
    ['a pax size with a sign', tar(pax({ size: '-1' }), { name: 'a' }), /invalid size/],
    ['a pax size beyond 2^53', tar(pax({ size: '99999999999999999999' }), { name: 'a' }), /invalid size/],
    [
      'a pax record that lies about its length',
      tar(entry({ name: 'p', type: 'x', content: '99 path=a\n' }), { name: 'a' }),
      /malformed/,
    ],
    [
      'a pax record without a value',
      tar(entry({ name: 'p', type: 'x', content: '7 path\n' }), { name: 'a' }),
      /malformed/,
    ],
    ['a pax header of a gigabyte', tar(entry({ name: 'p', type: 'x', size: 2 ** 30 })), /header of 1073741824 bytes/],
    ['a long name of a gigabyte', tar(entry({ name: 'p', type: 'L', size: 2 ** 30 })), /header of 1073741824 bytes/],
    ['a name for all members', tar(pax({ path: 'x' }, 'g'), { name: 'a' }), /for all members/],
    ['a size for all members', tar(pax({ size: '0' }, 'g'), { name: 'a' }), /for all members/],
    ['a name without a member', tar(long('a')), /announces a member/],
    [
      'names without end',
      tar(...Array.from({ length: 20 }, () => long('a')), { name: 'a' }),
      /headers before one member/,
    ],
  ]
  for (const [title, bytes, message] of cases) assert.match(await refusal(bytes), message, title)
  assert.match(await refusal(tar(pax({ comment: 'git' }, 'g'), { name: 'a' })), /^read: file a$/)
})

test('archives of the tars that bottles have are read: GNU tar, busybox, pax', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-tar-'))
  try {
    const deep = join('top', 'd'.repeat(90), 'e'.repeat(90))
    await mkdir(join(folder, deep), { recursive: true })
    await writeFile(join(folder, deep, 'ü'.repeat(60)), 'x'.repeat(100_000))
    await writeFile(join(folder, 'top', 'empty'), '')
    await symlink('/etc/passwd', join(folder, 'top', 'link'))
    const tars = [['tar'], ['tar', '--format=pax'], ['tar', '--format=gnu'], ['tar', '--format=oldgnu']]
    if (existsSync('/bin/busybox')) tars.push(['/bin/busybox', 'tar'])
    for (const [program = '', ...more] of tars) {
      const bytes = execFileSync(program, [...more, '-C', folder, '-cf', '-', './top'], { maxBuffer: 2 ** 24 })
      assert.equal(
        (await read(bytes, 65_536)).map((line) => line.replace(/x{100000}$/, 'all of it')).toSorted(),
        [
          `file ./${deep}/${'ü'.repeat(60)} all of it`,
          'file ./top/empty',
          'folder ./top/',
          `folder ./top/${'d'.repeat(90)}/`,
          `folder ./${deep}/`,
          'link ./top/link /etc/passwd',
        ].toSorted(),
        [program, ...more].join(' '),
      )
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a header of one byte at a time costs no more than its length', async () => {
  const used = processorTime()
  const bytes = tar(long(`a/${'n'.repeat(200_000)}`), { name: 'x' })
  assert.is((await read(bytes, 1)).length, 1)
  assert.ok(used() < 5_000, `${used()} ms`)
  assert.is(END.length, 1024)
})

test.run()
