import { isDeepStrictEqual } from 'node:util'
import { sha256Of } from '../../drivers/content-hash.ts'
import { isRecord } from '../../drivers/json.ts'
import type { ApiObject } from '../../drivers/kubernetes/objects.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import { fields } from '../../schemas/fields.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { parseFile } from '../document/parse.ts'
import type { ParsedDocument, ParsedFile } from '../document/parse.ts'
import { hostAccess } from './host-access.ts'

/**
 * An object of an API server as the store keeps documents. Pure.
 *
 * Guarantees: what the server accepted is judged again, by the same rules as a file; fields that equal their defaults are left
 *   out, so that a definition with a new default changes no hash; two namespaces never share an identity by default.
 */
export interface Declared {
  /** `NAMESPACE/NAME`: its name here, and its path. */
  readonly name: string
  /** Its revision. */
  readonly sha256: string
  readonly text: string
  readonly parsed: ParsedFile
}

const ROLLOUT = 'bottled.dev/rollout-at'
const RECONCILE = 'bottled.dev/reconcile-at'
export const CONFIRM = 'bottled.dev/confirm-delete'

export const nameOf = ({ metadata: { namespace, name } }: Pick<ApiObject, 'metadata'>): string => `${namespace}/${name}`

/** Changes when there is something to decide: not with a status, nor with a finalizer. */
export const revisionOf = ({ metadata: { uid, generation, annotations } }: ApiObject): string =>
  sha256Of(JSON.stringify([uid, generation, annotations[ROLLOUT], annotations[RECONCILE]]))

export const declaredOf = (object: ApiObject, prefixes: readonly string[]): Declared => {
  const { apiVersion, kind, metadata, status } = object
  const name = nameOf(object)
  const { [ROLLOUT]: rollout } = metadata.annotations
  const text = JSON.stringify({ apiVersion, kind, metadata: { name: metadata.name }, spec: specOf(object) })
  const file = parseFile({ path: `${name}.json`, text })
  const found = file.documents[0] ?? unreadable(file)
  const refusal = found.bottle === undefined ? undefined : hostAccess(found.bottle.spec, prefixes)
  const document: ParsedDocument = {
    ...found,
    name,
    status,
    ...(found.bottle === undefined ? {} : { bottle: renamed(found.bottle, name) }),
    object: {
      uid: metadata.uid,
      generation: metadata.generation,
      ...(typeof rollout === 'string' ? { rollout } : {}),
      ...(refusal === undefined ? {} : { refusal: { reason: 'HostAccessRefused', message: refusal } }),
    },
  }
  return {
    name,
    sha256: revisionOf(object),
    text,
    parsed: { documents: [document], foreign: 0, complaints: [] },
  }
}

/** What can't even be parsed is a document that is invalid, not a file that may hide others. */
const unreadable = ({ complaints }: ParsedFile): ParsedDocument => ({
  index: 0,
  name: undefined,
  bottle: undefined,
  status: undefined,
  complaints,
  line: 1,
})

/** The spec stays the very same object: where a field stands in the text is remembered by it. */
const renamed = (bottle: Bottle, name: string): Bottle => ({ ...bottle, metadata: { ...bottle.metadata, name } })

const specOf = ({ spec, metadata }: ApiObject): unknown => {
  if (!isRecord(spec)) return spec
  const { nodeName: _, ...rest } = withoutDefaults(spec) as Readonly<Record<string, unknown>>
  return { ...rest, identity: rest['identity'] ?? identityIn(metadata) }
}

const LONGEST = 48
const HASH_DIGITS = 8

/** `NAMESPACE-NAME`; with a hash where that is too long, or could be of another namespace as well. */
export const identityIn = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => {
  const plain = `${namespace}-${name}`
  if (!namespace.includes('-') && isIdentity(plain)) return plain
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST - HASH_DIGITS - 1)
    .replace(/^-|-$/g, '')
  return `${slug}-${sha256Of(`${namespace}/${name}`).slice(0, HASH_DIGITS)}`
}

const DEFAULTS = fields.flatMap(({ path, default: value }) =>
  value === undefined || !path.startsWith('spec.') ? [] : [{ segments: path.split('.').slice(1), value }],
)

const withoutDefaults = (spec: unknown): unknown =>
  DEFAULTS.reduce((value, { segments, value: standard }) => without(value, segments, standard), spec)

const without = (value: unknown, [key = '', ...rest]: readonly string[], standard: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each: unknown) => without(each, [key, ...rest], standard))
  if (!isRecord(value) || !Object.hasOwn(value, key)) return value
  const { [key]: inner, ...others } = value
  if (rest.length > 0) return { ...value, [key]: without(inner, rest, standard) }
  return isDeepStrictEqual(inner, standard) ? others : value
}
