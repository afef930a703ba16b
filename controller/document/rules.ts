import { isRootUser } from '../../drivers/root-user.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { derivedEnv } from '../../reconcilers/machine/guest-env.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import type { FieldFault } from './fault.ts'

/**
 * Rules that the schema can't express: how fields go together. Pure.
 *
 * Assumptions: the CustomResourceDefinition has the same rules in CEL, beside the fields in bottle.schema.json; a test
 *   holds both to one verdict.
 */
export const ruleFaults = (bottle: Bottle): readonly FieldFault[] => {
  const { metadata, spec } = bottle
  const { workspace, env = {}, secrets = {}, bundle, machine = {} } = spec
  const faults: FieldFault[] = []
  const fault = (
    path: FieldFault['path'],
    message: string,
    rest: { at?: FieldFault['at']; suggestion?: string | undefined } = {},
  ): void => {
    faults.push({ code: 'Rule', path, at: rest.at ?? 'key', message, suggestion: rest.suggestion })
  }

  if (spec.identity === undefined && !isIdentity(metadata.name)) {
    fault(
      ['metadata', 'name'],
      `metadata.name ${metadata.name} is not a valid identity (at most 48 characters, no "--"): set spec.identity`,
      {
        at: 'value',
      },
    )
  }
  if (workspace?.path !== undefined && workspace.mode === undefined) {
    fault(['spec', 'workspace', 'path'], 'spec.workspace.mode is needed with path: copy or mount')
  }
  for (const key of Object.keys(secrets)) {
    if (Object.hasOwn(env, key))
      fault(['spec', 'secrets', key], `spec.secrets.${key} is in spec.env too: keep one of them`)
    if (DERIVED.has(key))
      fault(['spec', 'secrets', key], `spec.secrets.${key} is derived by bottled: it can't be a secret`)
  }
  if (machine.artifact !== undefined && Object.keys(secrets).length > 0) {
    fault(
      ['spec', 'secrets'],
      'spec.secrets does not reach a machine made from spec.machine.artifact: use spec.machine.image',
    )
  }
  if (machine.artifact !== undefined && machine.image !== undefined) {
    fault(['spec', 'machine', 'image'], 'spec.machine.image and spec.machine.artifact exclude each other')
  }
  if ((machine.command ?? []).length > 0 && machine.artifact === undefined && machine.image === undefined) {
    fault(
      ['spec', 'machine', 'command'],
      'spec.machine.command needs image or artifact: on the bare guest it would block the start',
    )
  }
  const targets = new Set<string>()
  for (const [index, { target }] of (bundle?.mounts ?? []).entries()) {
    if (targets.has(target))
      fault(['spec', 'bundle', 'mounts', index, 'target'], `spec.bundle.mounts has two mounts on ${target}`, {
        at: 'value',
      })
    targets.add(target)
  }
  return faults
}

const DERIVED: ReadonlySet<string> = new Set(Object.keys(derivedEnv({ bundleIp: '', git: true, supervise: true })))

/** Specs that are allowed and probably not meant: reported as events, not refused. */
export const warningsOf = ({ spec }: Bottle): readonly { readonly reason: string; readonly message: string }[] => {
  const user = spec.bundle?.user
  const derived = derivedEnv({ bundleIp: '', git: spec.git ?? false, supervise: spec.supervise ?? false })
  const lost = Object.keys(spec.env ?? {}).filter((key) => Object.hasOwn(derived, key))
  return [
    ...lost.map((key) => ({
      reason: 'EnvOverridden',
      message: `spec.env.${key} is derived by bottled: the value in the file has no effect`,
    })),
    ...(user !== undefined && isRootUser(user)
      ? [{ reason: 'BundleRunsAsRoot', message: `spec.bundle.user ${user} runs the bundle as root` }]
      : []),
  ]
}
