import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthorities } from '../../../drivers/disk/authorities.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createGuestFolders } from '../../../drivers/disk/guest-folders.ts'
import { authoritiesConformance } from '../../conformance/authorities/authorities.ts'

authoritiesConformance('on a disk', async () => {
  const base = await mkdtemp(join(tmpdir(), 'bottle-t-authorities-'))
  const stateDir = join(base, 'state')
  for (const identity of ['a', 'b']) await mkdir(join(stateDir, 'bottles', identity), { recursive: true, mode: 0o700 })
  return {
    authorities: createAuthorities({
      stateDir,
      disk: createDisk({ within: stateDir }),
      folders: createGuestFolders({ base: join(base, 'guests'), owner: 'own1' }),
      nowMs: Date.now,
    }),
    cleanup: () => rm(base, { recursive: true, force: true }),
  }
})
