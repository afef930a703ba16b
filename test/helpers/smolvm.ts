import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isExecutable } from './program.ts'

/** The stand-in for smolvm. */
export const FAKE_SMOLVM = new URL('../fixtures/smolvm', import.meta.url).pathname

/** The released smolvm, or why it is missing. Throws if it is required. */
export const releasedSmolvm = (): { readonly path: string } | { readonly missing: string } => {
  const named = process.env['BOTTLED_SMOLVM']
  const places =
    named === undefined
      ? [
          ...(process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'smolvm')),
          join(homedir(), '.cache/bottled-smolvm/bin/smolvm'),
        ]
      : [named]
  const path = places.find((place) => place.startsWith('/') && isExecutable(place))
  if (path !== undefined) return { path }
  const missing =
    named === undefined
      ? 'smolvm is not installed; .ci/install-smolvm FOLDER installs it'
      : `BOTTLED_SMOLVM names ${named}, which is not an executable`
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('smolvm'))
    throw new Error(`BOTTLED_REQUIRE names smolvm, but ${missing}`)
  return { missing }
}

/** A separate home for smolvm's machines, removed with every VM process started in it. */
export interface SmolvmHome {
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Pids of VM processes of this home, listed or not. */
  processes(): Promise<readonly number[]>
  /** Faults on demand; only of the stand-in. */
  fault(change: Readonly<Record<string, number | boolean>>): Promise<void>
  remove(): Promise<void>
}

export const createSmolvmHome = async (under = tmpdir()): Promise<SmolvmHome> => {
  const folder = await mkdtemp(join(under, 'bottle-t-'))
  // As root each VM has its own user id, which must be able to enter.
  await chmod(folder, 0o755)
  const processes = async (): Promise<readonly number[]> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
    return pids.filter((_, index) => {
      const words = (lines[index] ?? '').split('\0')
      return words.includes('_boot-vm') && words.some((word) => word.startsWith(`${folder}/`))
    })
  }
  return {
    folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    processes,
    fault: async (change) => {
      const state = join(folder, '.local/share/smolvm-stand-in')
      await mkdir(state, { recursive: true })
      const before = await readFile(join(state, 'fake.json'), 'utf8').then(JSON.parse, () => ({}))
      await writeFile(join(state, 'fake.json'), JSON.stringify({ ...before, ...change }))
    },
    remove: async () => {
      for (const pid of await processes()) process.kill(pid, 'SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
