import { constants } from 'node:fs'
import { chmod, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { unless } from '../errno.ts'
import { DriverError } from '../errors.ts'
import { readUpTo } from '../reading/read-bounded.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { diskFailure } from './failure.ts'
import { makeReachable } from './reachable-folder.ts'
import { isOwner, safe } from './secrets.ts'
import { sync } from './sync.ts'

/**
 * What a guest has as `/etc/bottled`, read-only: a folder of its own with one file, `ca.pem`, the certificate of its bottle and the
 * public roots of Node.
 *
 * Guarantees: nothing but public certificates is ever in it; the file is whole, old or new, and durable; whatever else stands
 *   there, or was changed, is replaced. A guest that runs sees a new file at once.
 * Assumptions: smolvm mounts it read-only, which its VMM enforces on this side (decision 039). Not in the state folder: as root
 *   smolvm gives each VM a user id of its own, which can't enter there.
 */
export interface GuestFolders {
  /** Absolute; nothing is looked at. */
  path(identity: string): string
  /** Certificates in PEM, the bottle's own. */
  write(identity: string, certs: string): Promise<void>
  remove(identity: string): Promise<void>
}

const FILE = 'ca.pem'
const FOLDER_MODE = 0o755
const FILE_MODE = 0o644

export const createGuestFolders = ({
  base,
  owner,
  asRoot = process.getuid?.() === 0,
}: {
  /** Absolute: a folder for those of all owners. */
  readonly base: string
  readonly owner: string
  readonly asRoot?: boolean
}): GuestFolders => {
  const ownerFolder = join(base, safe(owner, isOwner))
  const path = (identity: string): string => {
    if (isIdentity(identity)) return join(ownerFolder, identity)
    const detail = `${JSON.stringify(identity)} is not an identity`
    throw new DriverError({ code: 'InvalidRequest', operation: "find a guest's folder", detail })
  }

  const write = async (folder: string, text: string): Promise<void> => {
    await makeReachable(ownerFolder, asRoot ? 0o711 : 0o700)
    if ((await lstat(folder).catch(unless('ENOENT')))?.isDirectory() === false) await rm(folder, { force: true })
    await makeReachable(folder, FOLDER_MODE)
    if ((await lstat(folder)).mode !== (constants.S_IFDIR | FOLDER_MODE)) await chmod(folder, FOLDER_MODE)
    const file = join(folder, FILE)
    const isThere = await holds(file, text)
    for (const name of await readdir(folder)) if (name !== FILE || !isThere) await removeUnlessReplaced(folder, name)
    if (!isThere) await put(folder, text)
  }

  return {
    path,
    write: async (identity, cert) => {
      const folder = path(identity)
      await translated(`write ${folder}`, () => write(folder, textFor(cert)))
    },
    remove: async (identity) => {
      const folder = path(identity)
      await translated(`remove ${folder}`, () => rm(folder, { recursive: true, force: true }))
    },
  }
}

/** The bottle's own first: it is the one that is asked for most. */
const textFor = (cert: string): string => [cert.trimEnd(), ...rootCertificates, ''].join('\n')

/** A file of the name is replaced by a rename, so that no guest finds none. */
const removeUnlessReplaced = async (folder: string, name: string): Promise<void> => {
  const path = join(folder, name)
  if (name === FILE && !(await lstat(path)).isDirectory()) return
  await rm(path, { recursive: true, force: true })
}

/** True if it is exactly this file, and only by this name. */
const holds = async (path: string, text: string): Promise<boolean> => {
  const found = await lstat(path).catch(unless('ENOENT'))
  if (found === undefined || found.mode !== (constants.S_IFREG | FILE_MODE) || found.nlink !== 1) return false
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    return (await readUpTo(file, Buffer.byteLength(text)))?.toString() === text
  } finally {
    await file.close()
  }
}

const put = async (folder: string, text: string): Promise<void> => {
  const temporary = join(folder, `.${FILE}.tmp`)
  const file = await open(temporary, 'wx', FILE_MODE)
  try {
    await file.writeFile(text)
    // Not left to the umask.
    await file.chmod(FILE_MODE)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, join(folder, FILE))
  await sync(folder)
}

const translated = async (operation: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    throw diskFailure({ operation, error, code: 'Failed' })
  }
}
