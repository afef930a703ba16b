import { dirname, join } from 'node:path'
import type { BottleRecord, Records } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { createPaths } from '../../drivers/host/paths.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { createTaint } from '../../reconcilers/taint/taint.ts'
import type { Tainted } from '../../reconcilers/taint/judge.ts'
import type { Taint } from '../../reconcilers/taint/taint.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { notedPolicy } from '../../controller/state/policy-note.ts'
import { ownPaths, rootsFolder } from '../policy/own-paths.ts'
import { allPolicyFiles } from '../policy/policy-file.ts'
import type { Session } from '../session/session.ts'

/**
 * The controller's judge of paths, on the files of a root as they stand or as they would.
 *
 * Guarantees: nothing is written. Caveats: the PATH and the smolvm of the controller aren't known here.
 */
export interface RootBottle {
  readonly name: string
  readonly identity: string
  readonly spec: BottleSpec
  /** Absolute path of its file. */
  readonly file: string
}

export interface RootPaths {
  /** All of the root, those that are asked about among them. */
  readonly bottles: readonly RootBottle[]
  readonly records: readonly BottleRecord[]
  readonly owner: string
}

/** `live`: where the record of one of them is kept while its start is played. */
export const createRootTaint = async (
  session: Session,
  { bottles, records, owner }: RootPaths,
  live?: { readonly identity: string; readonly records: Pick<Records, 'read' | 'update'> },
): Promise<Taint> => {
  const known = new Map(records.map((record) => [record.identity, record]))
  const noted = await notedPolicy(session.lockDir)
  const taint = createTaint({
    paths: createPaths({ roots: rootsFolder(session.env) }),
    records: {
      read: (identity) =>
        identity === live?.identity ? live.records.read(identity) : (known.get(identity) ?? unknown(identity)),
      update: async (identity, change) => {
        if (identity === live?.identity) await live.records.update(identity, change)
      },
    },
    own: ownPaths({
      root: session.root,
      stateDir: session.lockDir,
      policies: allPolicyFiles(session, [noted.file]),
      env: session.env,
    }),
    root: session.root,
    owner,
  })
  const present = new Set(bottles.map(({ identity }) => identity))
  const others = records.filter(({ identity, spec }) => !present.has(identity) && spec !== undefined)
  await taint.learn(
    [
      ...bottles.map(({ name, identity, spec, file }) => ({
        record: { ...unknown(identity), ...known.get(identity), name, goodHash: '' },
        spec: resolveSpec(spec, dirname(file)),
      })),
      ...others.map((record) => ({
        record,
        spec: resolveSpec(record.spec as BottleSpec, join(session.root, record.base ?? '.')),
      })),
    ],
    session.signal,
  )
  return taint
}

/** Why the bottle wouldn't be started, or what keeps that from being told. */
export const taintIn = async (
  session: Session,
  taint: Taint,
  { name, identity, spec, file }: RootBottle,
): Promise<{ readonly tainted?: Tainted; readonly unknown?: string }> => {
  try {
    const bottle = { name, identity, spec: resolveSpec(spec, dirname(file)) }
    const { tainted } = await taint.judge(bottle, session.signal)
    return tainted === undefined ? {} : { tainted }
  } catch (error) {
    if (!isDriverError(error)) throw error
    return { unknown: error.message }
  }
}

const unknown = (identity: string): BottleRecord => ({
  version: 1,
  uid: '',
  name: '',
  identity,
  file: '',
  generation: 0,
  specHash: '',
})
