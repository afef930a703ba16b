import type { ComplaintCode } from './complaint.ts'

/** One document of a file as plain data, with the way back to its places. What YAML and JSON have in common. */
export interface RawDocument {
  /** Position among the documents of the file, skipped ones included. */
  readonly index: number
  readonly offset: number
  readonly value: unknown
  /** Found while reading; `broken` if `value` isn't all that the document says. */
  readonly problems: readonly RawProblem[]
  readonly broken: boolean
  /** True if a mapping in it has a null. */
  readonly nulls: boolean
  /** Offset of a key or value; of the nearest parent where there is no such thing. */
  locate(path: Path, what: 'key' | 'value'): number
}

export type Path = readonly (string | number)[]

export interface RawProblem {
  readonly code: ComplaintCode
  readonly message: string
  readonly offset: number
  /** Where in the document, if known: a secret's place is not shown. */
  readonly path?: Path
}

/** Bounds on what is read, whatever the bytes are. */
export const LIMITS = {
  fileBytes: 256 * 1024,
  documentBytes: 64 * 1024,
  /** `---` and `...` lines count. */
  documents: 1_000,
  aliases: 100,
  depth: 32,
  complaints: 20,
} as const

/** `__proto__` is a key like any other. */
export const setOwn = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}
