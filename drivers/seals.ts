/** Of the port Seals: what a guest of our own showed of the seal of this machine's VMs, and of its containers', and what is installed here. */

/** Moves with the table that the guest plays (`cli/seal/targets.ts`): what was shown by another one isn't shown by this. */
export const SEAL_TABLE = '1'

/** The same of a container's (`cli/seal/container-targets.ts`). */
export const CONTAINER_TABLE = '1'

/** Of an agent in a container: its seal needs nothing of smolvm. */
export const NO_SMOLVM = { smolvm: 'none', program: 'none' } as const

/** What makes a proof, of each kind of machine. */
export const PROVE = {
  microvm: 'bottled doctor --seal',
  container: 'bottled doctor --seal --runtime container',
} as const

/** What a proof holds for, in words of one line: with another value of any of them, nothing is shown. */
export interface SealParts {
  /** A hash that stands for this machine. */
  readonly machine: string
  readonly kernel: string
  /** Of the Docker Engine. */
  readonly engine: string
  readonly smolvm: string
  /** A hash of the file that is called as smolvm. */
  readonly program: string
  /** What keeps the guest in, and which guest it was. */
  readonly guest: string
  readonly table: string
}

/** What `bottled doctor --seal` recorded. */
export interface SealProof {
  /** ISO 8601 UTC. */
  readonly at: string
  /** The names of the host and of the bottled that recorded it: for people. */
  readonly host: string
  readonly bottled: string
  readonly parts: SealParts
  /** Whether the edges of its bundle were closed. */
  readonly edges: 'closed' | 'open'
  /** How many ways the guest tried. */
  readonly rows: number
  /** Each completes "the guest reaches"; none: it reached its bundle only. */
  readonly leaks: readonly string[]
}

export interface SealShown {
  readonly installed: SealParts
  readonly proof?: SealProof
  /** Where there is no proof: a clause, with the next command. */
  readonly why?: string
}

/** Of VMs, and of agents in containers: neither says anything of the other. The same object as long as nothing changed. */
export interface SealLook extends SealShown {
  readonly container: SealShown
}

export interface Seals {
  /** Looks again; reads only what changed since. Never throws. */
  look(signal?: AbortSignal): Promise<SealLook>
  /** What the last look of this process showed; nothing is asked. */
  last(): SealLook | undefined
}

/** Of parts, as a sentence about them has it. In the order in which they are told. */
export const PARTS: readonly (keyof SealParts)[] = [
  'machine',
  'kernel',
  'engine',
  'smolvm',
  'program',
  'guest',
  'table',
]
