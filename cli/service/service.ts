import { rm } from 'node:fs/promises'
import { CliError } from '../print/cli-error.ts'
import { changeOf } from './change.ts'
import { definition, refuseForeign, WHOSE, writeDefinition } from './definition.ts'
import { checkName, makePlan } from './make-plan.ts'
import type { ServiceWish } from './make-plan.ts'
import { whoseIs } from './mark.ts'
import { call, teller } from './tell.ts'
import type { ServiceIo } from './tell.ts'
import { supervisorOf, systemdVersion } from './supervisor.ts'
import type { Supervisor } from './supervisor.ts'

/**
 * `bottled service`: a definition for systemd or launchd, put in place, removed, asked.
 *
 * Flow: install: plan → text → the change is shown → written → the supervisor is told.
 * Guarantees: the change is shown before it is made; a definition that a person wrote or edited, or that is another root's, is
 *   never replaced or removed; installing twice changes nothing. Where the supervisor doesn't run, nothing is written.
 */

const open = async ({ setting, platform, supervisor }: ServiceIo): Promise<Supervisor> =>
  supervisor ?? supervisorOf({ ...setting, platform }, platform === 'linux' ? await systemdVersion(setting.env) : 0)

export const printService = async (wish: ServiceWish, io: ServiceIo): Promise<number> => {
  const supervisor = await open(io)
  io.say(supervisor.textOf(await makePlan(wish, io.setting)).trimEnd())
  return 0
}

export const installService = async (
  wish: ServiceWish & { readonly dryRun: boolean },
  io: ServiceIo,
): Promise<number> => {
  const supervisor = await open(io)
  const plan = await makePlan(wish, io.setting)
  const file = supervisor.fileOf(plan.name)
  const text = supervisor.textOf(plan)
  const { own, text: before } = await definition(file)
  if (before !== undefined) {
    refuseForeign(file, before)
    const whose = whoseIs(before)
    if (whose.kind === 'ours' && whose.root !== plan.root)
      throw new CliError(
        `${file} is the service of another root, ${whose.root}`,
        `bottled service install ${wish.root} --name ANOTHER`,
        'Conflict',
      )
  }
  const change = changeOf(before, text)
  io.say(change.length === 0 ? `${file} is as it should be` : `${file}:`)
  for (const line of change) io.say(line)
  const missing = await supervisor.missing()
  if (wish.dryRun) {
    io.say(`nothing was written${missing === undefined ? '' : `; ${missing}`}`)
    return 0
  }
  if (missing !== undefined)
    throw new CliError(`${missing}: nothing was written`, `bottled run ${plan.root} runs until it is ended`)
  const tell = teller(io)
  if (change.length === 0 && (await isActive(supervisor, plan.name, io))) return 0
  if (change.length > 0) {
    if (before !== undefined && supervisor.kind === 'launchd') await tell(supervisor.ending(plan.name))
    await writeDefinition(file, text, own)
  }
  await tell(supervisor.starting(plan.name))
  io.say(`${plan.name} is installed and started; its log: ${supervisor.logOf(plan.name)}`)
  if (supervisor.kind === 'systemd' && plan.scope === 'user')
    io.say('for a start at boot, before you log in, and a life after you log out: loginctl enable-linger')
  return 0
}

export const uninstallService = async (
  { name, dryRun }: { readonly name: string; readonly dryRun: boolean },
  io: ServiceIo,
): Promise<number> => {
  checkName(name)
  const supervisor = await open(io)
  const file = supervisor.fileOf(name)
  const { text: before } = await definition(file)
  if (before === undefined) {
    io.say(`there is no ${file}`)
    return 0
  }
  refuseForeign(file, before)
  io.say(`${file} is removed${dryRun ? ' (not now: --dry-run)' : ''}; bottles run on, without a controller`)
  if (dryRun) return 0
  const tell = teller(io)
  const isHere = (await supervisor.missing()) === undefined
  if (isHere) await tell(supervisor.ending(name))
  await rm(file)
  if (isHere) await tell(supervisor.afterwards)
  return 0
}

/** 0 if it is active, 3 if not. */
export const serviceStatus = async (name: string, io: ServiceIo): Promise<number> => {
  checkName(name)
  const supervisor = await open(io)
  const file = supervisor.fileOf(name)
  const { text } = await definition(file)
  if (text === undefined) {
    io.say(`not installed: there is no ${file}`)
    io.say('→ bottled service install ROOT')
    return 3
  }
  const whose = whoseIs(text)
  io.say(`${file}: ${whose.kind === 'ours' ? `for ${whose.root}` : WHOSE[whose.kind]}`)
  const missing = await supervisor.missing()
  if (missing !== undefined) {
    io.say(`${missing}: it is not started`)
    return 3
  }
  const { stdout, active } = await ask(supervisor, name, io)
  for (const line of stdout.trim().split('\n')) io.say(line)
  io.say(`its log: ${supervisor.logOf(name)}`)
  return active ? 0 : 3
}

const ask = async (supervisor: Supervisor, name: string, io: ServiceIo) => {
  const { stdout, exitCode } = await call(io, supervisor.asking(name))
  return { stdout, active: exitCode === 0 && /^(ActiveState=active|\s*state = running)$/m.test(stdout) }
}

const isActive = async (supervisor: Supervisor, name: string, io: ServiceIo): Promise<boolean> =>
  (await ask(supervisor, name, io)).active
