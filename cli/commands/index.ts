import type { Verb } from '../command.ts'

/** Every verb of bottlectl: names first, so that only the one asked for is loaded. */
export interface VerbEntry {
  /** The name, then aliases. */
  readonly names: readonly string[]
  load(): Promise<Verb>
}

export const verbs: readonly VerbEntry[] = [
  { names: ['get'], load: async () => (await import('./get.ts')).get },
  { names: ['describe'], load: async () => (await import('./describe.ts')).describe },
  { names: ['events'], load: async () => (await import('./events.ts')).events },
  { names: ['wait'], load: async () => (await import('./wait.ts')).wait },
  { names: ['validate'], load: async () => (await import('./validate.ts')).validate },
]
