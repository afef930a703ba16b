import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import { machineId } from './lock.ts'

/**
 * Why the state in a folder doesn't speak for this root: it came along with a copy, as the owner file in it tells. undefined:
 * it does, or says nothing about it.
 */
export const whyOthersState = async (stateDir: string, root: string): Promise<string | undefined> => {
  const owner = parseJson((await readOwn(join(stateDir, 'owner')).catch(() => undefined)) ?? '')
  if (!isRecord(owner)) return undefined
  const { path, link, machine } = owner
  if (typeof path !== 'string' || typeof machine !== 'string') return undefined
  if (machine !== (await machineId())) return `the state in ${stateDir} is from another machine`
  const real = await realpath(root).catch(() => root)
  if (path === real) return undefined
  if (typeof link === 'string' && (await realpath(link).catch(() => undefined)) === real) return undefined
  return `the state in ${stateDir} is that of the root ${path}`
}
