/**
 * Which names under the root may hold Bottles. Pure.
 *
 * Guarantees: no dot-file or dot-folder, no temporary or backup file of an editor, nothing in node_modules.
 */
export const isCandidate = (path: string): boolean => {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  return isCandidateName(name) && parts.every(isCandidateFolder)
}

export const isCandidateName = (name: string): boolean =>
  EXTENSION.test(name) && !name.startsWith('.') && !LEFTOVER.test(name)

export const isCandidateFolder = (name: string): boolean =>
  name !== '' && !name.startsWith('.') && name !== 'node_modules'

const EXTENSION = /\.(?:yaml|yml|json)$/
/** Backups that keep the extension, the four files of `git mergetool`, and what sync tools leave at a conflict. */
const LEFTOVER = /^[#~]|[~#]\.|\.(?:bak|orig|swp|tmp)\.|_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+\.|\.sync-conflict-/
