import { createHash } from 'node:crypto'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { cancelled, DriverError } from '../errors.ts'
import { runCommand } from '../calls/subprocess.ts'

/**
 * Copies whole folders and hashes them, for a VM whose disk is made from a folder: smolvm keeps only its path and reads it
 * at every start, so changes of a person's own folder would reach an existing VM.
 *
 * Guarantees: links stay links, modes and times stay, owners if we may set them; the hash covers names, kinds, modes, link
 * targets and contents.
 */
const COPY_MS = 30 * 60_000

export const copyTree = async (source: string, target: string, signal?: AbortSignal): Promise<void> => {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' }
  const command = { file: 'cp', args: ['-a', `${source}/.`, target], env, deadlineMs: COPY_MS, umask: 0o077 }
  const ended = await runCommand(command, signal)
  if (ended.exitCode === 0) return
  const operation = `keep a copy of ${source}`
  if (ended.aborted) throw cancelled(operation)
  const detail = ended.timedOut ? 'it took too long' : ended.stderr.trim().split('\n').slice(0, 3).join('; ')
  throw new DriverError({ code: /No space left/.test(detail) ? 'StorageFull' : 'SourceUnavailable', operation, detail })
}

export const hashTree = async (root: string, hashFile: (path: string) => Promise<string>): Promise<string> => {
  const hash = createHash('sha256')
  const add = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).toSorted()) {
      const path = join(folder, name)
      const found = await lstat(join(root, path))
      const content = found.isFile()
        ? await hashFile(join(root, path))
        : found.isSymbolicLink()
          ? await readlink(join(root, path))
          : String(found.rdev)
      hash.update(JSON.stringify([path, found.mode, content]))
      if (found.isDirectory()) await add(path)
    }
  }
  await add('.')
  return hash.digest('hex')
}
