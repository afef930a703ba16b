import type { Verb } from '../verb/command.ts'

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
  { names: ['plan'], load: async () => (await import('./plan.ts')).plan },
  { names: ['delete'], load: async () => (await import('./delete.ts')).deleteVerb },
  { names: ['reconcile'], load: async () => (await import('./reconcile.ts')).reconcile },
  { names: ['rollout'], load: async () => (await import('./reconcile.ts')).rollout },
  { names: ['confirm-deletes'], load: async () => (await import('./reconcile.ts')).confirmDeletes },
  { names: ['suspend'], load: async () => (await import('./suspend.ts')).suspend },
  { names: ['resume'], load: async () => (await import('./suspend.ts')).resume },
  { names: ['diff'], load: async () => (await import('./diff.ts')).diff },
  { names: ['apply'], load: async () => (await import('./apply.ts')).apply },
  { names: ['explain'], load: async () => (await import('./explain.ts')).explain },
  { names: ['api-resources'], load: async () => (await import('./api-resources.ts')).apiResources },
  { names: ['schema'], load: async () => (await import('./schema.ts')).schema },
  { names: ['version'], load: async () => (await import('./version.ts')).version },
  { names: ['label'], load: async () => (await import('./label.ts')).label },
  { names: ['annotate'], load: async () => (await import('./label.ts')).annotate },
  { names: ['edit'], load: async () => (await import('./edit.ts')).edit },
  { names: ['logs'], load: async () => (await import('./logs.ts')).logs },
  { names: ['exec'], load: async () => (await import('./exec.ts')).exec },
  { names: ['cp'], load: async () => (await import('./cp.ts')).cp },
  { names: ['git-filter'], load: async () => (await import('./git-filter.ts')).gitFilter },
  { names: ['completion'], load: async () => (await import('./completion.ts')).completion },
  { names: ['__complete'], load: async () => (await import('./completion.ts')).complete },
  { names: ['doctor'], load: async () => (await import('./doctor.ts')).doctorVerb },
]

export const loadVerbs = (): Promise<readonly Verb[]> => Promise.all(verbs.map(({ load }) => load()))
