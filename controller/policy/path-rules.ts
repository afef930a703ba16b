import type { HostPlaces, LookedAt } from '../../drivers/host-facts.ts'
import { within } from '../../reconcilers/derive/within.ts'
import type { UsedPath } from '../../reconcilers/derive/used-paths.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import { matchesGlob } from './glob.ts'
import type { Policy } from './policy.ts'

/** Where workspaces, mounts, images, artifacts and files of secrets may lie. Judged by where a path really leads. Pure. */
export const judgePath = (
  used: UsedPath,
  looked: LookedAt,
  { policy, places }: { readonly policy: Policy; readonly places: HostPlaces },
): Finding => {
  const { canonical } = looked
  // What a link of /proc or /dev leads to depends on who asks, and when.
  const asWritten = systemFolder(used.path, places)
  const globs = listFor(used, policy)?.map((glob) => expanded(glob, places.home))
  const objection =
    policy.level === 'privileged'
      ? undefined
      : (namedSocket(used.path, canonical, places) ??
        asWritten ??
        systemFolder(canonical, places) ??
        homeFolder(canonical, places) ??
        socket(looked, places) ??
        dotFolder(canonical, globs ?? [], { places, used }) ??
        unknown(looked))
  const isPlain = canonical === used.path || (objection !== undefined && objection === asWritten)
  const asked = { field: used.field, asked: isPlain ? used.path : `${used.path} (${canonical})` }
  const isListed = globs?.some((glob) => matchesGlob(glob, canonical))
  return decided(asked, objection ?? notListed(used, canonical, isListed ?? policy.level !== 'restricted'), {
    policy,
    ...(isListed === true
      ? { listed: { rule: used.role === 'secret' ? 'secrets/listed' : 'paths/listed', list: listName(used) } }
      : {}),
  })
}

const listFor = ({ role }: UsedPath, { spec }: Policy): readonly string[] | undefined =>
  role === 'secret' ? spec.secrets?.files : spec.paths

const listName = ({ role }: UsedPath): string => (role === 'secret' ? 'spec.secrets.files' : 'spec.paths')

const expanded = (glob: string, home: string): string => (/^~(\/|$)/.test(glob) ? `${home}${glob.slice(1)}` : glob)

const unknown = ({ canonical, kind }: LookedAt): Objection =>
  kind === 'unknown'
    ? {
        rule: 'paths/unknown',
        why: `leads to ${canonical}, where the user that runs bottled can't look: what is there isn't known`,
        remedy: `let that user enter the folder`,
      }
    : undefined

const systemFolder = (path: string, { systemFolders }: HostPlaces): Objection => {
  if (path === '/') return systemObjection('is the whole host')
  const around = systemFolders.find((folder) => within(path, folder))
  if (around !== undefined) return systemObjection(path === around ? 'is a system folder' : `lies in ${around}`)
  const inside = systemFolders.find((folder) => within(folder, path))
  return inside === undefined ? undefined : systemObjection(`contains ${inside}`)
}

const systemObjection = (why: string): Objection => ({
  rule: 'paths/system-folder',
  why,
  remedy: 'name another folder; only the level privileged allows it',
})

/** Each folder right below one of these is somebody's, though a directory service may not list its users. */
const HOME_PARENTS = ['/home', '/Users', '/var/home', '/export/home']

/** The homes that a path lies in. */
const homesAround = (path: string, { homes }: HostPlaces): readonly string[] => [
  ...new Set([
    ...homes.filter((home) => home !== '/' && within(path, home)),
    ...HOME_PARENTS.flatMap((parent) => {
      const name = within(path, parent) ? path.slice(parent.length + 1).split('/')[0] : undefined
      return name === undefined || name === '' ? [] : [`${parent}/${name}`]
    }),
  ]),
]

const homeFolder = (path: string, places: HostPlaces): Objection => {
  const inside = [...places.homes, ...HOME_PARENTS].find((home) => path !== home && within(home, path))
  const isHome = homesAround(path, places).includes(path)
  const isParent = HOME_PARENTS.includes(path)
  if (!isHome && !isParent && inside === undefined) return undefined
  return {
    rule: 'paths/home-folder',
    why: isHome ? "is a user's home folder" : isParent ? 'contains home folders' : `contains the home folder ${inside}`,
    remedy: 'name a folder below a home; only the level privileged allows it',
  }
}

const socketObjection = (why: string): Objection => ({
  rule: 'paths/socket',
  why,
  remedy: 'name a folder without it; only the level privileged allows it',
})

const namedSocket = (written: string, canonical: string, { sockets }: HostPlaces): Objection => {
  const found = sockets.find(({ path }) => within(written, path) || within(canonical, path))
  return found === undefined ? undefined : socketObjection(`is ${found.what}`)
}

const socket = ({ canonical, kind }: LookedAt, { sockets }: HostPlaces): Objection => {
  const inside = sockets.find(({ path }) => within(path, canonical))
  if (inside !== undefined) return socketObjection(`contains ${inside.path}, ${inside.what}`)
  if (kind !== 'socket') return undefined
  return socketObjection('is a socket: whoever reaches it speaks to the program behind it')
}

/** A glob allows a dot-folder only where it names it: wildcards leave out what begins with a dot. */
const dotFolder = (
  path: string,
  globs: readonly string[],
  { places, used }: { readonly places: HostPlaces; readonly used: UsedPath },
): Objection => {
  for (const home of homesAround(path, places)) {
    const [name = ''] = path.slice(home.length + 1).split('/')
    if (!name.startsWith('.')) continue
    const guarded = home.split('/').length
    if (globs.some((glob) => matchesGlob(glob, path, guarded))) continue
    return {
      rule: 'paths/dot-folder',
      why: `lies in ${home}/${name}, where a user keeps settings and keys`,
      remedy: `${listName(used)}: [${JSON.stringify(path)}]`,
    }
  }
  return undefined
}

const notListed = (used: UsedPath, canonical: string, isAllowed: boolean): Objection =>
  isAllowed
    ? undefined
    : {
        rule: used.role === 'secret' ? 'secrets/file-not-listed' : 'paths/not-listed',
        why: `is named by no glob of ${listName(used)}`,
        remedy: `${listName(used)}: [${JSON.stringify(canonical)}]`,
      }
