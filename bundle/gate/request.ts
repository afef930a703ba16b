/**
 * The first packet of a git:// connection → what is asked for. Pure.
 *
 * Guarantees: at most 4 + 1,020 bytes are read; a name is a plain name, so that no path comes of it.
 * Assumptions: `git help protocol-pack`: `0032git-upload-pack /app\0host=…\0\0version=2\0`.
 */
export type Service = 'upload-pack' | 'receive-pack'

export interface GitRequest {
  readonly service: Service
  /** Without `/` before and `.git` after it. */
  readonly name: string
  /** For GIT_PROTOCOL: `version=2`. */
  readonly protocol?: string
}

export type FirstPacket =
  | { readonly kind: 'more' }
  | { readonly kind: 'request'; readonly request: GitRequest; readonly length: number }
  | { readonly kind: 'refused'; readonly why: string }

export const readFirstPacket = (bytes: Buffer): FirstPacket => {
  const digits = bytes.toString('latin1', 0, 4)
  if (!/^[0-9a-f]*$/i.test(digits)) return { kind: 'refused', why: 'this port speaks git:// only' }
  if (bytes.length < 4) return { kind: 'more' }
  const length = Number.parseInt(digits, 16)
  if (length <= 4 || length > MOST_BYTES) return { kind: 'refused', why: 'its request is empty or too long' }
  if (bytes.length < length) return { kind: 'more' }
  const [line = '', ...rest] = bytes.toString('utf8', 4, length).split('\0')
  const [, service = '', path = ''] = /^git-([a-z-]+) (.*?)\n?$/s.exec(line) ?? []
  if (service !== 'upload-pack' && service !== 'receive-pack')
    return {
      kind: 'refused',
      why:
        service === 'upload-archive'
          ? 'archives are not served: clone, and archive there'
          : 'only fetch and push are served',
    }
  const [, name] = /^\/?([a-z0-9][a-z0-9_-]{0,62}?)(?:\.git)?\/?$/.exec(path) ?? []
  if (name === undefined) return { kind: 'refused', why: 'no repository of that name is served' }
  const protocol = rest.find((each) => /^version=[12]$/.test(each))
  return { kind: 'request', length, request: { service, name, ...(protocol === undefined ? {} : { protocol }) } }
}

const MOST_BYTES = 1_024

/** What git shows as `fatal: remote error: …`, whole. */
export const errPacket = (text: string): string => {
  const line = `ERR ${text}`
  return `${(Buffer.byteLength(line) + 4).toString(16).padStart(4, '0')}${line}`
}
