import { messageOf } from '../../drivers/message.ts'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import { orphanRecords } from './orphans.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * At the start: what carries this root's owner id and has no record gets one, and is then deleted like any other bottle;
 * rules of the firewall without a bottle have nothing to lose, and go at once.
 *
 * Assumptions: a record is written before anything else of a bottle, so rules without one are left over.
 */
export const adoptOrphans = async (
  parts: {
    readonly informer: { snapshot(): Snapshot }
    readonly owner: string
    readonly registry: { all(): readonly BottleRecord[]; add(record: BottleRecord): void }
    readonly drivers: Pick<Drivers, 'records' | 'firewall'>
    readonly halted: () => unknown
  },
  onProblem: (why: string) => void,
): Promise<void> => {
  const { registry, drivers, halted } = parts
  for (const orphan of orphanRecords(parts)) {
    await drivers.records.write(orphan)
    registry.add(orphan)
  }
  const look = drivers.firewall.last()
  if (look?.may !== true || halted() !== undefined) return
  const known = new Set(registry.all().map(({ identity }) => identity))
  await Promise.all(
    look.identities
      .filter((identity) => !known.has(identity))
      .map((identity) => drivers.firewall.open(identity).catch((error: unknown) => onProblem(messageOf(error)))),
  )
}
