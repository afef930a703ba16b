import type { BottleRecord } from '../../drivers/ports.ts'
import { identitiesIn, readRecord } from './bottles.ts'

/** Every record that can be read, without touching any. */
export const allRecords = async (stateDir: string): Promise<readonly BottleRecord[]> => {
  const identities = await identitiesIn(stateDir)
  const records = await Promise.all(identities.map((identity) => readRecord(stateDir, identity)))
  return records.flatMap((record) => record ?? [])
}
