import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Connection } from './connection.ts'
import { pullFailure, toDriverError } from './errors.ts'
import type { Images } from '../ports.ts'
import { cancelled, DriverError } from '../errors.ts'
import { imagePath, splitReference } from './image-reference.ts'
import { jsonLines } from './json-lines.ts'
import type { PullLine } from './pull-progress.ts'
import { createPullProgress, errorOf } from './pull-progress.ts'
import { createSingleFlight } from '../calls/single-flight.ts'
import type { Stall } from '../calls/deadline.ts'
import { withDeadline, withStall } from '../calls/deadline.ts'
import { shellWord } from '../shell-word.ts'

/**
 * Flow: one pull per reference at a time, shared by all who ask; its end is confirmed by inspecting the image.
 * Guarantees: an image is had if it is for this host's platform; a pull or save without a byte for `stallMs`, and a pull that
 *   isn't complete after `pullMs`, is `Timeout`; an error after the 200 is an error.
 * Assumptions: the registry's credentials are none: the Engine alone knows no `docker login`.
 * Caveats: a save has no limit on the whole: it is as fast as this host's disk.
 */
export interface DockerImages extends Images {
  /** `docker save`: the file is complete when this returns, and absent when it throws. */
  save(reference: string, toPath: string, signal?: AbortSignal): Promise<void>
  /** The image's id, the same on every engine that holds it; undefined if this one doesn't. */
  id(reference: string, signal?: AbortSignal): Promise<string | undefined>
  /** USER of an image. Throws `ImageNotFound`. */
  readonly user: (reference: string, signal?: AbortSignal) => Promise<string>
}

const STALL_MS = 60_000
/** A registry that sends a byte now and then is never silent. */
const PULL_MS = 60 * 60_000

/** API versions that take `platform`: an engine may hold an image for other platforms only, which is none for us. */
const INSPECT_BY_PLATFORM = '1.49'
const SAVE_BY_PLATFORM = '1.48'

interface InspectedImage {
  readonly Id: string
  readonly Config?: {
    readonly User?: string
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
  } | null
}

/** Undefined: the Engine has none for this host's platform. */
export const inspectImage = async (
  connection: Connection,
  reference: string,
  signal?: AbortSignal,
): Promise<InspectedImage | undefined> => {
  const operation = `look for image ${reference}`
  const path = imagePath(reference, 'json')
  const asked = { operation, doing: 'read', method: 'GET', path, accept: [404] } as const
  if (signal?.aborted === true) throw cancelled(operation)
  const query = await connection.platform(INSPECT_BY_PLATFORM)
  const { status, body } = await connection.request({ ...asked, query }, signal)
  return status === 404 ? undefined : (JSON.parse(body.toString()) as InspectedImage)
}

export const createDockerImages = (
  connection: Connection,
  { stallMs = STALL_MS, pullMs = PULL_MS }: { readonly stallMs?: number; readonly pullMs?: number } = {},
): DockerImages => {
  const inspect = (reference: string, signal?: AbortSignal): Promise<InspectedImage | undefined> =>
    inspectImage(connection, reference, signal)

  const pullOnce = (reference: string, progress: (line: string) => void, signal: AbortSignal): Promise<void> => {
    const operation = `pull image ${reference}`
    const late = {
      detail: `not complete after ${pullMs / 60_000} min, although the registry still sends`,
      hint: `docker pull ${shellWord(reference)} has no limit: it may take as long as it needs, and the bottle starts then`,
    }
    const pullAll = async (stall: Stall): Promise<void> => {
      const { repository, tag } = splitReference(reference)
      const query = { fromImage: repository, tag }
      const stream = await connection.open(
        { operation, doing: 'pull', method: 'POST', path: '/images/create', query, deadlineMs: stallMs },
        stall.signal,
      )
      const counted = createPullProgress()
      for await (const line of jsonLines<PullLine>(stream, stall.alive)) {
        const failure = errorOf(line)
        if (failure !== undefined) throw pullFailure(operation, failure)
        const text = counted.next(line)
        if (text !== undefined) progress(text)
      }
      if ((await inspect(reference, stall.signal)) === undefined) {
        throw new DriverError({
          code: 'ImageNotFound',
          operation,
          detail: 'the pull ended, but the image is missing',
        })
      }
    }
    return withDeadline({ operation, deadlineMs: pullMs, signal, late }, (whole) =>
      withStall({ operation, stallMs, signal: whole }, pullAll),
    ).catch((error: unknown) => {
      throw toDriverError({ operation, doing: 'pull', error })
    })
  }

  const pulls = createSingleFlight(pullOnce)

  const saveTo = (operation: string, stall: Stall, toPath: string, path: string): Promise<void> =>
    connection
      .platform(SAVE_BY_PLATFORM)
      .then((query) =>
        connection.open({ operation, doing: 'read', method: 'GET', path, query, deadlineMs: stallMs }, stall.signal),
      )
      .then((stream) => {
        stream.on('data', stall.alive)
        return pipeline(stream, createWriteStream(toPath, { mode: 0o600, flush: true }), { signal: stall.signal })
      })

  const save = async (reference: string, toPath: string, signal?: AbortSignal): Promise<void> => {
    const operation = `save image ${reference}`
    const path = imagePath(reference, 'get')
    // The Engine answers 200 before it looks: ask first.
    if ((await inspect(reference, signal)) === undefined) {
      throw new DriverError({ code: 'ImageNotFound', operation, detail: `No such image: ${reference}` })
    }
    try {
      await withStall({ operation, stallMs, signal }, (stall) => saveTo(operation, stall, toPath, path))
    } catch (error) {
      await rm(toPath, { force: true })
      throw toDriverError({ operation, doing: 'read', error })
    }
  }

  const user = async (reference: string, signal?: AbortSignal): Promise<string> => {
    const found = await inspect(reference, signal)
    if (found !== undefined) return found.Config?.User ?? ''
    throw new DriverError({
      code: 'ImageNotFound',
      operation: `use image ${reference}`,
      detail: `No such image: ${reference}`,
    })
  }

  return {
    has: async (reference, signal) => (await inspect(reference, signal)) !== undefined,
    id: async (reference, signal) => (await inspect(reference, signal))?.Id,
    pull: (reference, progress, signal) =>
      pulls.join({ key: reference, operation: `pull image ${reference}`, progress, signal }),
    save,
    user,
  }
}
