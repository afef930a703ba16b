import { join } from 'node:path'
import { readOwn } from '../disk/read-own.ts'
import type { Disk } from '../disk/disk.ts'
import { isRecord, parseJson } from '../json.ts'
import type { ContainerParts, MachineMounts } from '../machine.ts'

/**
 * What Docker doesn't keep of an agent's container, or can't change in it: a small file each in the state folder.
 *
 * Guarantees: written before the effect that it describes; no value of a secret, only where its file lies.
 * Caveats: without it a container is known, but not what it is to be: it can't be started.
 */
export interface Kept {
  readonly version: 1
  readonly labels: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** By name: the file that holds it at each start. */
  readonly secrets: Readonly<Record<string, string>>
  readonly bundleIp: string
  readonly parts: ContainerParts
  /** Before what: the image's own entrypoint and command, or what the spec says. */
  readonly command: readonly string[]
  readonly shell: readonly string[]
  /** What it is to have; a container that has others is made anew at its next start, with its disk. */
  readonly mounts: MachineMounts
  readonly image: string
  /** Of the image, as written. */
  readonly user: string
  readonly cpus: number
  readonly memoryMiB: number
  /** Of a container that was made in the place of another: when the first was made, and the ids that it may have. */
  readonly first?: { readonly createdAt: number; readonly ids: readonly string[] }
  /** What its seal let out when it was stopped, where others had changed it. */
  readonly opened?: readonly string[]
}

export interface KeptFiles {
  read(name: string): Promise<Kept | undefined>
  write(name: string, kept: Kept): Promise<void>
  remove(name: string): Promise<void>
}

/** `folder` is one of the state folder's. */
export const createKeptFiles = (folder: string, disk: Pick<Disk, 'writeDurable' | 'remove'>): KeptFiles => {
  const path = (name: string): string => join(folder, `${name}.json`)
  return {
    read: async (name) => {
      const value = parseJson((await readOwn(path(name))) ?? '')
      return isRecord(value) && value['version'] === 1 && isRecord(value['parts'])
        ? (value as unknown as Kept)
        : undefined
    },
    write: (name, kept) => disk.writeDurable(path(name), `${JSON.stringify(kept)}\n`),
    remove: (name) => disk.remove(path(name)),
  }
}
