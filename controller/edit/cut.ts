import type { Document, YAMLMap } from 'yaml'

/** A part of a text and its replacement. */
export interface Cut {
  readonly from: number
  readonly to: number
  readonly insert: string
}

export interface Site {
  readonly text: string
  readonly doc: Document.Parsed
  readonly map: YAMLMap
  readonly key: string
  readonly value: unknown
  readonly json: boolean
}
