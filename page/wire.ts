import type { AskContent } from '../egress/asks/content.ts'

/** What the page and the controller's process say to each other, as JSON. Types only. */

/** A bottle as `bottlectl get` has it. */
export interface Row {
  /** Of the document: two may have one name. */
  readonly key: string
  readonly name: string
  readonly ready: string
  readonly phase: string
  readonly reason: string
  /** Why, in a sentence: of the condition Ready, or the first complaint. */
  readonly message: string
  readonly agent: string
  readonly ip: string
  /** ISO 8601 UTC. */
  readonly startedAt?: string
  /** Relative to the root. */
  readonly file?: string
  readonly line?: number
  readonly suspended: boolean
  readonly isValid: boolean
  /** Its document is gone. */
  readonly isLeft: boolean
}

export interface AskRow {
  readonly id: string
  readonly bottle: string
  /** ISO 8601 UTC. */
  readonly openedAt: string
  readonly content: AskContent
}

/** A file, or a part of one, that names no bottle. */
export interface Broken {
  /** `path:line:col`. */
  readonly place: string
  readonly message: string
  /** The lines around the place. */
  readonly frame: string
}

export interface Head {
  readonly root: string
  readonly version: string
  readonly isSimulated: boolean
  /** Why the controller can't work on all bottles. */
  readonly waitsFor: readonly string[]
}

/** One event of the stream. What isn't in it is as it was. */
export interface Change {
  /** What was known before is forgotten. */
  readonly isFirst?: true
  readonly head?: Head
  readonly rows?: readonly Row[]
  /** Keys of rows that are gone. */
  readonly gone?: readonly string[]
  readonly asks?: readonly AskRow[]
  /** Asks that are left out, as there are too many. */
  readonly moreAsks?: number
  readonly broken?: readonly Broken[]
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  /** ISO 8601 UTC. */
  readonly since: string
}

export interface EventRow {
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly first: string
  readonly last: string
}

/** All of one bottle. */
export interface Detail {
  readonly row: Row
  readonly conditions: readonly Condition[]
  /** The latest first. */
  readonly events: readonly EventRow[]
  readonly problems: readonly Broken[]
  /** A line for what is special: it is being deleted, its status is stale, … */
  readonly notes: readonly string[]
  /** What may be reached, a line for each entry; absent: its bundle's own rules count. */
  readonly reach?: { readonly summary: string; readonly lines: readonly string[] }
  /** What was denied in the last hour, or why that isn't known; absent: there is nothing to ask. */
  readonly denials?: { readonly unknown: string } | { readonly rows: readonly (readonly string[])[] }
}

/** What a person wants done. */
export interface Action {
  readonly verb: 'approve' | 'deny' | 'suspend' | 'resume' | 'reconcile' | 'rollout' | 'delete'
  /** A bottle's name; for `approve` and `deny` the id of an ask. */
  readonly target: string
  /** `approve`: like `30m`; absent: as was asked, else without end. */
  readonly for?: string
  /** `approve`, of a question. */
  readonly answer?: string
  /** `deny`. */
  readonly reason?: string
}

export interface Preview {
  /** Carries it out, once. Absent: it can't be. */
  readonly id?: string
  /** The same for a terminal. */
  readonly command: string
  readonly lines: readonly string[]
}

export interface Done {
  readonly isDone: boolean
  readonly lines: readonly string[]
  /** It is another thing now: nothing was done, and this is what would be. */
  readonly instead?: Preview
}

/** CPU and memory of one part of a bottle. */
export interface UsagePart {
  readonly part: 'machine' | 'bundle'
  /** As `bottlectl top` prints it: CPU, memory, disk, received, sent. */
  readonly now: readonly string[]
  /** The oldest first: Unix time in milliseconds, thousandths of a processor, bytes. Null: that can't be told. */
  readonly samples: readonly (readonly [at: number, cpu: number | null, memory: number | null])[]
}

/** Taken only while somebody looks: there are gaps. */
export interface UsageView {
  /** Unix time in milliseconds of this host. */
  readonly at: number
  /** Why the latest is missing. */
  readonly unknown?: string
  readonly parts: readonly UsagePart[]
}

export interface Log {
  readonly text: string
  readonly isWhole: boolean
}
