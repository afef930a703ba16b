import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { whyOthersState } from '../../controller/state/whose-state.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { isRecord, parseJson, valueAt } from '../../drivers/json.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { isStale, statusFrom } from './bottle-view.ts'
import type { BottleView } from './bottle-view.ts'
import { stateInUse } from '../session/root.ts'
import type { Env } from '../session/user-folders.ts'
import { ownRecord, trueStatus } from './true-status.ts'
import type { Believed } from './true-status.ts'

/** What the state folder keeps of bottles: their records, and statuses that aren't written into files. */
export interface Where {
  readonly root: string
  readonly stateDir: string
  /** The state folder itself, of which a simulated run uses a folder; undefined: what is simulated doesn't count. */
  readonly lockDir?: string
  /** Of this user; undefined: nothing that a controller kept of files is used. */
  readonly env?: Env
}

/** What the state folder keeps of an identity, as far as it was needed. */
export interface Kept {
  record?: Promise<BottleRecord | undefined>
  sidecar?: Promise<BottleStatus | undefined>
}

/** Where the state is now: a controller may have begun since, or one of the other kind. */
export const stateNow = async ({ lockDir, stateDir }: Pick<Where, 'lockDir' | 'stateDir'>): Promise<string> =>
  lockDir === undefined ? stateDir : stateInUse(lockDir)

/** Each with the status that counts, or why none does. */
export const withTrueStatus = async (
  where: Where,
  bottles: readonly BottleView[],
  known: Map<string, Kept>,
): Promise<readonly BottleView[]> => {
  const { root, stateDir, lockDir } = where
  const names = await readdir(join(stateDir, 'bottles')).catch((error: unknown) => errnoOf(error))
  const present = new Set(typeof names === 'string' ? [] : names)
  const unknown = names === 'EACCES' ? `this user may not read ${stateDir}` : await whyOthersState(stateDir, root)
  const simulated = lockDir === undefined ? undefined : lockDir !== stateDir
  const twins = twinsIn(bottles)
  return Promise.all(
    bottles.map(async (bottle) => {
      const { identity, name, status: inline } = bottle
      const isKept = identity !== undefined && present.has(identity)
      if (inline === undefined && !isKept) return bottle
      const kept = (isKept ? known.get(identity) : undefined) ?? {}
      if (isKept) known.set(identity, kept)
      const record = isKept ? await (kept.record ??= readRecord(stateDir, identity)) : undefined
      const believe = (sidecar?: BottleStatus): Believed => {
        const isTwin = twins.has(name) && record?.file !== bottle.file
        return trueStatus({ name, identity, inline, sidecar, isTwin }, { record, isKept, simulated, unknown })
      }
      const believed = inline === undefined ? undefined : believe()
      const found =
        believed?.status !== undefined || !isKept
          ? believed
          : believe(await (kept.sidecar ??= readSidecar(stateDir, identity)))
      return { ...bottle, status: undefined, ...found, stale: isStale(found?.status, bottle.specHash) }
    }),
  )
}

/** Names of several documents. */
const twinsIn = (bottles: readonly BottleView[]): ReadonlySet<string> => {
  const seen = new Set<string>()
  return new Set(bottles.flatMap(({ name }) => (seen.has(name) ? [name] : (seen.add(name), []))))
}

const readSidecar = async (stateDir: string, identity: string): Promise<BottleStatus | undefined> => {
  const text = await readOwn(join(stateDir, 'bottles', identity, 'status.yaml')).catch(() => undefined)
  if (text === undefined) return undefined
  const { parse } = await import('yaml')
  try {
    return statusFrom(valueAt(parse(text), ['status']))
  } catch {
    // Torn: it is written again.
    return undefined
  }
}

/** Identities with a record. A folder under removal has another name; a crash may leave such a folder. */
export const identitiesIn = async (stateDir: string): Promise<readonly string[]> =>
  (await readdir(join(stateDir, 'bottles')).catch(() => [])).filter(isIdentity)

/** The record of this very bottle: another may have its identity. */
export const recordOf = async (
  where: Pick<Where, 'lockDir' | 'stateDir'>,
  { name, identity }: Pick<BottleView, 'name' | 'identity'>,
): Promise<BottleRecord | undefined> =>
  identity === undefined
    ? undefined
    : ownRecord({ name, identity, isTwin: false }, await readRecord(await stateNow(where), identity))

export const readRecord = async (stateDir: string, identity: string): Promise<BottleRecord | undefined> => {
  const text = await readOwn(join(stateDir, 'bottles', identity, 'record.json')).catch(() => undefined)
  const record = parseJson(text ?? '')
  return isRecord(record) && typeof record['name'] === 'string' && typeof record['generation'] === 'number'
    ? (record as unknown as BottleRecord)
    : undefined
}
