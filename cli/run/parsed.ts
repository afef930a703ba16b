import { existsSync } from 'node:fs'
import type { Clock } from '../../controller/time/clock.ts'
import { createParsedFiles, type ParsedFiles } from '../../controller/parsed/parsed-files.ts'
import type { Logger } from '../../controller/report/log.ts'
import { createDisk, type Disk } from '../../drivers/disk/disk.ts'
import { ownKey } from '../../drivers/disk/own-key.ts'
import { messageOf } from '../../drivers/message.ts'
import { type Env, parsedKeyFile, stateHome, userHome } from '../session/user-folders.ts'
import { readerVersion } from '../verb/version.ts'

/** What earlier runs parsed, as far as this user sealed it; undefined where this user can keep no key: then all is parsed. */
export const openParsedFiles = async (options: {
  readonly stateDir: string
  readonly disk: Disk
  readonly clock: Clock
  readonly env: Env
  readonly log: Logger
}): Promise<ParsedFiles | undefined> => {
  const { stateDir, disk, clock, env, log } = options
  // A home that isn't there is nobody's: nothing is made in its place.
  if (!existsSync(stateHome(env)) && !existsSync(userHome(env))) return undefined
  const onLost = (why: string): void => log.info(`the next start parses all files again: ${why}`)
  const key = await ownKey(parsedKeyFile(env), createDisk()).catch((error: unknown) => onLost(messageOf(error)))
  if (key === undefined) return undefined
  return createParsedFiles({
    stateDir,
    disk,
    seal: { key, version: readerVersion() },
    turn: () => clock.sleep(0),
    onLost,
  })
}
