/**
 * A repository of a bottle's git gate, every default spelt out: plain JSON, equal where the meaning is equal. Pure.
 *
 * The gate may only connect to the host of `url`; `push` says which branches the agent may push, and which tags (`tags/…`).
 */
export interface Repository {
  /** In the agent's `git://<bundle-ip>:9418/<name>`. */
  readonly name: string
  /** https, its host canonical. */
  readonly url: string
  readonly credential?: RepositoryCredential
  /** The agent may read it. */
  readonly fetch: boolean
  /** Globs over names of branches; `tags/` before a glob over names of tags. */
  readonly push: readonly string[]
  readonly maxPackMiB: number
  /** Each push needs a person's approval. */
  readonly review: boolean
  /** The host may resolve to a private address. */
  readonly private: boolean
}

export interface RepositoryCredential {
  /** Its name, never its value. */
  readonly secret: string
  readonly username: string
}
