import { parseHost } from './host.ts'
import type { Host } from './host.ts'

/** A host of a policy: a name, or `*.name` for one or more labels before it. Pure. */
export const parsePattern = (text: string): Host => {
  const wild = text.startsWith('*.')
  const host = parseHost(wild ? text.slice(2) : text)
  return 'name' in host && wild ? { name: `*.${host.name}` } : host
}

/** Both canonical. */
export const matchesHost = (pattern: string, name: string): boolean =>
  pattern.startsWith('*.') ? name.length >= pattern.length && name.endsWith(pattern.slice(1)) : name === pattern
