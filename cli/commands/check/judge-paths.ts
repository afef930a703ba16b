import { join } from 'node:path'
import type { BottleRecord, Records } from '../../../drivers/ports.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../../reconcilers/derive/used-paths.ts'
import { identityOf } from '../../../reconcilers/derive/identity.ts'
import type { Tainted } from '../../../reconcilers/taint/judge.ts'
import type { Taint } from '../../../reconcilers/taint/taint.ts'
import type { Bottle, BottleSpec } from '../../../schemas/bottle.ts'
import { allRecords } from '../../bottles/all-records.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { createRootTaint, taintIn } from '../../preview/root-taint.ts'
import type { RootBottle, RootPaths } from '../../preview/root-taint.ts'
import { ownerId } from './plan-state.ts'
import type { Session } from '../../session/session.ts'

/** A document, and where it stands or would. */
export interface Placed {
  readonly bottle: Bottle
  /** Absolute. */
  readonly file: string
}

export interface PathsJudge {
  /** Why it wouldn't be started, or what keeps that from being told. */
  judge(document: Placed): Promise<{ readonly tainted?: Tainted; readonly unknown?: string }>
  /** For a preview that plays its start. */
  taintFor(identity: string, records: Pick<Records, 'read' | 'update'>): Promise<Taint>
}

/**
 * Judges documents by the paths of all bottles of the root, the documents in place of what is there under their names.
 * The root is read only if one of them has paths.
 */
export const createPathsJudge = (
  session: Session,
  documents: readonly Placed[],
  records?: readonly BottleRecord[],
): PathsJudge => {
  let read: Promise<RootPaths> | undefined
  const ground = (): Promise<RootPaths> => (read ??= groundOf(session, documents, records))
  let plain: Promise<Taint> | undefined
  return {
    judge: async (document) => {
      const bottle = rootBottle(document)
      if (usedPaths(resolveSpec(bottle.spec, '/')).length === 0) return {}
      plain ??= ground().then((all) => createRootTaint(session, all))
      return taintIn(session, await plain, bottle)
    },
    taintFor: async (identity, live) => createRootTaint(session, await ground(), { identity, records: live }),
  }
}

const groundOf = async (
  session: Session,
  documents: readonly Placed[],
  records: readonly BottleRecord[] | undefined,
): Promise<RootPaths> => {
  const given = new Map(documents.map((document) => [document.bottle.metadata.name, rootBottle(document)]))
  const there = (await loadBottles(session)).bottles.flatMap(({ name, identity, spec, file, valid }) =>
    !valid || file === undefined || identity === undefined || given.has(name)
      ? []
      : [{ name, identity, spec: spec as BottleSpec, file: join(session.root, file) }],
  )
  return {
    bottles: [...there, ...given.values()],
    records: records ?? (await allRecords(session.stateDir)),
    owner: await ownerId(session.stateDir),
  }
}

const rootBottle = ({ bottle, file }: Placed): RootBottle => ({
  name: bottle.metadata.name,
  identity: identityOf(bottle) ?? bottle.metadata.name,
  spec: bottle.spec,
  file,
})
