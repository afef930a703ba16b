import { BLOCK, mapGoesOn, readHeader, readRecords, recordNumber, TarError, textIn } from './tar-header.ts'
import type { TarHeader } from './tar-header.ts'
import { createTaker } from './taker.ts'
import type { Taker } from './taker.ts'

/**
 * The members of a tar stream as they come.
 *
 * Flow: a header, with the extensions before it, makes a member; its data is the consumer's to read; what it leaves is
 *   skipped before the next header.
 * Guarantees: an archive that is cut off, malformed or contradicts itself throws `TarError`; what is held in memory is bounded,
 *   whatever a header says. What follows the end of the archive is read and dropped, so that its writer can end.
 * Caveats: extended attributes, owners and access lists are not read.
 */
export interface TarMember {
  /** Its bytes as latin1, as the archive says: not judged. */
  readonly name: string
  readonly linkName: string
  readonly kind: MemberKind
  readonly size: number
  readonly mode: number
  /** Seconds. */
  readonly mtime: number
  data(): AsyncGenerator<Buffer, void>
}

export type MemberKind = 'file' | 'folder' | 'link' | 'hard link' | 'device' | 'FIFO' | 'sparse file' | 'unknown'

/** A path of the kernel's has at most 4 KiB; pax headers of real archives are below this by far. */
const MOST_EXTENSION = 256 * 1024
const MOST_EXTENSIONS = 16

export async function* membersOf(source: AsyncIterable<Buffer>): AsyncGenerator<TarMember, void> {
  const taker = createTaker(source)
  for (;;) {
    const extended = await nextMember(taker)
    if (extended === undefined) break
    const { header, name, linkName, size, sparse } = extended
    const kind = kindOf(header, name, sparse)
    // Go's archive/tar, GNU tar and busybox alike write no data for these, whatever their size says.
    const length = HEADER_ONLY.has(header.type) ? 0 : size
    let rest = length
    yield {
      name,
      linkName,
      kind,
      size: length,
      mode: header.mode,
      mtime: header.mtime,
      data: async function* data(): AsyncGenerator<Buffer, void> {
        while (rest > 0) {
          const chunk = await taker.some(rest)
          rest -= chunk.length
          yield chunk
        }
      },
    }
    for (; rest > 0;) rest -= (await taker.some(rest)).length
    await taker.exactly(padding(length))
  }
  if ((await taker.exactly(BLOCK)).some((byte) => byte !== 0)) throw new TarError('a lone block of zeros')
  await taker.drain()
}

const HEADER_ONLY: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6'])
const KINDS: Readonly<Record<string, MemberKind>> = {
  '0': 'file',
  '7': 'file',
  '1': 'hard link',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'folder',
  '6': 'FIFO',
  S: 'sparse file',
}

const kindOf = ({ type }: TarHeader, name: string, sparse: boolean): MemberKind => {
  if (sparse) return 'sparse file'
  // Older than the type of folders.
  if (type === '0' && name.endsWith('/')) return 'unknown'
  return KINDS[type] ?? 'unknown'
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

interface Extended {
  readonly header: TarHeader
  readonly name: string
  readonly linkName: string
  readonly size: number
  readonly sparse: boolean
}

/** undefined: the archive ends. */
const nextMember = async (taker: Taker): Promise<Extended | undefined> => {
  let longName: string | undefined
  let longLink: string | undefined
  let records: ReadonlyMap<string, string> = new Map()
  for (let count = 0; count <= MOST_EXTENSIONS; count += 1) {
    const header = readHeader(await taker.exactly(BLOCK))
    if (header === undefined) {
      if (count > 0) throw new TarError('it ends after a header that announces a member')
      return undefined
    }
    if (!'xgLK'.includes(header.type)) {
      if (header.mapFollows) while (mapGoesOn(await taker.exactly(BLOCK)));
      const size = records.get('size')
      return {
        header,
        name: records.get('path') ?? longName ?? header.name,
        linkName: records.get('linkpath') ?? longLink ?? header.linkName,
        size: size === undefined ? header.size : recordNumber(size, 'size'),
        sparse: header.type === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.')),
      }
    }
    if (header.size > MOST_EXTENSION) throw new TarError(`a header of ${header.size} bytes`)
    const bytes = await taker.exactly(header.size)
    await taker.exactly(padding(header.size))
    if (header.type === 'L') longName = textIn(bytes, 0, bytes.length)
    else if (header.type === 'K') longLink = textIn(bytes, 0, bytes.length)
    else if (header.type === 'x') records = readRecords(bytes)
    else if ([...readRecords(bytes).keys()].some((key) => FOR_ONE.test(key)))
      throw new TarError('a header for all members gives them a name, size or link')
  }
  throw new TarError(`more than ${MOST_EXTENSIONS} headers before one member`)
}

const FOR_ONE = /^(?:path|linkpath|size|GNU\.sparse\..*)$/
