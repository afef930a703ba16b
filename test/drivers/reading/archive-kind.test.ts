import { deflateRawSync, gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { archiveKind, FOOTER_BYTES, HEAD_BYTES } from '../../../drivers/reading/archive-kind.ts'
import { packOf, tarGzOf, tarOf } from '../../files/archive.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('archive kind')

const kindOf = (bytes: Buffer): string | undefined =>
  archiveKind(bytes.subarray(0, HEAD_BYTES), bytes.subarray(Math.max(0, bytes.length - FOOTER_BYTES)))

const oldTar = (): Buffer => {
  const tar = Buffer.from(tarOf('old'))
  const header = tar.subarray(0, 512)
  header.fill(0, 257, 265)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return tar
}

for (const [what, bytes, kind] of [
  ['a tar', tarOf('x'), 'tar'],
  ['a tar without magic, as old ones are', oldTar(), 'tar'],
  ['a gzip of a tar', tarGzOf('x'), 'gzip'],
  [
    'a gzip of a large tar, of which the head is a part',
    gzipSync(Buffer.concat([tarOf('x'), Buffer.alloc(1 << 22, 7)])),
    'gzip',
  ],
  ['a pack', packOf('x'.repeat(100)), 'pack'],
  ['zstd', Buffer.from('28b52ffd00000000', 'hex'), 'zstd'],
  ['xz', Buffer.from('fd377a585a000000', 'hex'), 'xz'],
  ['bzip2', Buffer.concat([Buffer.from('BZh9'), Buffer.from('314159265359', 'hex')]), 'bzip2'],
  ['nothing', Buffer.alloc(0), undefined],
  ['zeros', Buffer.alloc(10_240), undefined],
  ['a text', Buffer.from('root:x:0:0:root:/root:/bin/sh\n'.repeat(100)), undefined],
  ['a gzip of a text', gzipSync('secret '.repeat(1_000)), undefined],
  ['the magic of a gzip and noise', Buffer.concat([Buffer.from('1f8b08', 'hex'), Buffer.alloc(1_000, 9)]), undefined],
  ['a deflated tar without its gzip', deflateRawSync(tarOf('x')), undefined],
  ['a zip', Buffer.from('504b030414000000', 'hex'), undefined],
  ['an ELF', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(1_000)]), undefined],
  ['a text that names smolvm’s magic', Buffer.from(`SMOLPACK${'x'.repeat(200)}SMOLPACK`), undefined],
  ['a tar whose header was changed', Buffer.concat([Buffer.from('other'), tarOf('x').subarray(5)]), undefined],
] as const)
  test(`${what}: ${kind ?? 'no archive'}`, () => assert.is(kindOf(bytes), kind))

test('a gzip that unpacks to very much costs little', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  const before = process.memoryUsage().arrayBuffers
  assert.is(kindOf(bomb), undefined)
  assert.ok(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024)
})

test.run()
