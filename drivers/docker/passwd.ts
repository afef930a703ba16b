/** Who a name is in an image, from the Engine's tar of its /etc/passwd. Pure. */

const BLOCK = 512
const REGULAR = new Set(['0', '\0'])

/** The text of the only file of a tar; undefined where that isn't one regular file. */
export const onlyFileOf = (tar: Buffer): string | undefined => {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK)
    const size = Number.parseInt(header.subarray(124, 136).toString('latin1').replace(/\0.*$/, ''), 8)
    const type = header.subarray(156, 157).toString('latin1')
    if (!Number.isSafeInteger(size)) return undefined
    const start = at + BLOCK
    if (REGULAR.has(type)) return start + size <= tar.length ? tar.toString('utf8', start, start + size) : undefined
    // Further headers of the file that follows.
    if (type !== 'x' && type !== 'g') return undefined
    at = start + Math.ceil(size / BLOCK) * BLOCK
  }
  return undefined
}

/** Whether a line for the name gives it uid 0: the Engine takes what is no number for 0. */
export const isRootIn = (passwd: string, name: string): boolean =>
  passwd.split('\n').some((line) => {
    const [user = '', , uid = ''] = trimmed(line).split(':')
    return trimmed(user) === name && (!/^[+-]?\d+$/.test(uid) || Number(uid) === 0)
  })

/** Of all that the Engine takes for white space, and more: it also trims U+0085, which JavaScript keeps. */
const trimmed = (text: string): string => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')
