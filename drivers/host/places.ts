import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, resolve } from 'node:path/posix'
import { promisify } from 'node:util'
import type { HostPlaces, NamedPath } from '../host-facts.ts'
import { lookAtPath } from '../reading/look-at-path.ts'

const run = promisify(execFile)
/** What decides what this host does or runs, and what its daemons keep. That root owns it is not enough: groups may write parts of it, and a
 * bundle may run with any group. */
const SYSTEM_FOLDERS =
  '/etc /proc /sys /dev /boot /run /var/run /usr /bin /sbin /lib /lib32 /lib64 /libx32 /var/spool /var/log /var/lib/docker /var/lib/containerd'.split(
    ' ',
  )
/** A directory service may not answer. */
const GETENT_MS = 2_000

/**
 * Finds what must not be handed to a bottle.
 *
 * Guarantees: never throws; what doesn't exist yet is named, too. Caveats: users that a directory service has and doesn't list
 *   are known by the folder their homes lie in only.
 */
export const findPlaces = async (given: {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of Docker and smolvm. */
  readonly sockets: readonly NamedPath[]
}): Promise<HostPlaces> => {
  const { env } = given
  const agent = env['SSH_AUTH_SOCK']
  const home = env['HOME'] || homedir()
  const sockets = [
    ...given.sockets,
    ...(agent === undefined || !isAbsolute(agent) ? [] : [{ path: agent, what: "the ssh-agent's socket" }]),
  ]
  const [own, homes, systemFolders, known] = await Promise.all([
    lookAtPath(resolve(home)),
    users().then((found) => bothOf([home, homedir(), '/root', ...found])),
    bothOf(SYSTEM_FOLDERS),
    Promise.all(sockets.map(async ({ path, what }) => (await bothOf([path])).map((each) => ({ path: each, what })))),
  ])
  return { home: own.canonical, homes, systemFolders, sockets: known.flat() }
}

/** As named, and where it leads. */
const bothOf = async (paths: readonly string[]): Promise<readonly string[]> => {
  const named = [...new Set(paths.filter(isAbsolute).map((path) => resolve(path)))]
  const found = await Promise.all(named.map((path) => lookAtPath(path)))
  return [...new Set([...named, ...found.map(({ canonical }) => canonical)])]
}

/** The home folders of `getpwent`, and those of /etc/passwd where there is no getent. */
const users = async (): Promise<readonly string[]> => {
  const [listed, file] = await Promise.all([
    run('getent', ['passwd'], { timeout: GETENT_MS, maxBuffer: 64 * 1024 * 1024 }).then(
      ({ stdout }) => stdout,
      () => '',
    ),
    readFile('/etc/passwd', 'utf8').catch(() => ''),
  ])
  return `${file}\n${listed}`.split('\n').flatMap((line) => line.split(':')[5] ?? [])
}
