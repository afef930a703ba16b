import type { BottleSpec, SecretReference } from '../../schemas/bottle.ts'

/** Who gets the value of a secret: the guest, or its bundle alone (API §1.6). */
type Delivery = 'guest' | 'proxy'

/** Where the value comes from. */
type SecretSource = { readonly fromEnv: string } | { readonly fromFile: string }
export type DeliveredSecret = SecretSource & { readonly deliver: Delivery }

/** By name of each secret of a spec as written: `proxy` where a credential names it and nothing else is said. Pure. */
export const deliveries = (
  spec: Pick<BottleSpec, 'secrets' | 'egress' | 'git'>,
): Readonly<Record<string, Delivery>> => {
  const named = new Set(namedSecrets(spec))
  return Object.fromEntries(
    Object.entries<SecretReference>(spec.secrets ?? {}).map(([name, { deliver }]) => [
      name,
      deliver ?? (named.has(name) ? 'proxy' : 'guest'),
    ]),
  )
}

/** Those that a credential of `egress` or `git` names, which may not be there. */
export const namedSecrets = ({ egress, git }: Pick<BottleSpec, 'egress' | 'git'>): readonly string[] =>
  [...(egress?.allow ?? []), ...(typeof git === 'object' ? git.repositories : [])].flatMap(
    ({ credential }) => credential?.secret ?? [],
  )

interface Spec {
  readonly secrets: Readonly<Record<string, DeliveredSecret>>
}
type Sources = Readonly<Record<string, SecretSource>>

/** Those whose values reach the guest: files beside the VM, references in its Smolfile. */
export const guestSecrets = (spec: Spec): Sources => deliveredTo(spec, 'guest')

/** Those whose values reach the bundle only, by its control command; the guest has placeholders of these names. */
export const proxySecrets = (spec: Spec): Sources => deliveredTo(spec, 'proxy')

const deliveredTo = ({ secrets }: Spec, to: Delivery): Sources =>
  Object.fromEntries(
    Object.entries(secrets)
      .filter(([, { deliver }]) => deliver === to)
      .map(([name, secret]) => [
        name,
        'fromFile' in secret ? { fromFile: secret.fromFile } : { fromEnv: secret.fromEnv },
      ]),
  )
