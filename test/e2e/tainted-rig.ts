import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { REPO } from './controller-process.ts'
import { inspectContainer } from './engine.ts'
import type { Rig } from './rig.ts'
import { withRig } from './scenario.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { entry } from '../helpers/entry.ts'
import type { Attack, Attacks } from '../attacks/attack.ts'

/** What the attacks by tainted paths share: a rig each, on the real Engine. */
const missing = dockerMissing()
// The rigs remove their objects at exit.
process.once('SIGTERM', () => process.exit(143))

export const onEngine =
  (suite: Attacks) =>
  (row: Attack, body: (rig: Rig) => Promise<void>, why = missing): void => {
    if (why !== undefined) return suite.skip(row, why)
    suite(row, () => withRig(body), { deadlineMs: 180_000 })
  }

/** For attacks that mount something. */
export const notAsRoot = process.getuid?.() === 0 ? missing : 'only root may mount'

/** A folder that a bundle, which is nobody, can write. */
export const makeFolder = (...parts: readonly string[]): string => {
  const folder = join(...parts)
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o777)
  return folder
}
export const bundleOf = (rig: Rig, short: string): string => `bottle-${rig.slug(short)}-bundle`

/** What stands at the mount points of a running bundle, as the kernel says; none if it doesn't run. */
export const mountsIn = async (rig: Rig, short: string): Promise<string> => {
  const pid = (await inspectContainer(bundleOf(rig, short)))?.State.Pid ?? 0
  return pid === 0 ? '' : readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
}
export const reasonOf = (status: BottleStatus | undefined, type = 'Stalled'): string | undefined =>
  status?.conditions.find((condition) => condition.type === type)?.reason
export const messageOf = (status: BottleStatus | undefined): string =>
  status?.conditions.find(({ type }) => type === 'Stalled')?.message ?? ''
export const settled = (rig: Rig, short: string): Promise<BottleStatus> =>
  rig.until(`${short} is Ready or Stalled`, () => {
    const status = rig.status(short)
    return status?.phase === 'Ready' || status?.phase === 'Stalled' ? status : undefined
  })
export const stalled = (rig: Rig, short: string, like: RegExp): Promise<BottleStatus> =>
  rig.until(`${short} is tainted: ${String(like)}`, () => {
    const status = rig.status(short)
    return reasonOf(status) === 'Tainted' && like.test(messageOf(status)) ? status : undefined
  })
export const mounts = (...each: readonly string[]): readonly string[] => [
  'bundle:',
  '  mounts:',
  ...each.map((one) => `  - ${one}`),
]

/** As a person runs it. */
export const validate = (rig: Rig, ...args: readonly string[]): { readonly code: number; readonly text: string } => {
  const whole = [...entry('bottlectl'), 'validate', '-d', rig.root, ...args]
  try {
    return { code: 0, text: execFileSync(process.execPath, whole, { env: rig.env, cwd: REPO, encoding: 'utf8' }) }
  } catch (error) {
    const { status, stdout } = error as { readonly status: number; readonly stdout: string }
    return { code: status, text: stdout }
  }
}
