import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A folder with a tar of a file system of busybox alone: what an agent's container is made from without a registry. */
export const agentArchive = async (folder: string): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-agent-'))
  try {
    await chmod(root, 0o755)
    for (const each of ['bin', 'etc', 'tmp', 'root']) await mkdir(join(root, each), { mode: 0o755 })
    await copyFile('/bin/busybox', join(root, 'bin', 'busybox'))
    await chmod(join(root, 'bin', 'busybox'), 0o755)
    for (const name of ['sh', 'sleep', 'cat', 'ls', 'env', 'wget', 'nc', 'touch', 'id', 'tar', 'test', 'stat'])
      await symlink('busybox', join(root, 'bin', name))
    const path = join(folder, 'agent.tar')
    await run('tar', ['-C', root, '--owner=0', '--group=0', '--sort=name', '--mtime=@0', '-cf', path, '.'])
    return path
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
