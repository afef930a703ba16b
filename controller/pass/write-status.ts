import type { StatusTarget } from '../status/status-writer.ts'
import type { Context } from './context.ts'

export type WriteStatusParts = Pick<Context, 'store' | 'gitCare' | 'statusWriter' | 'announcer'>

/** Writes a status where people read it, with git care around the write, and warns where the file can't be written. */
export const writeStatus = async (
  { store, gitCare, statusWriter, announcer }: WriteStatusParts,
  { document, identity, status }: StatusTarget,
): Promise<void> => {
  const { name = '', path, index } = document
  // The pass may have written a status since it read the document: only the latest tells whether this one is new.
  const latest = store.documents(name).find((stored) => stored.path === path && stored.index === index) ?? document
  const target = { document: latest, identity, status }
  const written = await gitCare.around(target, () => statusWriter.write(target))
  if (written.kind === 'unwritable') announcer.warn({ name, identity }, 'StatusNotWritten', `${path}: ${written.why}`)
}
