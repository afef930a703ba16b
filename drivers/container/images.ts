import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { runCommand } from '../calls/subprocess.ts'
import type { Connection } from '../docker/connection.ts'
import { imagePath } from '../docker/image-reference.ts'
import { inspectImage } from '../docker/images.ts'
import { DriverError } from '../errors.ts'
import type { MachineSource } from '../ports.ts'
import { pack } from '../smolvm/pack.ts'

/**
 * The image that an agent's container is made from.
 *
 * Guarantees: an archive or a folder becomes an image under a tag of its content, `bottled/agent:<hash>`, and changes no other tag:
 *   it is imported, never loaded, as an archive of `docker save` names tags of its own and could name the bundle's.
 * Assumptions: the archive is a copy of ours, named by its content. Caveats: an import knows no command, user or environment.
 */
export const AGENT_IMAGES = 'bottled/agent'
/** Disks of containers that were made anew in the place of another. */
export const DISK_IMAGES = 'bottled/agent-disk'

export interface AgentImage {
  readonly id: string
  readonly reference: string
  /** Entrypoint and command together. */
  readonly command: readonly string[]
  readonly user: string
}

export interface AgentImages {
  /** Throws `SourceUnavailable`, `SourceRefused`, `InvalidRequest`, `ImageNotFound`. */
  ensure(source: MachineSource, operation: string, signal?: AbortSignal): Promise<AgentImage>
  /** Of ours alone, unless another container has it. */
  forget(reference: string, signal?: AbortSignal): Promise<void>
}

/** Large ones take minutes; each step has a bound of its own beside that. */
const IMPORT_MS = 30 * 60_000
const LIST_MS = 5 * 60_000

export const createAgentImages = (connection: Connection, path: string): AgentImages => {
  const importFrom = async (from: string, tag: string, operation: string, signal?: AbortSignal): Promise<void> => {
    const found = await stat(from).catch(() => undefined)
    if (found === undefined)
      throw new DriverError({ code: 'SourceUnavailable', operation, detail: `cannot read ${from}` })
    if (!found.isDirectory()) await refuseSaved(from, { operation, path }, signal)
    const packing = found.isDirectory() ? pack(from, [], path, '0:0') : undefined
    const file = packing?.stdout ?? createReadStream(from)
    try {
      const { body } = await connection.request(
        {
          operation,
          doing: 'create',
          method: 'POST',
          path: '/images/create',
          query: { fromSrc: '-', repo: AGENT_IMAGES, tag },
          file,
          deadlineMs: IMPORT_MS,
        },
        signal,
      )
      // A refusal may come after the 200.
      const error = /"error":"([^"]*)"/.exec(body.toString())?.[1]
      const failure = error ?? (packing === undefined ? undefined : await packing.failure)
      if (failure === undefined) return
      throw new DriverError({
        code: 'SourceRefused',
        operation,
        detail: `Docker can't import ${from}: ${failure}`,
        hint: 'it must be a tar of a whole file system, as docker export writes it',
      })
    } finally {
      packing?.stop()
      file.destroy()
    }
  }

  return {
    ensure: async (source, operation, signal) => {
      if (source.kind === 'bare' || source.kind === 'artifact')
        throw new DriverError({
          code: 'InvalidRequest',
          operation,
          detail: `a container can't be made from ${source.kind === 'bare' ? 'nothing' : 'a pack of a VM'}`,
          hint: 'name an image: spec.machine.image',
        })
      const reference = source.kind === 'image' ? source.reference : `${AGENT_IMAGES}:${tagOf(source.path)}`
      let found = await inspectImage(connection, reference, signal)
      if (found === undefined && source.kind !== 'image') {
        await importFrom(source.path, tagOf(source.path), operation, signal)
        found = await inspectImage(connection, reference, signal)
      }
      if (found === undefined)
        throw new DriverError({ code: 'ImageNotFound', operation, detail: `No such image: ${reference}` })
      const { Entrypoint, Cmd, User } = found.Config ?? {}
      return { id: found.Id, reference, command: [...(Entrypoint ?? []), ...(Cmd ?? [])], user: User ?? '' }
    },
    forget: async (reference, signal) => {
      if (![AGENT_IMAGES, DISK_IMAGES].some((ours) => reference.startsWith(`${ours}:`))) return
      await connection.request(
        {
          operation: `remove image ${reference}`,
          doing: 'remove',
          method: 'DELETE',
          path: imagePath(reference, '').replace(/\/$/, ''),
          accept: [404, 409],
        },
        signal,
      )
    },
  }
}

/** Copies are named by their content. */
const tagOf = (path: string): string => createHash('sha256').update(basename(path)).digest('hex').slice(0, 12)

/** By its list of images: imported, it would be a file system of layers that nothing can run. */
const refuseSaved = async (
  from: string,
  { operation, path }: { readonly operation: string; readonly path: string },
  signal?: AbortSignal,
): Promise<void> => {
  const { exitCode, stdout, aborted } = await runCommand(
    {
      file: 'tar',
      args: ['-tf', from, '--occurrence=1', 'manifest.json', 'index.json', 'oci-layout'],
      env: { PATH: path, LC_ALL: 'C' },
      deadlineMs: LIST_MS,
      umask: 0o077,
    },
    signal,
  )
  if (aborted || exitCode === undefined || !/^(manifest|index)\.json$/m.test(stdout)) return
  throw new DriverError({
    code: 'SourceRefused',
    operation,
    detail: `${from} is an archive of docker save, which could replace any image of this host when it is loaded`,
    hint: 'docker load -i FILE, then name the image: spec.machine.image: NAME:TAG; or write the archive with docker export',
  })
}
