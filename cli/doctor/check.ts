/** Checks one requirement of a run. */
export interface Check {
  readonly name: string
  /** Nothing that agents in containers need. */
  readonly ofVms?: true
  run(facts: Facts): Promise<readonly Finding[]>
}

export interface Facts {
  readonly root: string
  readonly stateDir: string
  readonly dockerHost: string | undefined
  readonly smolvm: string
  /** `--policy`. */
  readonly policy?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** The image of bundles that name none. */
  readonly bundleImage: string
  readonly uid: number
  /** Which machines are to run; absent: VMs. */
  readonly runtime?: 'microvm' | 'container' | undefined
}

export type Finding = Said &
  (
    | { readonly level: 'ok' | 'warn'; readonly command?: string }
    /** `command`: the one that mends it, as it is typed. */
    | { readonly level: 'fail'; readonly command: string }
  )

interface Said {
  readonly check: string
  /** The finding and why it matters. */
  readonly message: string
  /** What else to know, or another way. */
  readonly hint?: string
  /** What it is about can't be had here as things are, and this runtime needs none of it. */
  readonly instead?: 'container'
  /** What `doctor --fix` does in place of the command. */
  readonly fix?: Fix
}

/** What needs no privilege, loses nothing, and is undone as easily. */
export type Fix =
  /** 0700, or no writing by others; only for what is this user's, at or below root or state folder. */
  | { readonly kind: 'chmod'; readonly path: string; readonly to: 'private' | 'closed' }
  /** `bottled bundle build`. */
  | { readonly kind: 'bundle' }
