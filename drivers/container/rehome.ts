import { createdAtOf, holderOf } from './agent.ts'
import type { InspectedAgent } from './agent.ts'
import type { Agents } from './agents.ts'
import { agentBody } from './body.ts'
import { DISK_IMAGES } from './images.ts'
import type { AgentImages } from './images.ts'
import type { Kept, KeptFiles } from './kept.ts'

/**
 * Makes a stopped container anew with its disk: with the network of another holder, or other mounts, which Docker can't change.
 *
 * Flow: commit it; create the other one under a name of its own; remove the first; give the other its name.
 * Guarantees: until the other one is there with the whole disk the first stays; after a death in between the first is the truth as
 *   long as it stands, and then the other one is.
 * Caveats: as slow as its disk is large (recorded: 8 s for 200 MiB); files that were deleted still take their place below.
 */
export interface Rehoming {
  readonly name: string
  readonly found: InspectedAgent
  readonly kept: Kept
  readonly holder: string
  /** Its own folder. */
  readonly folder: string
}

export interface RehomeTools {
  readonly agents: Agents
  readonly images: AgentImages
  readonly files: KeptFiles
}

const COMMIT_MS = 30 * 60_000

/** Returns its id. */
export const rehome = async (
  { agents, images, files }: RehomeTools,
  { name, found, kept, holder, folder }: Rehoming,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly kept: Kept }> => {
  const operation = `give container ${name} another network`
  const half = await agents.next(name, signal)
  if (half !== undefined && half.Id !== found.Id) await agents.remove(half.Id, operation, signal)
  // Another tag than the one it was made from: that one is removed afterwards.
  const tag = `${name}-${found.Id.slice(0, 12)}`
  const image = `${DISK_IMAGES}:${tag}`
  await images.forget(image, signal)
  const query = { container: found.Id, repo: DISK_IMAGES, tag, pause: false }
  await agents.post('/commit', { operation, query, body: {}, deadlineMs: COMMIT_MS }, signal)
  const id = await agents.create(`${name}.next`, agentBody(kept, { holder, folder, image }), signal)
  const createdAt = createdAtOf(found, kept)
  const both = { ...kept, image, first: { createdAt, ids: [found.Id, id] } }
  await files.write(name, both)
  await agents.remove(found.Id, operation, signal)
  await agents.post(`/containers/${id}/rename`, { operation, query: { name } }, signal)
  if (kept.image !== image) await images.forget(kept.image, signal)
  return { id, kept: both }
}

export const isElsewhere = ({ HostConfig }: InspectedAgent, holder: string): boolean =>
  holderOf(HostConfig?.NetworkMode) !== holder
