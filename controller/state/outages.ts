import { join } from 'node:path'
import { createDisk, type Disk } from '../../drivers/disk/disk.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * What the controller can't reach at this moment: `<state>/outages.json`. While something stands there, no status is new.
 *
 * Guarantees: written at each beginning and end, in order; no write without a change; memory knows at once.
 * Caveats: a controller that was killed leaves what it knew; the next one begins with none.
 */
export interface Outage {
  readonly reason: 'DockerUnavailable' | 'MachinesUnknown'
  readonly message: string
  /** ISO 8601 UTC. */
  readonly since: string
}

export interface Outages {
  begin(reason: Outage['reason'], message: string): void
  /** `as`: the reason of its end. */
  end(reason: Outage['reason'], as: string, message: string): void
  of(reason: Outage['reason']): Outage | undefined
  /** What an earlier controller left is over. */
  clear(): Promise<void>
  /** The file may have been removed: writes what there is. */
  restore(): void
  /** All is written, or given up. */
  flush(): Promise<void>
}

const fileOf = (stateDir: string): string => join(stateDir, 'outages.json')

export const createOutages = (options: {
  readonly stateDir: string
  readonly disk: Disk
  readonly clock: { now(): number }
  readonly announce: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly log: { warn(message: string): void }
}): Outages => {
  const { stateDir, disk, clock, announce, log } = options
  const current = new Map<Outage['reason'], Outage>()
  let written = ''
  let writing = Promise.resolve()

  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      const text = `${JSON.stringify([...current.values()])}\n`
      if (text === written) return
      await disk.writeDurable(fileOf(stateDir), text)
      written = text
    })
    const done = writing.catch((error: unknown) => log.warn(`an outage is not noted: ${messageOf(error)}`))
    writing = done
    return done
  }

  return {
    begin: (reason, message) => {
      current.set(reason, { reason, message, since: new Date(clock.now()).toISOString() })
      void write()
      announce('Warning', reason, message)
    },
    end: (reason, as, message) => {
      if (current.delete(reason)) void write()
      announce('Normal', as, message)
    },
    of: (reason) => current.get(reason),
    clear: async () => {
      written = '[]\n'
      if ((await readOutages(stateDir, disk)).length === 0) return
      written = ''
      await write()
    },
    restore: () => {
      written = '[]\n'
      void write()
    },
    flush: () => writing,
  }
}

/** For clients. */
export const readOutages = async (stateDir: string, disk: Disk = createDisk()): Promise<readonly Outage[]> => {
  const value = parseJson((await disk.read(fileOf(stateDir)).catch(() => undefined)) ?? '')
  return Array.isArray(value) ? value.filter(isOutage) : []
}

const isOutage = (value: unknown): value is Outage =>
  isRecord(value) && ['reason', 'message', 'since'].every((key) => typeof value[key] === 'string')
