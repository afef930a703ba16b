import { createHash } from 'node:crypto'
import { canonicalize } from './canonical-json.ts'
import { isIdentity } from '../../schemas/identity.ts'

/** Names and labels of owned objects (API §1.2). A rule gives the name, a label the owner, so nothing need be remembered. */

const PREFIX = 'bottle-'
const BUNDLE_SUFFIX = '-bundle'
const SEAL_SUFFIX = '-seal'

export const networkName = (identity: string): string => `${PREFIX}${identity}`
export const bundleName = (identity: string): string => `${PREFIX}${identity}${BUNDLE_SUFFIX}`
export const machineName = (identity: string): string => `${PREFIX}${identity}`
/** Of the container that holds the seal of an agent's container. */
export const sealName = (identity: string): string => `${machineName(identity)}${SEAL_SUFFIX}`

/** The inverse of those above: undefined where no identity gives this name. */
export const identityOfObject = (kind: 'network' | 'bundle' | 'machine' | 'seal', name: string): string | undefined => {
  const { suffix, nameOf } = NAMED[kind]
  const identity = name.slice(PREFIX.length, suffix === '' ? undefined : -suffix.length)
  const named = nameOf(identity)
  return isIdentity(identity) && named === name ? identity : undefined
}

const NAMED = {
  network: { suffix: '', nameOf: networkName },
  machine: { suffix: '', nameOf: machineName },
  bundle: { suffix: BUNDLE_SUFFIX, nameOf: bundleName },
  seal: { suffix: SEAL_SUFFIX, nameOf: sealName },
} as const

/** For a name of unknown kind: `bottle-x-bundle` is the bundle of `x`, or the network and machine of `x-bundle`. */
export const identitiesOfObject = (name: string): readonly string[] =>
  (['network', 'bundle', 'seal'] as const).flatMap((kind) => identityOfObject(kind, name) ?? [])

export const OWNER = 'dev.bottled.owner'
export const UID = 'dev.bottled.uid'
export const NAME = 'dev.bottled.name'
export const HASH = 'dev.bottled.hash'
/** Of containers that are no bundle: an agent's, or that of its seal. */
export const ROLE = 'dev.bottled.role'
export const SEAL = 'seal'

export interface Ownership {
  readonly owner: string
  readonly uid: string
  readonly name: string
}

export const labelsOf = ({ owner, uid, name }: Ownership, hash: string): Readonly<Record<string, string>> => ({
  [OWNER]: owner,
  [UID]: uid,
  [NAME]: name,
  [HASH]: hash,
})

/** 16 hex digits of the SHA-256 of the canonical JSON of an object's own `recreate` fields. */
export const configHash = (fields: unknown): string =>
  createHash('sha256').update(canonicalize(fields)).digest('hex').slice(0, 16)

/** The owner of an object. `leftover`: it belongs to this root, but to an earlier bottle of the name. */
export const claim = (
  labels: Readonly<Record<string, string>>,
  { owner, uid }: Pick<Ownership, 'owner' | 'uid'>,
): 'ours' | 'leftover' | 'stranger' => {
  if (labels[OWNER] !== owner) return 'stranger'
  return labels[UID] === uid ? 'ours' : 'leftover'
}

/** The message of a `NameConflict`: the owner, and what to do. */
export const conflictMessage = (thing: string, labels: Readonly<Record<string, string>>): string => {
  const owner = labels[OWNER]
  return owner === undefined
    ? `${thing} exists without our labels and is never touched: rename or remove it, or set spec.identity`
    : `${thing} belongs to the root with owner id ${owner}; if that root is gone or was this one, run bottled with --adopt ${owner}`
}
