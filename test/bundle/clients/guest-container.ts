import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { GUEST_FOLDER } from '../../../drivers/guest-folder.ts'
import { importFolder, NODE22 } from '../image/own-image.ts'

/**
 * A container in place of a guest: this machine's own programs, the environment that a guest gets, the folder that it trusts by, and
 * nothing else that could be trusted (no /etc/ssl). An ordinary user, as many images have one. On the host's network, as a VM's
 * connections are those of its VMM: containers of one bottle's network don't reach each other.
 */
export interface GuestContainer {
  run(...command: readonly string[]): Promise<Ended>
  /** `docker inspect`. */
  inspect(): Promise<string>
  remove(): Promise<void>
}

export interface Ended {
  readonly code: number
  readonly output: string
}

/** What a client is run by, and why it can't be. */
export interface Program {
  readonly command: readonly string[]
  /** Folders of this host outside /usr that it needs, at the same path. */
  readonly needs: readonly string[]
}

const docker = promisify(execFile)

const said = (file: string, ...args: readonly string[]): string | undefined => {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
const inUsr = (path: string | undefined): path is string => path?.startsWith('/usr/') === true && existsSync(path)
const plain = (path: string): Program | undefined => (inUsr(path) ? { command: [path], needs: [] } : undefined)
const outside = (...folders: readonly string[]): readonly string[] => folders.filter((folder) => !inUsr(folder))

/** Each program that this machine has; undefined where it has none. */
export const programs = (): Readonly<Record<string, Program | undefined>> => {
  const npm = said('npm', 'root', '-g')
  const python = said('python3', '-c', 'import sys; print(sys.executable, sys.base_prefix)')?.split(' ')
  const sysroot = said('rustc', '--print', 'sysroot')
  const go = said('go', 'env', 'GOROOT')
  const node: Program | undefined = existsSync(NODE22) ? { command: [NODE22], needs: [dirname(NODE22)] } : undefined
  const cli = npm === undefined ? undefined : join(npm, 'npm', 'bin', 'npm-cli.js')
  return {
    curl: plain('/usr/bin/curl'),
    git: plain('/usr/bin/git'),
    apt: plain('/usr/lib/apt/apt-helper'),
    node,
    npm:
      node === undefined || cli === undefined || !existsSync(cli)
        ? undefined
        : {
            command: [...node.command, realpathSync(cli)],
            needs: [...node.needs, ...outside(realpathSync(dirname(dirname(cli))))],
          },
    python:
      python?.[0] === undefined || python[1] === undefined
        ? undefined
        : { command: [realpathSync(python[0])], needs: outside(python[1]) },
    go: go === undefined ? undefined : { command: [join(go, 'bin', 'go')], needs: outside(go) },
    cargo: sysroot === undefined ? undefined : { command: [join(sysroot, 'bin', 'cargo')], needs: outside(sysroot) },
  }
}

/** Why no such container can be made here. */
export const containerMissing = (): string | undefined =>
  lstatSync('/lib', { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? undefined
    : "this machine's /lib is no link to /usr/lib, so its programs can't be lent to a container"

/** Links as a merged /usr has them; everything else comes by mounts. */
const emptyImage = async (tag: string): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-guest-'))
  try {
    for (const name of ['bin', 'lib', 'lib64', 'sbin']) await symlink(`usr/${name}`, join(root, name))
    for (const name of ['usr', 'etc/bottled', 'tmp', 'proc', 'dev']) await mkdir(join(root, name), { recursive: true })
    // Its mode is that of the tmpfs over it.
    await chmod(join(root, 'tmp'), 0o1777)
    await writeFile(join(root, 'etc', 'passwd'), 'agent:x:1000:1000::/tmp:/bin/sh\n')
    await importFolder(root, tag)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

export const createGuestContainer = async ({
  name,
  ...given
}: {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly guestFolder: string
  /** More of this host, at the same paths. */
  readonly folders: readonly string[]
}): Promise<GuestContainer> => {
  const tag = `bottled-test-guest:${randomBytes(4).toString('hex')}`
  await emptyImage(tag)
  const mounts = [
    `/usr:/usr:ro`,
    `${given.guestFolder}:${GUEST_FOLDER}:ro`,
    ...[...new Set(given.folders)].map((each) => `${each}:${each}:ro`),
  ]
  const env = Object.entries({ ...given.env, HOME: '/tmp', PATH: '/usr/bin' }).flatMap(([key, value]) => [
    '-e',
    `${key}=${value}`,
  ])
  const at = ['--network', 'host', '--user', '1000:1000', '--read-only', '--tmpfs', '/tmp:exec', '--cap-drop', 'ALL']
  await docker('docker', [
    'run',
    '-d',
    '--name',
    name,
    ...at,
    ...env,
    ...mounts.flatMap((each) => ['-v', each]),
    tag,
    '/usr/bin/sleep',
    '600',
  ])
  return {
    run: (...command) =>
      new Promise((resolve) => {
        execFile('docker', ['exec', name, ...command], { timeout: 60_000 }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` })
        })
      }),
    inspect: async () => (await docker('docker', ['inspect', name])).stdout,
    remove: async () => {
      await docker('docker', ['rm', '-f', name])
      await docker('docker', ['rmi', tag])
    },
  }
}
