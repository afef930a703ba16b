import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it, with this mode: it is set, not left to the umask, which may deny access to VMs that need it.
 * Those that were there keep theirs, but the folder itself.
 */
export const makeReachable = async (folder: string, mode: number): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode })
  for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made))
    await chmod(made, mode)
  // Ours, created under a umask by an older version.
  if (((await stat(folder)).mode & mode) !== mode) await chmod(folder, mode)
}
