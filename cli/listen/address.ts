import { isIP } from 'node:net'

/** Where `--listen` serves. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly isLoopback: boolean }
  | { readonly kind: 'unix'; readonly path: string }

/** `ADDR:PORT`, `[ADDR]:PORT`, `localhost:PORT` or `unix:PATH`; undefined: it is none of them. */
export const parseListen = (text: string): ListenAddress | undefined => {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length)
    return path === '' || path.includes('\0') ? undefined : { kind: 'unix', path }
  }
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (host === undefined || port > 65_535) return undefined
  if (host === 'localhost') return { kind: 'tcp', host: '127.0.0.1', port, isLoopback: true }
  if (isIP(host) !== (match?.[1] === undefined ? 4 : 6)) return undefined
  return { kind: 'tcp', host, port, isLoopback: isLoopback(host) }
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.')

/** Whether a request's `Host` names this machine's loopback: a page of somebody else's, by DNS rebinding, has its own name there. */
export const isLocalHost = (host: string | undefined): boolean => {
  const name = host?.replace(/:\d{1,5}$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || (name !== undefined && isIP(name) === 4 && isLoopback(name))
}
