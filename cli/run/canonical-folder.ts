import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../print/cli-error.ts'

/** The root as it really is called. */
export const canonicalFolder = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new CliError(`${path} doesn't exist`, `mkdir -p ${path}`)
  if (!found.isDirectory()) throw new CliError(`${path} is not a folder`, `bottled run ${dirname(path)}`)
  return realpath(path)
}
