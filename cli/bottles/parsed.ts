import { join } from 'node:path'
import { createKnownFiles, MOST_PART_BYTES, PARSED_FOLDER } from '../../controller/parsed/known-files.ts'
import type { KnownFiles } from '../../controller/parsed/known-files.ts'
import { readOwnKey } from '../../drivers/disk/own-key.ts'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { type Env, parsedKeyFile } from '../session/user-folders.ts'
import { readerVersion } from '../verb/version.ts'

/**
 * What a controller of this user kept of the files that it parsed; undefined for another user, who has another key: nobody is
 * told by somebody else what a file says.
 */
export const openKnownFiles = async ({
  stateDir,
  env,
}: {
  readonly stateDir: string
  readonly env?: Env | undefined
}): Promise<KnownFiles | undefined> => {
  const key = env === undefined ? undefined : await readOwnKey(parsedKeyFile(env))
  if (key === undefined) return undefined
  const read = (part: string): Promise<string | undefined> =>
    readOwn(join(stateDir, PARSED_FOLDER, part), MOST_PART_BYTES)
  return createKnownFiles({ read, seal: { key, version: readerVersion() } })
}
