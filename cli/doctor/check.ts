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
  readonly uid: number
}

export interface Finding {
  readonly check: string
  readonly level: 'ok' | 'warn' | 'fail'
  /** The finding and why it matters. */
  readonly message: string
  /** The next command. */
  readonly hint?: string
}
