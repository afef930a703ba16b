/** What a service runs, and as whom. */
export interface ServicePlan {
  /** Of the unit, without `.service`. */
  readonly name: string
  /** Canonical. */
  readonly root: string
  /** Starts with the program; absolute paths where a path is named. */
  readonly command: readonly string[]
  /** Besides what the supervisor sets. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute: what must be mounted before it starts. */
  readonly folders: readonly string[]
  /** system: of root, for the machine; user: of one user. */
  readonly scope: 'system' | 'user'
}
