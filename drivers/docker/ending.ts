import { isDriverError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** How a container ends, by id. Both may be repeated. */
export interface Ending {
  readonly id: string
  readonly operation: string
}

const STOP_SECONDS = 10

export const stopContainer = async (
  connection: Connection,
  { id, operation }: Ending,
  signal?: AbortSignal,
): Promise<void> => {
  const query = { t: STOP_SECONDS }
  const path = `/containers/${id}/stop`
  await connection.request({ operation, doing: 'remove', method: 'POST', path, query, accept: [304, 404] }, signal)
}

/** With the volumes that its image declares. */
export const removeContainer = async (
  connection: Connection,
  { id, operation }: Ending,
  signal?: AbortSignal,
): Promise<void> => {
  const asked = { operation, doing: 'remove', accept: [404] } as const
  const path = `/containers/${id}`
  try {
    await connection.request({ ...asked, method: 'DELETE', path, query: { force: true, v: true } }, signal)
  } catch (error) {
    if (!isDriverError(error, 'Busy')) throw error
    // Someone else removes it already: harmless, once it is gone.
    await connection.request(
      { ...asked, method: 'POST', path: `${path}/wait`, query: { condition: 'removed' } },
      signal,
    )
  }
}
