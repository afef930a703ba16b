import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { messageOf } from '../../drivers/message.ts'
import type { Facts, Finding, Fix } from './check.ts'
import { isOurs } from './ours.ts'

/**
 * `bottled doctor --fix`.
 *
 * Guarantees: only what findings say has a `fix`, each said before; a mode is changed only of a folder or file of this user's at
 *   or below root or state folder, by a descriptor, through no link. What fails is said, and the others go on.
 */
export const mend = async (
  findings: readonly Finding[],
  facts: Pick<Facts, 'root' | 'stateDir' | 'uid'>,
  { say, build }: { readonly say: (text: string) => void; readonly build: () => Promise<void> },
): Promise<void> => {
  const fixes = new Map(
    findings.flatMap(({ fix, command = '' }) => (fix === undefined ? [] : [[command, fix] as const])),
  )
  if (fixes.size === 0) say('nothing here can be mended without a privilege or a decision of yours')
  for (const [command, fix] of fixes) {
    say(`$ ${command}`)
    try {
      await (fix.kind === 'bundle' ? build() : chmod(fix, facts))
    } catch (error) {
      say(`  it failed: ${messageOf(error)}`)
    }
  }
}

const chmod = async (
  { path, to }: Extract<Fix, { kind: 'chmod' }>,
  { root, stateDir, uid }: Pick<Facts, 'root' | 'stateDir' | 'uid'>,
): Promise<void> => {
  if (!isOurs(path, { root, stateDir })) throw new Error(`${path} is not bottled's`)
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = await file.stat()
    if (stat.uid !== uid) throw new Error(`${path} belongs to another user`)
    if (!stat.isDirectory() && !stat.isFile()) throw new Error(`${path} is neither a folder nor a file`)
    await file.chmod(to === 'private' ? 0o700 : stat.mode & 0o7755)
  } finally {
    await file.close()
  }
}
