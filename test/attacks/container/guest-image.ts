import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { imageOnce } from '../../bundle/image/once.ts'
import { importFiles } from '../../bundle/image/own-image.ts'

const run = promisify(execFile)
const PROGRAMS = ['/usr/bin/perl', '/usr/sbin/nft', '/usr/bin/setpriv']

/** Why it can't be made here; undefined: it can. */
export const guestImageMissing = (): string | undefined => {
  const absent = PROGRAMS.find((path) => !existsSync(path))
  return absent === undefined ? undefined : `there is no ${absent}`
}

/** An agent's image with what an attacker would bring: perl with Debian's smallest library, nft. From this machine's packages. */
export const guestImage = async (): Promise<string> => {
  const files = new Map(PROGRAMS.map((path) => [path, path] as const))
  for (const program of PROGRAMS)
    for (const [library] of (await run('ldd', [program])).stdout.matchAll(/\/\S+\.so\S*/g)) files.set(library, library)
  const { stdout } = await run('perl', ['-e', 'print join "\\n", grep { /perl-base$/ } @INC'])
  const folder = stdout.trim().split('\n')[0] ?? ''
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(path, path)
  }
  const { stdout: version } = await run('dpkg-query', ['-W', 'perl-base', 'nftables', 'util-linux', 'libc6'])
  const tag = `bottled-test-attacker:${createHash('sha256').update(version).digest('hex').slice(0, 16)}`
  return imageOnce(tag, () => importFiles(files, tag))
}
