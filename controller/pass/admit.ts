import type { BottleSpec } from '../../schemas/bottle.ts'
import type { Context } from './context.ts'
import { enroll } from './enroll.ts'
import { judge } from './judge.ts'

/**
 * Enrolls new bottles and reserves their subnets, in order of identity, before any of them has a pass: the same files give
 * the same subnets, whatever order they were found in.
 */
export const createPreparer =
  (context: Context) =>
  async (names: readonly string[]): Promise<void> => {
    const { store, registry, drivers, allocator, signal } = context
    const unclear = store.unclear()
    const wishes: { identity: string; pin: string | undefined }[] = []
    for (const name of names.toSorted()) {
      const record = registry.byName(name)
      if (record?.subnet !== undefined || record?.deleting !== undefined) continue
      const judgement = judge({
        name,
        documents: store.documents(name),
        record,
        holder: (identity) => drivers.records.read(identity),
        unclear,
      })
      if (judgement.kind !== 'accepted') continue
      const { spec } = judgement.bottle
      await enroll(context, judgement)
      if (spec.suspend !== true)
        wishes.push({ identity: judgement.identity, pin: (spec as BottleSpec).network?.subnet })
    }
    if (wishes.length > 0) await allocator.allocate(wishes, signal)
  }
