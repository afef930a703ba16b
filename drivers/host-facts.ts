/** What is known of this machine's paths, to judge those of a spec by. */

/** Where a path leads now, and what is there. */
export interface LookedAt {
  /** All links followed, those of parents too; of what doesn't exist the deepest folder that does, and the rest. */
  readonly canonical: string
  /** `unknown`: this user may not look there, or its links lead in a circle. */
  readonly kind: 'folder' | 'file' | 'socket' | 'other' | 'missing' | 'unknown'
}

export type LookAtPath = (path: string, signal?: AbortSignal) => Promise<LookedAt>

/** All paths are canonical; where a link leads to one, its own path is there, too. */
export interface HostPlaces {
  /** Of the user that runs bottled. */
  readonly home: string
  /** Of every user. */
  readonly homes: readonly string[]
  /** `/etc` and the like, as this machine has them. */
  readonly systemFolders: readonly string[]
  /** Whoever reaches one of these commands Docker, smolvm or an ssh-agent. */
  readonly sockets: readonly NamedPath[]
}

export interface NamedPath {
  readonly path: string
  /** For a person: "Docker's socket". */
  readonly what: string
}
