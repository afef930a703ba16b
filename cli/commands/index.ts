import type { Verb } from '../verb/command.ts'

/** Every verb of bottlectl: names first, so that only the one asked for is loaded. */
export interface VerbEntry {
  /** The name, then aliases. */
  readonly names: readonly string[]
  load(): Promise<Verb>
}

export const verbs: readonly VerbEntry[] = [
  { names: ['get'], load: async () => (await import('./read/get.ts')).get },
  { names: ['describe'], load: async () => (await import('./read/describe.ts')).describe },
  { names: ['events'], load: async () => (await import('./read/events.ts')).events },
  { names: ['wait'], load: async () => (await import('./read/wait.ts')).wait },
  { names: ['validate'], load: async () => (await import('./check/validate.ts')).validate },
  { names: ['policy'], load: async () => (await import('./check/policy.ts')).policy },
  { names: ['plan'], load: async () => (await import('./check/plan.ts')).plan },
  { names: ['egress'], load: async () => (await import('./egress/egress.ts')).egress },
  { names: ['asks'], load: async () => (await import('./asks/asks.ts')).asks },
  { names: ['approve'], load: async () => (await import('./asks/approve.ts')).approve },
  { names: ['deny'], load: async () => (await import('./asks/deny.ts')).deny },
  { names: ['dashboard'], load: async () => (await import('./read/dashboard.ts')).dashboard },
  { names: ['delete'], load: async () => (await import('./change/delete.ts')).deleteVerb },
  { names: ['reconcile'], load: async () => (await import('./change/reconcile.ts')).reconcile },
  { names: ['rollout'], load: async () => (await import('./change/reconcile.ts')).rollout },
  { names: ['confirm-deletes'], load: async () => (await import('./change/reconcile.ts')).confirmDeletes },
  { names: ['suspend'], load: async () => (await import('./change/suspend.ts')).suspend },
  { names: ['resume'], load: async () => (await import('./change/suspend.ts')).resume },
  { names: ['diff'], load: async () => (await import('./check/diff.ts')).diff },
  { names: ['apply'], load: async () => (await import('./change/apply.ts')).apply },
  { names: ['explain'], load: async () => (await import('./about/explain.ts')).explain },
  { names: ['api-resources'], load: async () => (await import('./about/api-resources.ts')).apiResources },
  { names: ['schema'], load: async () => (await import('./about/schema.ts')).schema },
  { names: ['version'], load: async () => (await import('./about/version.ts')).version },
  { names: ['label'], load: async () => (await import('./change/label.ts')).label },
  { names: ['annotate'], load: async () => (await import('./change/label.ts')).annotate },
  { names: ['edit'], load: async () => (await import('./change/edit.ts')).edit },
  { names: ['logs'], load: async () => (await import('./inside/logs.ts')).logs },
  { names: ['exec'], load: async () => (await import('./inside/exec.ts')).exec },
  { names: ['top'], load: async () => (await import('./inside/top.ts')).top },
  { names: ['cp'], load: async () => (await import('./inside/cp.ts')).cp },
  { names: ['git-filter'], load: async () => (await import('./setup/git-filter.ts')).gitFilter },
  { names: ['completion'], load: async () => (await import('./setup/completion.ts')).completion },
  { names: ['__complete'], load: async () => (await import('./setup/completion.ts')).complete },
  { names: ['doctor'], load: async () => (await import('./setup/doctor.ts')).doctorVerb },
]

/** `name`: the one that is called so, if there is one. */
export const loadVerbs = (name?: string): Promise<readonly Verb[]> =>
  Promise.all(verbs.filter(({ names }) => name === undefined || names.includes(name)).map(({ load }) => load()))
