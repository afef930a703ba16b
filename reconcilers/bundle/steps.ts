import type { Container, ContainerRequest, Records } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { differencesOf } from './drift.ts'
import { requireMounts, requireSameMounts } from './mounts.ts'
import { holdPaths } from '../contract/hold-paths.ts'
import type { Situation, Step } from '../contract/reconciler.ts'

/** Steps on a bundle container. The record says in advance which of its ends we cause. */

export const pullImage = (image: string, isThere: boolean): Step => ({
  verb: 'pull',
  target: `image/${image}`,
  because: isThere ? 'pullPolicy is Always' : "Docker doesn't have it",
  slow: true,
  run: ({ images }, signal) => images.pull(image, () => {}, signal),
})

export const createBundle = (situation: Situation, planned: ContainerRequest, because: string): Step => ({
  verb: 'create',
  target: `bundle/${planned.name}`,
  because,
  run: async (drivers, signal) => {
    const { containers, records } = drivers
    const { identity, record } = situation
    const verdict = await holdPaths(situation, { part: 'bundle' }, signal)
    const request = { ...planned, mounts: verdict.spec.bundle.mounts }
    const { id } = await containers.create(request, signal)
    const made = await containers.find(request.name, signal)
    const differences = made?.id === id && made.facts !== undefined ? differencesOf(request, made.facts) : []
    const bundleGiven = differences.length === 0 ? undefined : { id, differences }
    if (bundleGiven !== undefined || record.bundleGiven !== undefined || record.bundleAnswered !== undefined)
      await records.update(identity, { bundleGiven, bundleAnswered: undefined })
    await containers.start(id, signal)
    await requireMounts(drivers, request, signal)
  },
})

/** From now on a closed port is an illness. */
export const noteAnswer = ({ identity }: Situation, { name, startedAt }: Container): Step => ({
  verb: 'note',
  target: `bundle/${name}`,
  because: 'it answers for the first time since its start',
  quiet: true,
  run: ({ records }) => records.update(identity, { bundleAnswered: startedAt }),
})

/**
 * A killed Engine may leave a container's task or folder in containerd, and then refuses every start of the container:
 * "task ID: already exists" and "id already in use" (recorded on 20.10), "mkdir …: file exists" (moby issue 50040).
 * A task that was created and not started keeps the container's address, also after the container is removed:
 * docs/decisions/020-haunted-network.md.
 */
const isWedged = (error: unknown): boolean =>
  isDriverError(error, 'StartFailed') && /\bexists\b|\bid already in use\b/.test(error.detail)

export const startBundle = (situation: Situation, container: Container, because: string, crashes = 0): Step => ({
  verb: 'start',
  target: `bundle/${container.name}`,
  because,
  run: async (drivers, signal) => {
    const { containers, records } = drivers
    const { identity, record } = situation
    const { id, name, state, finishedAt, facts, attachments } = container
    const { mounts } = (await holdPaths(situation, { part: 'bundle' }, signal)).spec.bundle
    requireSameMounts(name, facts?.mounts ?? [], mounts)
    if (state !== 'created') {
      // `finishedAt` of a running container is the previous run's.
      const at = state === 'exited' ? finishedAt : undefined
      // A retry after the same end is not another restart.
      const added = at !== undefined && at === record.bundleEnd?.at ? 0 : 1
      await records.update(identity, {
        bundleRestarts: (record.bundleRestarts ?? 0) + added,
        bundleAnswered: undefined,
        bundleEnd: at === undefined ? undefined : { at, crashes, generation: record.generation },
      })
    }
    try {
      await containers.start(id, signal)
    } catch (error) {
      if (isWedged(error)) await records.update(identity, { hauntedNetwork: attachments[0]?.networkId })
      throw error
    }
    await requireMounts(drivers, { name, mounts }, signal)
  },
})

export const stopBundle = (situation: Situation, { id, name }: Container, because: string): Step => ({
  verb: 'stop',
  target: `bundle/${name}`,
  because,
  run: async ({ containers, records }, signal) => {
    await forgetCrashes(situation, records)
    await containers.stop(id, signal)
    if (situation.goal !== 'up') await situation.taint.release(situation.identity, 'bundle')
  },
})

export const removeBundle = (situation: Situation, { id, name }: Container, because: string): Step => ({
  verb: 'remove',
  target: `bundle/${name}`,
  because,
  run: async ({ containers, records }, signal) => {
    await forgetCrashes(situation, records)
    await containers.remove(id, signal)
    if (situation.goal !== 'up') await situation.taint.release(situation.identity, 'bundle')
  },
})

/** An end that we cause is not a crash. */
const forgetCrashes = async ({ identity, record }: Situation, records: Records): Promise<void> => {
  if (record.bundleEnd !== undefined) await records.update(identity, { bundleEnd: undefined })
}
