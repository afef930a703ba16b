import type { Timer } from '../time/clock.ts'
import type { Clock } from '../time/clock.ts'
import type { Writer } from '../folder/open-writers.ts'
import type { StatusWriter } from './status-writer.ts'

/**
 * Writes no status into a file while somebody has it open for writing.
 *
 * Flow: a write that meets an open file is given up; when the file is closed, its bottles have their pass.
 * Guarantees: each such file is reported once, until it is closed.
 */
export interface OpenFileCare {
  readonly status: StatusWriter
  stop(): void
}

const LOOK_MS = 500

export const createOpenFileCare = (options: {
  readonly writer: StatusWriter
  readonly clock: Pick<Clock, 'setTimer'>
  /** A status was held and may be written now. */
  readonly onFree: (name: string) => void
  readonly onHeld: (path: string, writer: string) => void
}): OpenFileCare => {
  const { writer, clock, onFree, onHeld } = options
  /** By path. */
  const held = new Map<string, { readonly writer: Writer; readonly names: Set<string> }>()
  let timer: Timer | undefined

  const look = (): void => {
    timer = undefined
    for (const [path, { writer: holder, names }] of held) {
      if (holder.isOpen()) continue
      held.delete(path)
      for (const name of names) onFree(name)
    }
    schedule()
  }

  const schedule = (): void => {
    if (held.size > 0) timer ??= clock.setTimer(LOOK_MS, look)
  }

  return {
    status: {
      stands: writer.stands,
      write: async (target) => {
        const result = await writer.write(target)
        if (result.kind !== 'held') return result
        const { path, name = '' } = target.document
        const known = held.get(path)
        if (known === undefined) onHeld(path, result.writer.name)
        held.set(path, { writer: result.writer, names: new Set([...(known?.names ?? []), name]) })
        schedule()
        return { kind: 'unchanged' }
      },
    },
    stop: () => timer?.cancel(),
  }
}
