import { readFile } from 'node:fs/promises'
import { errnoOf } from '../errno.ts'
import { cancelled, DriverError } from '../errors.ts'
import { hasMounts, isSealed } from './agent.ts'
import type { InspectedAgent } from './agent.ts'
import type { Kept } from './kept.ts'
import type { OwnFolders } from './own-folder.ts'
import { isElsewhere, rehome } from './rehome.ts'
import type { RehomeTools } from './rehome.ts'
import type { ContainerSeals, HeldSeal, SealRequest } from './seals.ts'

/**
 * Starts an agent's container behind its seal.
 *
 * Flow: hold the seal; where its holder isn't the one whose network the container has, make the container anew with its disk; write
 *   its environment; start it; read the seal once more.
 * Guarantees: never started without a seal that was just listed and tried, nor with another than asked; one whose seal isn't there
 *   right after the start is stopped. A failed or interrupted start leaves nothing running.
 */
export interface StartTools extends RehomeTools {
  readonly seals: ContainerSeals
  readonly folders: OwnFolders
}

interface Starting {
  readonly name: string
  readonly found: InspectedAgent
  readonly kept: Kept
}

export const startAgent = async (
  tools: StartTools,
  { name, found, kept }: Starting,
  signal?: AbortSignal,
): Promise<void> => {
  const { agents, seals, folders } = tools
  const operation = `start container ${name}`
  if (found.State.Status === 'running') {
    const held = await seals.read(name, signal)
    if (held !== undefined && isSealed(kept, held) && !isElsewhere(found, held.holder)) return
  }
  // A death left it under the name that it was made with.
  if (found.Name !== `/${name}`)
    await agents.post(`/containers/${found.Id}/rename`, { operation, query: { name } }, signal)
  // Also one that is paused: it has a network of its own making by now.
  if (found.State.Status !== 'created' && found.State.Status !== 'exited')
    await agents.stop(found.Id, operation, signal)
  const held = await seals.hold(sealRequest(name, kept), signal)
  requireSealed(kept, held, operation)
  await folders.prepare(name, kept.shell)
  await folders.writeEnv(name, { ...kept.env, ...(await valuesOf(kept, operation)) })
  const isStale = isElsewhere(found, held.holder) || !hasMounts(found, kept)
  const { id } = isStale
    ? await rehome(tools, { name, found, kept, holder: held.holder, folder: folders.path(name) }, signal)
    : { id: found.Id }
  try {
    await agents.start(id, operation, signal)
    const after = await seals.read(name, signal)
    if (after === undefined || after.holder !== held.holder) throw lost(operation)
    requireSealed(kept, after, operation)
    if (signal?.aborted === true) throw cancelled(operation)
  } catch (error) {
    await agents.stop(id, operation)
    throw error
  }
}

export const sealRequest = (
  name: string,
  { labels, parts, bundleIp }: Pick<Kept, 'labels' | 'parts' | 'bundleIp'>,
): SealRequest => ({
  machine: name,
  labels,
  networkId: parts.networkId,
  ip: parts.ip,
  bundleIp,
  ports: parts.ports,
  image: parts.image,
})

const requireSealed = (kept: Kept, held: HeldSeal, operation: string): void => {
  if (isSealed(kept, held)) return
  throw new DriverError({
    code: 'StartFailed',
    operation,
    detail: `its seal lets out [${held.allowedCidrs.join(', ')}] on the ports [${held.ports.join(', ')}], and not [${kept.bundleIp}/32] on [${kept.parts.ports.join(', ')}] alone`,
  })
}

const lost = (operation: string): DriverError =>
  new DriverError({ code: 'StartFailed', operation, detail: 'the container that holds its seal ended meanwhile' })

/** Values live in memory here, and in the folder that only our user and the container read. */
const valuesOf = async ({ secrets }: Kept, operation: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(secrets).map(async ([key, path]) => {
        const value = await readFile(path, 'utf8').catch((error: unknown) => {
          const detail = `the file of the secret ${key} can't be read: ${errnoOf(error)}`
          throw new DriverError({ code: 'SecretUnavailable', operation, detail })
        })
        if (value.includes('\0'))
          throw new DriverError({ code: 'SecretUnavailable', operation, detail: `the secret ${key} holds a NUL` })
        return [key, value] as const
      }),
    ),
  )
