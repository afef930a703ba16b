import { lstat } from 'node:fs/promises'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { actsThere } from './acts-there.ts'
import type { Acts, Place } from './acts-there.ts'
import { judge } from './judge.ts'
import type { Asked } from './judge.ts'
import type { LeftOut } from './left-out.ts'
import type { OpenFolder } from './open-folder.ts'
import type { TarMember } from './tar-members.ts'
import { openTree } from './tree.ts'
import { identityOf, writeFile } from './write-file.ts'

/**
 * Writes what a bottle sends below an open folder.
 *
 * Flow: each member is judged by its name and kind, then by what lies where it goes; what may be written goes below the
 *   folder, whose every step is opened without following links; what doesn't is named.
 * Guarantees: nothing is written elsewhere; the first of two members of one place stays.
 */
export interface Receiving {
  readonly members: AsyncIterable<TarMember>
  readonly folder: OpenFolder
  readonly asked: Asked
  readonly leftOut: LeftOut
  readonly isRoot: Place['isRoot']
  /** May throw to end the copy. */
  onMember(): void
  onFile(name: string, size: number): void
}

export interface Received {
  readonly members: number
  /** What was asked for is a link to this. */
  readonly linkedTo: string | undefined
}

const MOST_MEMBERS = 1_000_000

export const receive = async (receiving: Receiving): Promise<Received> => {
  const { members, folder, asked, leftOut } = receiving
  const tree = openTree(folder)
  const made = new Set<string>()
  let count = 0
  try {
    for await (const member of members) {
      receiving.onMember()
      if ((count += 1) > MOST_MEMBERS)
        throw new CliError(`more than ${MOST_MEMBERS} files and folders came`, 'copy it in parts', 'Conflict')
      const verdict = judge(member, asked)
      if (verdict.kind === 'linked') return { members: count, linkedTo: verdict.to }
      if (verdict.kind === 'left out' || verdict.kind === 'refused') leftOut.add(verdict.kind, member.name, verdict.why)
      else {
        const not = await writeMember(receiving, { member, path: verdict.path, tree, made })
        if (not !== undefined) leftOut.add(not.kind, member.name, not.why)
      }
    }
    return { members: count, linkedTo: undefined }
  } finally {
    await tree.close()
  }
}

interface Placed {
  readonly member: TarMember
  readonly path: readonly string[]
  readonly tree: ReturnType<typeof openTree>
  readonly made: Set<string>
}

/** Why it isn't written. */
const writeMember = async (
  { isRoot, onFile }: Receiving,
  { member, path, tree, made }: Placed,
): Promise<Acts | undefined> => {
  const name = path.at(-1) ?? ''
  const kind = member.kind === 'folder' ? 'folder' : 'file'
  const refused = (why: string): Acts => ({ kind: 'refused', why })
  try {
    const acts = await actsThere({ path, kind, open: (way) => tree.folder(way), isRoot })
    if (acts !== undefined) return acts
    if (kind === 'folder') {
      await tree.folder(path, member.mode)
      return undefined
    }
    const folder = await tree.folder(path.slice(0, -1))
    const there = await lstat(folder.at(name), { bigint: true }).catch(() => undefined)
    if (there?.isDirectory() === true) return refused('there is a folder of this name')
    if (there !== undefined && made.has(identityOf(there))) return refused('another member has its place')
    made.add(await writeFile(folder, name, member))
    onFile(name, member.size)
    return undefined
  } catch (error) {
    if (!SKIPPABLE.has(errnoOf(error))) throw error
    return refused(
      errnoOf(error) === 'ENOTDIR' || errnoOf(error) === 'ELOOP'
        ? 'a file or a link is where its folder must be'
        : messageOf(error).replace(/, \w+ .*$/s, ''),
    )
  }
}

/** They concern one member; any other ends the copy. */
const SKIPPABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EEXIST',
  'EILSEQ',
  'EINVAL',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOTDIR',
  'EPERM',
])
