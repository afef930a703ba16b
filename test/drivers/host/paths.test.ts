import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPaths } from '../../../drivers/host/paths.ts'
import { pathsConformance } from '../../conformance/paths/paths.ts'

pathsConformance({
  name: 'this machine',
  make: async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-')))
    const servers: ReturnType<typeof createServer>[] = []
    const at = (name: string): string => join(folder, name)
    return {
      paths: createPaths(),
      folder,
      makeFolder: (name) => mkdir(at(name)),
      makeFile: (name) => writeFile(at(name), ''),
      makeSocket: (name) =>
        new Promise((resolve) => {
          servers.push(createServer().listen(at(name), () => resolve()))
        }),
      makeFifo: async (name) => void execFileSync('mkfifo', [at(name)]),
      makeLink: (name, target) => symlink(target, at(name)),
      cleanup: async () => {
        for (const server of servers) server.close()
        await rm(folder, { recursive: true, force: true })
      },
    }
  },
})
