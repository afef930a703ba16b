/** A tar of small files and folders, for the Engine to unpack. Pure. */
export interface TarEntry {
  /** Without a leading slash; a folder ends with one. Shorter than 100 bytes. */
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

const BLOCK = 512

/** All of them are empty. */
export const tarOf = (entries: readonly TarEntry[]): Buffer =>
  Buffer.concat([...entries.map(headerOf), Buffer.alloc(2 * BLOCK)])

const headerOf = ({ name, mode, uid, gid }: TarEntry): Buffer => {
  if (Buffer.byteLength(name) >= 100) throw new Error(`${name} is too long for a tar of ours`)
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  block.write(name, 0)
  block.write(octal(mode, 8), 100)
  block.write(octal(uid, 8), 108)
  block.write(octal(gid, 8), 116)
  block.write(octal(0, 12), 124)
  block.write(octal(0, 12), 136)
  block.write(' '.repeat(8), 148)
  block.write(name.endsWith('/') ? '5' : '0', 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
