import type { BottleStatus, Condition } from '../../schemas/bottle.ts'

/** A condition of the last status, from the record (never from the file). */
export const conditionOf = (status: unknown, type: string): Condition | undefined =>
  (status as BottleStatus | undefined)?.conditions?.find((condition) => condition.type === type)
