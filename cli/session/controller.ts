import { lockHolder } from '../../controller/state/lock.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Session } from './session.ts'

/** Whether a controller runs on the root. */
export const isRunning = async (session: Session): Promise<boolean> =>
  (await lockHolder(session.lockDir).catch(() => undefined)) !== undefined

/** Where `isRunning` said no. */
export const noController = async (session: Session): Promise<string> => {
  const why = await whyUnseen(session)
  return why === undefined
    ? `no controller runs on ${session.root}`
    : `whether a controller runs on ${session.root} can't be seen: ${why}`
}

/** Why it can't be seen whether a controller runs. */
export const whyUnseen = ({ lockDir }: Session): Promise<string | undefined> =>
  lockHolder(lockDir).then(
    () => undefined,
    (error: unknown) => (errnoOf(error) === 'EACCES' ? `this user may not read ${lockDir}` : messageOf(error)),
  )
