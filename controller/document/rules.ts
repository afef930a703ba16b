import { compileRepositories } from '../../egress/git/compile.ts'
import { policyFaults } from '../../egress/faults.ts'
import { GUEST_FOLDER } from '../../drivers/guest-folder.ts'
import { isRootUser } from '../../drivers/root-user.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { deliveries, namedSecrets } from '../../reconcilers/derive/deliveries.ts'
import { repositoriesOf } from '../../reconcilers/derive/resolve.ts'
import { unfitFor } from '../../reconcilers/derive/runtime.ts'
import { derivedEnv, guestEnv } from '../../reconcilers/machine/guest-env.ts'
import type { Bottle, BottleSpec } from '../../schemas/bottle.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { FieldFault } from './fault.ts'
import { nearest } from './nearest.ts'
import { formatPath } from './path.ts'

/**
 * Rules that the schema can't express: how fields go together. Pure.
 *
 * Assumptions: the CustomResourceDefinition has the same rules, in CEL or as `x-crd`, beside the fields in bottle.schema.json and
 *   egress.schema.json; a test holds both to one verdict.
 * Caveats: which names beyond ASCII exist, and which `xn--` stand for one, and whether a credential of `git` names a secret,
 *   only we know: a cluster lets them pass.
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
  const derived = {
    ...derivedEnv({ bundleIp: '', git: true, supervise: true, egress: spec.egress !== undefined }),
    GIT_CONFIG_COUNT: '',
  }
  for (const key of Object.keys(secrets)) {
    if (Object.hasOwn(env, key))
      fault(['spec', 'secrets', key], `spec.secrets.${key} is in spec.env too: keep one of them`)
    if (Object.hasOwn(derived, key))
      fault(['spec', 'secrets', key], `spec.secrets.${key} is derived by bottled: it can't be a secret`)
  }
  // As a cluster sees it: there, what git names can't be looked at.
  if (machine.artifact !== undefined && Object.values(deliveries({ ...spec, git: false })).includes('guest')) {
    fault(
      ['spec', 'secrets'],
      'spec.secrets does not reach a machine made from spec.machine.artifact: use spec.machine.image, or write deliver: proxy where only the bundle needs it',
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
  const unfit = unfitFor({ ...machine, storageGiB: machine.storage }, machine.runtime ?? 'microvm')
  if (unfit !== undefined) fault(['spec', 'machine', unfit.field], unfit.message)
  if (spec.egress !== undefined && HIDES_TRUST.test(workspace?.guestPath ?? '/workspace')) {
    fault(
      ['spec', 'workspace', 'guestPath'],
      `spec.workspace.guestPath is where a guest finds what it trusts with spec.egress: choose a folder beside ${GUEST_FOLDER}`,
      { at: 'value' },
    )
  }
  faults.push(...egressFaults(spec), ...gitFaults(spec))
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

/** It is the guest's folder (drivers/guest-folder.ts), above it or in it. */
const HIDES_TRUST = /^(\/\.?)*(\/etc(\/\.?)*(\/bottled(\/.*)?)?)?$/

const PRESETS: ReadonlySet<string> = new Set(presets.map(({ name }) => name))

const gitFaults = ({ secrets = {}, git }: BottleSpec): readonly FieldFault[] => {
  if (typeof git !== 'object') return []
  const compiled = compileRepositories(git.repositories)
  const list = ['spec', 'git', 'repositories']
  return [
    ...(compiled.ok ? [] : compiled.faults).map(({ path, message }): FieldFault => {
      const whole = [...list, ...path]
      return { code: 'Rule', path: whole, at: 'value', message: `${formatPath(whole)}: ${message}` }
    }),
    ...git.repositories.flatMap(({ credential }, index) =>
      credential === undefined
        ? []
        : secretFaults(secrets, [...list, index, 'credential', 'secret'], credential.secret),
    ),
  ]
}

/** What a credential names must be there, and never in the guest. */
const secretFaults = (
  secrets: NonNullable<BottleSpec['secrets']>,
  path: FieldFault['path'],
  secret: string,
): readonly FieldFault[] => {
  const fault = (message: string, suggestion?: string): readonly FieldFault[] => [
    { code: 'Rule', path, at: 'value', message: `${formatPath(path)} ${message}`, suggestion },
  ]
  if (!Object.hasOwn(secrets, secret))
    return fault(`${secret} is not in spec.secrets`, nearest(secret, Object.keys(secrets)))
  return secrets[secret]?.deliver === 'guest'
    ? fault(`${secret} is delivered to the guest: leave spec.secrets.${secret}.deliver out, or write proxy`)
    : []
}

const egressFaults = (spec: BottleSpec): readonly FieldFault[] => {
  const { secrets = {}, egress } = spec
  if (egress === undefined) return []
  const policy = policyFaults(egress, PRESETS).map(({ path, at, message }): FieldFault => {
    const [list, index] = path
    const name = list === 'presets' && typeof index === 'number' ? egress.presets?.[index] : undefined
    const suggestion = name === undefined ? undefined : nearest(name, PRESETS)
    const whole = ['spec', 'egress', ...path]
    return { code: 'Rule', path: whole, at, message: `${formatPath(whole)}: ${message}`, suggestion }
  })
  const credentials = (egress.allow ?? []).flatMap(({ credential }, index) =>
    credential === undefined
      ? []
      : secretFaults(secrets, ['spec', 'egress', 'allow', index, 'credential', 'secret'], credential.secret),
  )
  return [...policy, ...credentials]
}

/** Specs that are allowed and probably not meant: reported as events, not refused. */
export const warningsOf = ({ spec }: Bottle): readonly { readonly reason: string; readonly message: string }[] => {
  const user = spec.bundle?.user
  const derived = derivedEnv({
    bundleIp: '',
    git: spec.git !== undefined && spec.git !== false,
    supervise: spec.supervise ?? false,
    egress: spec.egress !== undefined,
  })
  const named = new Set(namedSecrets(spec))
  const unused = Object.entries(deliveries(spec)).filter(([name, to]) => to === 'proxy' && !named.has(name))
  const guest = guestEnv({
    env: spec.env ?? {},
    bundleIp: '',
    git: true,
    supervise: false,
    repositories: repositoriesOf(spec),
  })
  const lost = Object.entries(spec.env ?? {}).flatMap(([key, value]) =>
    Object.hasOwn(derived, key) ||
    (key.startsWith('GIT_CONFIG_') &&
      guest[key] !== value &&
      (key !== 'GIT_CONFIG_COUNT' || !/^[0-9]{1,4}$/.test(value)))
      ? [key]
      : [],
  )
  return [
    ...lost.map((key) => ({
      reason: 'EnvOverridden',
      message: `spec.env.${key} is derived by bottled: the value in the file has no effect`,
    })),
    ...unused.map(([name]) => ({
      reason: 'SecretUnused',
      message: `spec.secrets.${name} is delivered to the proxy, and no credential of spec.egress or spec.git names it: nobody gets it`,
    })),
    ...(spec.supervise === true ? [] : repositoriesOf(spec))
      .filter(({ review }) => review)
      .map(({ name }) => ({
        reason: 'ReviewUnasked',
        message: `${name} of spec.git.repositories has review: true, and without spec.supervise: true nobody can be asked: each push to it is refused`,
      })),
    ...(user !== undefined && isRootUser(user)
      ? [{ reason: 'BundleRunsAsRoot', message: `spec.bundle.user ${user} runs the bundle as root` }]
      : []),
  ]
}
