import type { StatusTarget } from '../status/status-writer.ts'
import type { Context } from './context.ts'

/** Writes a status where people read it, with git care around the write, and warns where the file can't be written. */
export const writeStatus = async (
  { gitCare, statusWriter, announcer }: Pick<Context, 'gitCare' | 'statusWriter' | 'announcer'>,
  target: StatusTarget,
): Promise<void> => {
  const { document, identity } = target
  const written = await gitCare.around(target, () => statusWriter.write(target))
  if (written.kind === 'unwritable')
    announcer.warn({ name: document.name ?? '', identity }, 'StatusNotWritten', `${document.path}: ${written.why}`)
}
