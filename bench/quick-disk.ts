import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createDisk } from '../drivers/disk/disk.ts'
import type { Disk } from '../drivers/disk/disk.ts'

/** A disk without flushes: a thousand bottles are created for a measurement, not to survive a power cut. */
export const quickDisk = (onWrite: () => void = () => undefined): Disk => ({
  ...createDisk(),
  writeDurable: async (path, text) => {
    onWrite()
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, text, { mode: 0o600 })
  },
})
