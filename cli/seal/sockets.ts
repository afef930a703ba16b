/**
 * What the kernel's tables of sockets (/proc/net/tcp and its like) say. Pure.
 *
 * Guarantees: a line that can't be read is left out; an IPv4 address in an IPv6 one is written as IPv4.
 */
export interface Socket {
  readonly inode: string
  /** To whom; a socket without a peer isn't listed. */
  readonly ip: string
  readonly port: number
}

export const socketsIn = (table: string): readonly Socket[] =>
  table.split('\n').flatMap((line) => {
    const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
    const [, address = '', port = ''] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(remote) ?? []
    const ip = addressOf(address)
    const number = Number.parseInt(port, 16)
    return ip === undefined || number === 0 || !/^\d+$/.test(inode) ? [] : [{ inode, ip, port: number }]
  })

/** Words of 32 bits, each in the order of this machine: every one that smolvm runs on has the low byte first. */
const addressOf = (hex: string): string | undefined => {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return undefined
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255)
    return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  )
  // As the URL parser writes it: one way for one address.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}
