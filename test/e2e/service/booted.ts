import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { patience } from '../../helpers/patience.ts'

/** A machine that this one's systemd booted: a container on this machine's /usr. */
export interface Booted {
  /** What it printed; throws if it ends with another code. */
  run(words: readonly string[], code?: number): string
  write(path: string, text: string): void
  /** Polls until `words` print what fits, and returns that. */
  until(words: readonly string[], pattern: RegExp): Promise<string>
  /** Down in order, and up again; what is in memory is gone. */
  reboot(): void
  remove(): void
}

/** The hierarchy that systemd needs for itself where there are several. */
const CGROUP = '/sys/fs/cgroup/systemd'

export const SOCKET = '/srv/docker.sock'

/** Undefined if it can be booted here. */
export const bootMissing = (): string | undefined => {
  if (!existsSync('/usr/lib/systemd/systemd')) return "no systemd in this machine's /usr"
  return existsSync(CGROUP) ? undefined : `no ${CGROUP}: a container with systemd was only tried on cgroup v1`
}

/** `withDocker`: with this machine's network, and its Engine at SOCKET; else without a network. */
export const boot = ({ withDocker = false } = {}): Booted => {
  const name = `bottle-t-systemd-${randomBytes(4).toString('hex')}`
  const docker = (...args: readonly string[]): string =>
    execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 }).trim()
  importRoot(name)
  const remove = (): void => {
    spawnSync('docker', ['rm', '-f', '-v', name])
    spawnSync('docker', ['rmi', name])
  }
  try {
    const mounts = mounted().flatMap((path) => ['-v', `${path}:${path}:ro`])
    const flags =
      `--network ${withDocker ? 'host' : 'none'} --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns host --tmpfs /run --tmpfs /tmp --stop-signal SIGRTMIN+3 -e container=docker -v ${CGROUP}:${CGROUP}:rw`.split(
        ' ',
      )
    const engine = withDocker ? ['-v', `/var/run/docker.sock:${SOCKET}`] : []
    docker(
      'run',
      '-d',
      '--name',
      name,
      ...flags,
      ...mounts,
      ...engine,
      name,
      '/usr/lib/systemd/systemd',
      '--unit=multi-user.target',
    )
  } catch (error) {
    remove()
    throw error
  }
  const exec = (words: readonly string[]) =>
    spawnSync('docker', ['exec', name, ...words], { encoding: 'utf8', timeout: 300_000 })
  return {
    run: (words, code = 0) => {
      const { status, stdout, stderr } = exec(words)
      if (status !== code) throw new Error(`${words.join(' ')} ended with ${status}: ${stdout}${stderr}`)
      return stdout
    },
    write: (path, text) => {
      const { status, stderr } = spawnSync(
        'docker',
        ['exec', '-i', name, 'sh', '-c', 'mkdir -p "$(dirname "$1")" && cat >"$1"', 'sh', path],
        { input: text, encoding: 'utf8' },
      )
      if (status !== 0) throw new Error(stderr)
    },
    until: async (words, pattern) => {
      const end = performance.now() + 60_000 * patience()
      for (;;) {
        const { stdout, stderr } = exec(words)
        if (pattern.test(stdout)) return stdout
        if (performance.now() > end)
          throw new Error(`${words.join(' ')} never printed ${pattern}, but: ${stdout}${stderr}`)
        await sleep(100)
      }
    },
    reboot: () => {
      docker('stop', '-t', '100', name)
      docker('start', name)
    },
    remove,
  }
}

/** What our program is read from. */
const mounted = (): readonly string[] => {
  const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
  const built = process.env['BOTTLED_BUILT']
  const paths = [
    '/usr',
    repository,
    realpathSync(join(repository, 'node_modules')),
    ...(built === undefined ? [] : [dirname(built)]),
    ...(process.execPath.startsWith('/usr/') ? [] : [process.execPath]),
  ]
  return [...new Set(paths)].filter((path) => !paths.some((other) => path !== other && path.startsWith(`${other}/`)))
}

/** A root file system of empty folders: the rest is this machine's. */
const importRoot = (name: string): void => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-systemd-'))
  try {
    for (const folder of ['dev', 'etc', 'proc', 'root', 'run', 'srv', 'sys', 'tmp', 'usr', 'var/log/journal'])
      mkdirSync(join(root, folder), { recursive: true, mode: 0o755 })
    for (const link of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, join(root, link))
    const files = { passwd: 'root:x:0:0:root:/root:/bin/sh\n', group: 'root:x:0:\n', 'machine-id': '' }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, 'etc', file), text)
    execFileSync('sh', ['-c', 'tar -C "$1" --owner=0 --group=0 -c . | docker import - "$2"', 'sh', root, name], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
