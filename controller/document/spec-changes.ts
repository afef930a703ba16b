import { isDeepStrictEqual } from 'node:util'
import { valueAt } from '../../drivers/json.ts'
import { deliveries } from '../../reconcilers/derive/deliveries.ts'
import { repositoriesOf } from '../../reconcilers/derive/resolve.ts'
import { gateSettings } from '../../reconcilers/machine/gate-config.ts'
import type { BottleSpec, SecretReference } from '../../schemas/bottle.ts'
import { fields } from '../../schemas/fields.ts'
import type { Field, UpdateClass } from '../../schemas/schema-node.ts'

/**
 * One field that an edit changes, and what that does. Pure; update classes are the schema's `x-update`, but a secret that reaches
 * the bundle alone is `live`. What comes or goes as a whole restarts the VM by its environment: a placeholder, what it trusts.
 */
export interface SpecChange {
  /** Without `spec.`: machine.image. Keys of a map are fields: env.LOG_LEVEL. */
  readonly field: string
  /** undefined if it is left out and has no default. */
  readonly before: unknown
  readonly after: unknown
  /** What the VM, and the bundle, go through. */
  readonly machine: UpdateClass
  readonly bundle: UpdateClass
}

/** Fields whose values differ, in the order of the schema. Writing out a default changes nothing. */
export const compareSpecs = (before: BottleSpec, after: BottleSpec): readonly SpecChange[] =>
  LEAVES.flatMap((leaf) => {
    const [old, now] = [valueOf(before, leaf), valueOf(after, leaf)]
    if (leaf.name === 'secrets') return secretChanges(before, after, leaf)
    if (isDeepStrictEqual(old, now)) return []
    if (leaf.name === 'egress') return [{ ...changeOf(leaf, leaf.name, old, now), machine: machineOf(old, now) }]
    if (leaf.name === 'git') return [gitChange(before, after, leaf)]
    if (!leaf.field.type.startsWith('map[')) return [changeOf(leaf, leaf.name, old, now)]
    const [olds, nows] = [(old ?? {}) as Record<string, unknown>, (now ?? {}) as Record<string, unknown>]
    return [...new Set([...Object.keys(olds), ...Object.keys(nows)])]
      .toSorted()
      .map((key) => changeOf(leaf, `${leaf.name}.${key}`, valueAt(olds, [key]), valueAt(nows, [key])))
      .filter((change) => !isDeepStrictEqual(change.before, change.after))
  })

/** Opening and closing the gate is the bundle's; which URLs it stands in for is in the VM's environment; the rest counts at once. */
const gitChange = (before: BottleSpec, after: BottleSpec, leaf: Leaf): SpecChange => {
  const change = changeOf(leaf, leaf.name, valueOf(before, leaf), valueOf(after, leaf))
  const isOpen = ({ git }: BottleSpec): boolean => git !== undefined && git !== false
  if (isOpen(before) !== isOpen(after)) return change
  const [old, now] = [before, after].map((spec) => gateSettings(repositoriesOf(spec), ''))
  return { ...change, machine: isDeepStrictEqual(old, now) ? 'live' : 'restart', bundle: 'live' }
}

/** A credential of `egress` or `git` may change who gets a secret: then it changes though its own lines don't. */
const secretChanges = (before: BottleSpec, after: BottleSpec, leaf: Leaf): readonly SpecChange[] => {
  const [olds, nows] = [before, after].map(({ secrets = {} }) => secrets)
  const [oldTo, nowTo] = [before, after].map(deliveries)
  return [...new Set([...Object.keys(olds ?? {}), ...Object.keys(nows ?? {})])].toSorted().flatMap((key) => {
    const [old, now] = [olds?.[key], nows?.[key]]
    const [from, to] = [oldTo?.[key] ?? nowTo?.[key], nowTo?.[key] ?? oldTo?.[key]]
    const written = (value: typeof old, deliver: typeof from): unknown =>
      value === undefined || from === to ? withoutDelivery(value) : { ...value, deliver }
    const change = changeOf(leaf, `${leaf.name}.${key}`, written(old, from), written(now, to))
    if (isDeepStrictEqual(change.before, change.after)) return []
    return [from === 'proxy' && to === 'proxy' ? { ...change, machine: machineOf(old, now) } : change]
  })
}

const machineOf = (old: unknown, now: unknown): UpdateClass =>
  (old === undefined) === (now === undefined) ? 'live' : 'restart'

const withoutDelivery = (secret: SecretReference | undefined): unknown => {
  if (secret === undefined) return undefined
  const { deliver: _, ...source } = secret
  return source
}

export interface RefusedChange {
  readonly reason: 'ImmutableField' | 'StorageShrink'
  /** Path of the field, with `spec.`. */
  readonly field: string
  readonly message: string
}

/** Changes that an existing bottle can't take. */
export const refusedChanges = (before: BottleSpec, after: BottleSpec, name: string): readonly RefusedChange[] => {
  // The identity defaults to the name, so writing that out changes nothing.
  const named = (spec: BottleSpec): BottleSpec => ({ ...spec, identity: spec.identity ?? name })
  return compareSpecs(named(before), named(after)).flatMap((change): RefusedChange[] => {
    const field = `spec.${change.field}`
    const [old, now] = [shown(change.before), shown(change.after)]
    if (change.machine === 'immutable') {
      const message = `${field} is immutable and was ${old}: put it back, or delete bottle/${name} and create it again`
      return [{ reason: 'ImmutableField', field, message }]
    }
    const shrinks =
      typeof change.before === 'number' && typeof change.after === 'number' && change.after < change.before
    if (GROW_ONLY.has(change.field) && shrinks) {
      const message = `${field} can only grow and was ${old}, not ${now}: put it back, or delete bottle/${name} and create it again`
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

/** Fields with a class of their own; lists and maps count as a whole. */
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

const shown = (value: unknown): string => (value === undefined ? 'left out' : JSON.stringify(value))
