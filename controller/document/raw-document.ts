import type { TextFault } from './fault.ts'
import type { Path } from './path.ts'

/** One document of a file as plain data that knows its places: the same for YAML and JSON. */
export interface RawDocument {
  /** Position among the documents of the file, skipped ones included. */
  readonly index: number
  readonly offset: number
  readonly value: unknown
  readonly faults: readonly TextFault[]
  /** True if `value` isn't all that the document says. */
  readonly broken: boolean
  /** True if a mapping in it has a null. */
  readonly nulls: boolean
  /** Offset of a key or value; of its nearest parent if it is absent. */
  locate(path: Path, what: 'key' | 'value'): number
}
