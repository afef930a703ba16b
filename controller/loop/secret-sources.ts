import type { BottleRecord, Secrets, SecretSource } from '../../drivers/ports.ts'
import { toldSecrets } from '../../reconcilers/derive/told-secrets.ts'
import { specOf } from '../pass/walk.ts'

/**
 * Notices that a file has changed whose content a bundle was told.
 *
 * Flow: `after` each pass of a bottle it is noted which files those are; `check`, a few times a second, compares what moves when a
 *   file is written, and gives the names whose next pass reads them again.
 * Guarantees: costs nothing without such files; a look that hangs delays no other check by more than its own time.
 * Caveats: nothing is watched: a link may be turned anywhere on the way, and files of mounted secrets are replaced by that.
 */
export interface SecretSources {
  /** The pass, and then a note of which files those are. */
  after<End>(pass: (name: string) => Promise<End>): (name: string) => Promise<End>
  check(): Promise<void>
}

export interface SecretSourcesParts {
  readonly registry: { byName(name: string): BottleRecord | undefined }
  readonly drivers: { readonly secrets: Pick<Secrets, 'stamp'> }
  readonly settings: { readonly root: string }
}

type Sources = Readonly<Record<string, SecretSource>>

export const createSecretSources = (
  { registry, drivers, settings }: SecretSourcesParts,
  onChange: (name: string) => void,
): SecretSources => {
  const known = new Map<string, { readonly sources: Sources; stamp?: string }>()
  /** By a spec of a record, which never changes. */
  const filesOf = new WeakMap<object, Sources>()

  const files = (record: BottleRecord): Sources => {
    const key = record.spec as object
    const found = filesOf.get(key)
    if (found !== undefined) return found
    const spec = specOf(record, settings.root)
    const named = spec === undefined || spec.suspend ? {} : toldSecrets(spec)
    const made = Object.fromEntries(Object.entries(named).filter(([, source]) => 'fromFile' in source))
    filesOf.set(key, made)
    return made
  }

  const look = (name: string): void => {
    const record = registry.byName(name)
    const sources = record?.spec === undefined || record.deleting !== undefined ? {} : files(record)
    if (Object.keys(sources).length === 0) known.delete(name)
    else if (known.get(name)?.sources !== sources) known.set(name, { sources })
  }

  return {
    after: (pass) => async (name) => {
      const end = await pass(name)
      look(name)
      return end
    },
    check: async () => {
      await Promise.all(
        [...known].map(async ([name, entry]) => {
          const stamp = await drivers.secrets.stamp(entry.sources)
          // The first time as well: it may have changed since the pass that read it.
          if (known.get(name) !== entry || entry.stamp === stamp) return
          entry.stamp = stamp
          onChange(name)
        }),
      )
    },
  }
}
