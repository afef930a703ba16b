import { isDeepStrictEqual } from 'node:util'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { fields } from '../../schemas/fields.ts'
import type { Field, UpdateClass } from '../../schemas/schema-node.ts'
import { valueAt } from '../../drivers/json.ts'

/** What an edit of a spec does. Pure; the update class of every field is the schema's `x-update`. */
export interface SpecChange {
  /** Without `spec.`: machine.image; of a map, each key: env.LOG_LEVEL. */
  readonly field: string
  /** undefined where it is left out and has no default. */
  readonly before: unknown
  readonly after: unknown
  /** What it does to the VM, and to the bundle. */
  readonly machine: UpdateClass
  readonly bundle: UpdateClass
}

/** Every field whose value differs, in the order of the schema. A default that is written out is no change. */
export const compareSpecs = (before: BottleSpec, after: BottleSpec): readonly SpecChange[] =>
  LEAVES.flatMap((leaf) => {
    const [old, now] = [valueOf(before, leaf), valueOf(after, leaf)]
    if (isDeepStrictEqual(old, now)) return []
    if (!leaf.field.type.startsWith('map[')) return [changeOf(leaf, leaf.name, old, now)]
    const [olds, nows] = [(old ?? {}) as Record<string, unknown>, (now ?? {}) as Record<string, unknown>]
    return [...new Set([...Object.keys(olds), ...Object.keys(nows)])]
      .toSorted()
      .filter((key) => !isDeepStrictEqual(own(olds, key), own(nows, key)))
      .map((key) => changeOf(leaf, `${leaf.name}.${key}`, own(olds, key), own(nows, key)))
  })

export interface RefusedChange {
  readonly reason: 'ImmutableField' | 'StorageShrink'
  /** Path of the field, with `spec.`. */
  readonly field: string
  readonly message: string
}

/** The changes that a bottle which exists can't take. */
export const refusedChanges = (before: BottleSpec, after: BottleSpec, name: string): readonly RefusedChange[] => {
  // Left out, the identity is the name: writing that out is no change.
  const named = (spec: BottleSpec): BottleSpec => ({ ...spec, identity: spec.identity ?? name })
  return compareSpecs(named(before), named(after)).flatMap((change): RefusedChange[] => {
    const field = `spec.${change.field}`
    const [old, now] = [told(change.before), told(change.after)]
    if (change.machine === 'immutable') {
      const message = `${field} is immutable and was ${old}: put it back, or delete bottle/${name} and make it anew`
      return [{ reason: 'ImmutableField', field, message }]
    }
    const shrinks =
      typeof change.before === 'number' && typeof change.after === 'number' && change.after < change.before
    if (GROW_ONLY.has(change.field) && shrinks) {
      const message = `${field} can only grow and was ${old}, not ${now}: put it back, or delete bottle/${name} and make it anew`
      return [{ reason: 'StorageShrink', field, message }]
    }
    return []
  })
}

interface Leaf {
  readonly name: string
  readonly segments: readonly string[]
  readonly field: Field
}

/** Fields with a class of their own: a list or a map as a whole, not what is in it. */
const LEAVES: readonly Leaf[] = fields
  .filter(
    ({ path, update }) =>
      update !== undefined && !fields.some((other) => other.update !== undefined && path.startsWith(`${other.path}.`)),
  )
  .map((field) => {
    const segments = field.path.split('.').slice(1)
    return { name: segments.join('.'), segments, field }
  })

const GROW_ONLY: ReadonlySet<string> = new Set(
  LEAVES.filter(({ field }) => field.growOnly === true).map(({ name }) => name),
)

const changeOf = ({ field }: Leaf, name: string, before: unknown, after: unknown): SpecChange => ({
  field: name,
  before,
  after,
  machine: field.update?.machine ?? 'live',
  bundle: field.update?.bundle ?? 'live',
})

const valueOf = (spec: BottleSpec, { segments, field }: Leaf): unknown => valueAt(spec, segments) ?? field.default

const own = (value: unknown, key: string): unknown => valueAt(value, [key])

const told = (value: unknown): string => (value === undefined ? 'left out' : JSON.stringify(value))
