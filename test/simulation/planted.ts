import { parseAllDocuments } from 'yaml'
import { NAME, OWNER, UID } from '../../reconcilers/derive/names.ts'
import type { BottleRecord, Bundles, Labels, Told } from '../../drivers/ports.ts'
import type { Planted } from './controller.ts'
import { sha256 } from './memory-folder.ts'
import { stripStatus } from './oracles/strip-status.ts'
import { OWNER_ID } from './world.ts'

/**
 * Bugs that a controller could have, planted between it and the world, to show that the sweep finds them.
 */

/** The record reaches the disk a second later: a death in between forgets what was created first. */
export const forgetsRecord: Planted = {
  disk: (disk, world) => {
    const late = new Map<string, string>()
    return {
      ...disk,
      read: async (path, maxBytes) => late.get(path) ?? disk.read(path, maxBytes),
      writeDurable: async (path, text) => {
        if (!path.endsWith('/record.json')) return disk.writeDurable(path, text)
        const scheduled = late.has(path)
        late.set(path, text)
        if (!scheduled)
          world.clock.setTimer(1_000, () => {
            const latest = late.get(path)
            late.delete(path)
            if (latest !== undefined) void disk.writeDurable(path, latest)
          })
      },
    }
  },
}

/** A file that does not parse counts as empty. */
export const deletesOnParseError: Planted = {
  folder: (folder) => ({
    ...folder,
    read: async (path) => {
      const read = await folder.read(path)
      const broken =
        read.kind === 'text' &&
        (read.text.trim() === '' || parseAllDocuments(read.text).some(({ errors }) => errors.length > 0))
      return broken ? { kind: 'gone' } : read
    },
  }),
}

/** Any object with the right name counts as its own. */
export const skipsAdoptCheck: Planted = {
  drivers: (drivers, world) => {
    const claimed = (name: string, labels: Labels): Labels => {
      const identity = name.replace(/^bottle-/, '').replace(/-bundle$/, '')
      const text = world.disk.files.get(`/root/.bottled/bottles/${identity}/record.json`)
      if (text === undefined || !name.startsWith('bottle-')) return labels
      const record = JSON.parse(text) as BottleRecord
      return { ...labels, [OWNER]: OWNER_ID, [UID]: record.uid, [NAME]: record.name }
    }
    const own = <T extends { readonly name: string; readonly labels: Labels }>(objects: readonly T[]): readonly T[] =>
      objects.map((each) => ({ ...each, labels: claimed(each.name, each.labels) }))
    return {
      ...drivers,
      networks: {
        ...drivers.networks,
        find: async (name, signal) => own(await drivers.networks.find(name, signal)),
        list: async (signal) => own(await drivers.networks.list(signal)),
      },
    }
  },
}

/** The status is written in each pass, changed or not. */
export const writesWithoutComparing: Planted = {
  folder: (folder, world) => ({
    ...folder,
    // It never knows the file's own status.
    read: async (path) => {
      const read = await folder.read(path)
      if (read.kind !== 'text') return read
      const text = stripStatus(path, read.text)
      return { ...read, text, sha256: sha256(text) }
    },
    rewrite: async (path, edit) => {
      const written = await folder.rewrite(path, edit)
      if (written.kind !== 'unchanged') return written
      const text = world.folder.read(path) ?? ''
      await folder.rewrite(path, () => `${text}\n`)
      return folder.rewrite(path, () => text)
    },
  }),
}

/** A load that was sent counts as taken. */
export const believesItWasTold: Planted = {
  drivers: (drivers) => {
    const known = new Map<string, Told>()
    const load: Bundles['load'] = async (run, { hash, secrets, at }) => {
      const told: Told = { run, hash, digest: secrets.digest, at, outcome: { kind: 'loaded', hash } }
      known.set(run.identity, told)
      return told
    }
    return { ...drivers, bundles: { ...drivers.bundles, load, last: (identity) => known.get(identity) } }
  },
}

/** Each failure counts as the first. */
export const resetsBackoff: Planted = {
  drivers: (drivers) => ({
    ...drivers,
    records: {
      ...drivers.records,
      update: (identity, change) =>
        drivers.records.update(identity, { ...change, ...('backoff' in change ? { backoff: undefined } : {}) }),
    },
  }),
}
