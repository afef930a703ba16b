import { lockHolder } from '../../controller/state/lock.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Session } from './session.ts'

/** Whether a controller runs on the root. */
export const isRunning = async (session: Session): Promise<boolean> =>
  (await lockHolder(session.lockDir).catch(() => undefined)) !== undefined

/** Where `isRunning` said no. */
export const noController = async (session: Session): Promise<string> => {
  try {
    await lockHolder(session.lockDir)
    return `no controller runs on ${session.root}`
  } catch (error) {
    return `whether a controller runs on ${session.root} can't be seen: ${
      errnoOf(error) === 'EACCES' ? `this user may not read ${session.lockDir}` : messageOf(error)
    }`
  }
}
