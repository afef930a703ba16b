import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { identitiesIn, loadBottles, readRecord } from '../bottles/bottles.ts'
import type { Session } from '../session/session.ts'

/** The folders of this host that an agent or a bundle of this root can write, without links. */
export const agentFolders = async (session: Session): Promise<readonly string[]> => {
  const { bottles } = await loadBottles(session)
  const written = bottles.flatMap(({ valid, spec, file }) =>
    valid && file !== undefined ? [foldersOf(spec, dirname(join(session.root, file)))] : [],
  )
  // What is in force may be older than the files.
  const records = await Promise.all(
    (await identitiesIn(session.stateDir)).map((each) => readRecord(session.stateDir, each)),
  )
  const applied = records.flatMap((record) =>
    record === undefined
      ? []
      : [record.spec, record.applied?.spec].map((spec) =>
          foldersOf(spec, record.base ?? dirname(join(session.root, record.file))),
        ),
  )
  const real = [...new Set([...written, ...applied].flat())].map((path) => realpath(path).catch(() => path))
  return [...new Set(await Promise.all(real))]
}

const foldersOf = (spec: unknown, base: string): readonly string[] => {
  try {
    return usedPaths(resolveSpec(spec as BottleSpec, base))
      .filter(({ writable }) => writable)
      .map(({ path }) => path)
  } catch {
    // A record of another version.
    return []
  }
}
