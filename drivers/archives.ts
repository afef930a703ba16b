import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { DriverError } from './errors.ts'
import type { Archives } from './drivers.ts'

/**
 * Content-addressed copies of what VMs are made from: `<folder>/<sha256>.tar`, `.tgz`, `.smolmachine`.
 *
 * Flow: hash, and copy what isn't there yet under its hash; an image is saved by Docker once per image id.
 * Guarantees: a copy appears whole or not at all and never changes; smolvm, which links to what it is given, links to ours.
 * Caveats: a folder is handed on as it is, as smolvm keeps only its path; nothing is removed here.
 */
export interface ArchivesOptions {
  readonly folder: string
  readonly saveImage: (reference: string, toPath: string, signal?: AbortSignal) => Promise<void>
  readonly imageId: (reference: string, signal?: AbortSignal) => Promise<string | undefined>
}

export const createArchives = ({ folder, saveImage, imageId }: ArchivesOptions): Archives => {
  const asRoot = process.getuid?.() === 0

  const exists = (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    )

  /** `make` fills a temporary file; `name` is asked when it is full. */
  const keep = async (
    make: (temporary: string) => Promise<void>,
    name: (temporary: string) => Promise<string>,
  ): Promise<string> => {
    // As root each VM reads its archive under a uid of its own.
    await mkdir(folder, { recursive: true, mode: asRoot ? 0o711 : 0o700 })
    const temporary = join(folder, `.${randomBytes(8).toString('hex')}.part`)
    try {
      await make(temporary)
      const handle = await open(temporary, 'r+')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
      await chmod(temporary, asRoot ? 0o644 : 0o600)
      const path = join(folder, await name(temporary))
      await rename(temporary, path)
      return path
    } finally {
      await rm(temporary, { force: true })
    }
  }

  return {
    keepFile: async (path) => {
      const operation = `keep ${path}`
      const found = await stat(path).catch((cause: unknown) => {
        throw new DriverError({ code: 'SourceUnavailable', operation, detail: `${path} can't be read`, cause })
      })
      if (found.isDirectory()) return path
      const extension = path.endsWith('.tar.gz') ? '.tar.gz' : extname(path)
      const kept = join(folder, `${await sha256Of(path)}${extension}`)
      if (await exists(kept)) return kept
      return keep(
        (temporary) => copyFile(path, temporary),
        async (temporary) => `${await sha256Of(temporary)}${extension}`,
      )
    },
    keepImage: async (reference, signal) => {
      const id = await imageId(reference, signal)
      if (id === undefined) {
        throw new DriverError({
          code: 'ImageNotFound',
          operation: `keep image ${reference}`,
          detail: `Docker has no ${reference}`,
        })
      }
      const name = `image-${id.replace(/^sha256:/, '')}.tar`
      for (const entry of await readdir(folder).catch(() => [])) if (entry === name) return join(folder, name)
      return keep(
        (temporary) => saveImage(reference, temporary, signal),
        async () => name,
      )
    },
  }
}

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
