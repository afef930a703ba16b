import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder whose file system never answers, as NFS without its server: a FUSE mount that nobody serves. Whoever looks into
 * it waits in the kernel until it is killed, or the folder removed.
 */
export interface HangingFolder {
  readonly path: string
  remove(): void
}

/** Why it can't be made here. */
export const noHangingFolder = (): string | undefined => {
  const made = tryToMake()
  if (typeof made === 'string') return made
  made.remove()
  return undefined
}

export const createHangingFolder = (): HangingFolder => {
  const made = tryToMake()
  if (typeof made === 'string') throw new Error(made)
  return made
}

const tryToMake = (): HangingFolder | string => {
  if (process.getuid?.() !== 0) return 'only root can mount'
  let fd: number
  try {
    fd = openSync('/dev/fuse', 'r+')
  } catch {
    return 'no /dev/fuse'
  }
  const path = mkdtempSync(join(tmpdir(), 'bottle-t-hangs-'))
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'
  const mounted = spawnSync('mount', ['-i', '-n', '-t', 'fuse', '-o', options, 'hangs', path], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
  })
  const remove = (): void => {
    // Who waits gets an error then.
    closeSync(fd)
    spawnSync('umount', ['-l', path])
    rmSync(path, { recursive: true, force: true })
  }
  if (mounted.status === 0) return { path, remove }
  remove()
  return `mount: ${mounted.stderr.toString().trim()}`
}
