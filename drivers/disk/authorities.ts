import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { createTurns } from '../calls/turns.ts'
import { cancelled, DriverError } from '../errors.ts'
import { isIdentity } from '../../schemas/identity.ts'
import type { Authorities } from '../ports.ts'
import { type Authority, judgeAuthority, makeAuthority, textOf } from './certificate.ts'
import type { Disk } from './disk.ts'
import type { GuestFolders } from './guest-folders.ts'

/**
 * The CA of each bottle: `<state>/bottles/<identity>/ca.pem`, certificate and key in one file, 0600.
 *
 * Flow: whoever loads a bundle asks for it; the first time it is made. What the guest may have of it, the certificate, is put into the
 *   guest's own folder before the call returns, so a guest trusts an authority before its bundle shows it.
 * Guarantees: durable before it is used; half a file, one that others could read or write, one that isn't this bottle's, is weak or
 *   ends within a year is never used: the one that this process used before is written again, else another is made.
 * Caveats: another one is told to the bundle with its next load; no message holds anything of a key.
 */
export const createAuthorities = ({
  stateDir,
  disk,
  folders,
  nowMs,
}: {
  readonly stateDir: string
  readonly disk: Pick<Disk, 'read' | 'writeDurable' | 'remove'>
  readonly folders: GuestFolders
  readonly nowMs: () => number
}): Authorities => {
  const { take: inTurn } = createTurns()
  /** As last used. */
  const used = new Map<string, Authority>()
  /** The certificates of those that were renewed: their bundles show servers by them until they are told anew. */
  const renewed = new Map<string, string>()

  const pathOf = (identity: string): string => {
    if (isIdentity(identity)) return join(stateDir, 'bottles', identity, 'ca.pem')
    const detail = `${JSON.stringify(identity)} is not an identity`
    throw new DriverError({ code: 'InvalidRequest', operation: 'find the authority of a bottle', detail })
  }

  const kept = async (identity: string): Promise<Authority | undefined> => {
    const path = pathOf(identity)
    if (!(await isPrivate(path))) return undefined
    const judged = judgeAuthority((await disk.read(path, MAX_BYTES)) ?? '', { identity, nowMs: nowMs() })
    return typeof judged === 'string' ? undefined : judged
  }

  const again = (identity: string): Authority | undefined => {
    const before = used.get(identity)
    if (before === undefined) return undefined
    const judged = judgeAuthority(textOf(before), { identity, nowMs: nowMs() })
    return typeof judged === 'string' ? undefined : judged
  }

  const ensure = async (identity: string, signal: AbortSignal | undefined): Promise<Authority> => {
    if (signal?.aborted === true) throw cancelled(`make the authority of ${identity}`)
    const found = await kept(identity)
    const authority = found ?? again(identity) ?? (await makeAuthority(identity, nowMs()))
    if (found === undefined) await disk.writeDurable(pathOf(identity), textOf(authority))
    const before = used.get(identity)
    if (before !== undefined && before.cert !== authority.cert) renewed.set(identity, before.cert)
    used.set(identity, authority)
    await folders.write(identity, authority.cert + (renewed.get(identity) ?? ''))
    return authority
  }

  return {
    ensure: (identity, signal) => inTurn(identity, () => ensure(identity, signal)),
    guestFolder: (identity) => folders.path(identity),
    remove: (identity) =>
      inTurn(identity, async () => {
        await disk.remove(pathOf(identity))
        await folders.remove(identity)
        used.delete(identity)
        renewed.delete(identity)
      }),
  }
}

/** Some four times what one takes. */
const MAX_BYTES = 16 * 1024

/** A regular file of ours that nobody else could read or write, and that has no other name. */
const isPrivate = async (path: string): Promise<boolean> => {
  const found = await lstat(path).catch(() => undefined)
  return (
    found?.isFile() === true &&
    found.nlink === 1 &&
    (found.mode & 0o777) === 0o600 &&
    found.uid === process.getuid?.() &&
    found.size <= MAX_BYTES
  )
}
