import { join } from 'node:path'
import { readOwn } from '../../drivers/disk/read-own.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'

/** What the last run judged by, for clients that are to judge likewise: they don't know its flags. */
export interface PolicyNote {
  /** The policy's file; absent: the built-in one. */
  readonly file?: string | undefined
  /** `--subnet-pool`. */
  readonly pools: readonly string[]
  /** `--runtime`; absent: microvm. */
  readonly runtime?: 'microvm' | 'container' | 'gvisor' | undefined
}

const NOTE = 'last-policy'

/** Written only if it changes. */
export const notePolicy = async (
  stateDir: string,
  note: PolicyNote,
  disk: Pick<Disk, 'writeDurable'>,
): Promise<void> => {
  const text = `${JSON.stringify(note)}\n`
  if ((await textOf(stateDir)) !== text) await disk.writeDurable(join(stateDir, NOTE), text)
}

/** Without a note, or where it can't be read, as if there had been no flags. */
export const notedPolicy = async (stateDir: string): Promise<PolicyNote> => {
  const value = parseJson((await textOf(stateDir)) ?? '')
  const { file, pools, runtime } = isRecord(value) ? value : {}
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(runtime === 'container' || runtime === 'gvisor' ? { runtime } : {}),
    pools: Array.isArray(pools) ? pools.filter((pool): pool is string => typeof pool === 'string') : [],
  }
}

const textOf = (stateDir: string): Promise<string | undefined> => readOwn(join(stateDir, NOTE)).catch(() => undefined)
