import { acquireLock, LockedError } from '../../controller/state/lock.ts'

/** Takes the lock and holds it until killed, or prints its holder: `lock-holder.ts STATE`. */
try {
  await acquireLock(process.argv[2] ?? '')
  console.log('held')
  setInterval(() => undefined, 1000)
} catch (error) {
  if (!(error instanceof LockedError)) throw error
  console.log(`locked by ${error.holder.pid}`)
}
