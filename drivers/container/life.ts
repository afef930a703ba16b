import type { Connection } from '../docker/connection.ts'
import { DriverError } from '../errors.ts'
import type { MachineRequest } from '../ports.ts'
import type { Beside } from '../reading/beside.ts'
import { allowedBy, isSealed } from './agent.ts'
import { agentBody, DEFAULTS } from './body.ts'
import { isThere } from './copy.ts'
import { DISK_IMAGES } from './images.ts'
import { requireRequest, secretsIn } from './request.ts'
import { MOUNTED_SHELL, OWN_SHELL } from './scripts.ts'
import { shellKey } from './shells.ts'
import type { Shells } from './shells.ts'
import { sealRequest } from './start.ts'
import type { StartTools } from './start.ts'

/** How an agent's container begins and ends. */
export interface Tools extends StartTools {
  readonly connection: Connection
  readonly beside: Beside
  readonly path: string
  readonly shells: Shells
}

export const create = async (tools: Tools, request: MachineRequest, signal?: AbortSignal): Promise<void> => {
  const { agents, images, files, folders, seals, shells, connection } = tools
  const operation = `create container ${request.name}`
  const { name, labels, env, bundleIp, mount, guestFolder, source } = request
  const parts = requireRequest(request, operation)
  const taken = await agents.find(name, signal)
  if (taken !== undefined)
    throw new DriverError({ code: 'NameTaken', operation, detail: `container '${name}' exists already` })
  const secrets = await secretsIn(request.smolfile, operation)
  const image = await images.ensure(source, operation, signal)
  const made = {
    version: 1 as const,
    labels,
    env,
    secrets,
    bundleIp,
    parts,
    mounts: { mount, ...(guestFolder === undefined ? {} : { guestFolder }) },
    image: image.reference,
    user: image.user,
    command: request.command.length > 0 ? request.command : image.command,
    cpus: request.cpus ?? DEFAULTS.cpus,
    memoryMiB: request.memoryMiB ?? DEFAULTS.memoryMiB,
  }
  // Of one that was removed behind our back.
  const before = await files.read(name)
  // Its rules are loaded and tried by the start, which nothing gets past.
  const holder = await seals.place(sealRequest(name, made), signal)
  const makeWith = async (shell: readonly string[]): Promise<string> => {
    await folders.prepare(name, shell)
    await files.write(name, { ...made, shell })
    return agents.create(name, agentBody({ ...made, shell }, { holder, folder: folders.path(name) }), signal)
  }
  const key = shellKey(image.id, mount?.target)
  const known = shells.of(key)
  const id = await makeWith(known ?? OWN_SHELL)
  if (before !== undefined && before.image !== made.image) await images.forget(before.image, signal)
  if (known !== undefined) return
  const isOwn = await isThere(connection, { container: id, operation, path: OWN_SHELL[0] }, signal)
  shells.note(key, isOwn ? OWN_SHELL : MOUNTED_SHELL)
  if (isOwn) return
  await agents.remove(id, operation)
  await makeWith(MOUNTED_SHELL)
}

export const stop = async (
  { agents, files, folders, seals }: Tools,
  name: string,
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `stop container ${name}`
  const found = await agents.find(name, signal)
  const started = found?.State.Status === 'created' ? undefined : found
  if (started !== undefined) {
    const [kept, held] = await Promise.all([files.read(name), seals.read(name, signal)])
    // Its next start would load the rules anew, and nobody would hear that they had been others.
    if (kept !== undefined && held !== undefined && held.allowedCidrs.length > 0 && !isSealed(kept, held))
      await files.write(name, { ...kept, opened: allowedBy(kept, held) })
  }
  // The agent last: one that is stopped has no environment on this host and no holder that runs, whenever a stop was cut short.
  await folders.forgetEnv(name)
  await seals.stop(name, signal)
  if (started !== undefined) await agents.stop(started.Id, operation, signal)
}

/** Also what is left of one that is gone. */
export const remove = async (
  { agents, images, files, folders, seals }: Tools,
  name: string,
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `remove container ${name}`
  const kept = await files.read(name)
  const both = [await agents.find(name, signal), await agents.next(name, signal)]
  for (const each of both) if (each !== undefined) await agents.remove(each.Id, operation, signal)
  await seals.remove(name, signal)
  await folders.remove(name)
  const disks = both.flatMap((each) => (each === undefined ? [] : `${DISK_IMAGES}:${name}-${each.Id.slice(0, 12)}`))
  for (const image of new Set([...(kept === undefined ? [] : [kept.image]), ...disks]))
    await images.forget(image, signal)
  await files.remove(name)
}
