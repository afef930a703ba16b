import { dirname, join, relative } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Attributes, filterOf, parseAttributes } from './attributes.ts'
import { readBytesText } from './read-bounded.ts'
import type { WorkTree } from './work-tree.ts'

/**
 * Which files of a work tree git has a filter for, from the files that say so. git isn't asked: it would carry out what the
 * configuration of the repository says, which may be anyone's.
 *
 * Caveats: `core.attributesFile` isn't known, only its default; a `.gitattributes` that is missing in the work tree isn't
 *   looked up in the index; one larger than 128 KiB counts as empty.
 */
const MOST_BYTES = 128 * 1024
/** Others have their turn after this long: patterns may be made to take their time. */
const AT_ONCE_MS = 20

export type Env = Readonly<Record<string, string | undefined>>

/** Of these files, those with the filter `name`. */
export const filesWithFilter = async (
  { top, commonDir }: WorkTree,
  files: readonly string[],
  { name, env }: { readonly name: string; readonly env: Env },
): Promise<readonly string[]> => {
  const { HOME, XDG_CONFIG_HOME } = env
  const config = XDG_CONFIG_HOME || (HOME === undefined ? undefined : join(HOME, '.config'))
  const below = [
    await read('/etc/gitattributes', ''),
    ...(config === undefined ? [] : [await read(join(config, 'git', 'attributes'), '')]),
  ]
  const above = await read(join(commonDir, 'info', 'attributes'), '')
  const known = new Map<string, Attributes>()
  const found: string[] = []
  let sinceMs = performance.now()
  for (const file of files) {
    if (performance.now() - sinceMs > AT_ONCE_MS) {
      await turn()
      sinceMs = performance.now()
    }
    const own: Attributes[] = []
    for (const base of basesOf(relative(top, dirname(file)))) {
      const attributes = known.get(base) ?? (await read(join(top, base, '.gitattributes'), base))
      known.set(base, attributes)
      own.push(attributes)
    }
    if (filterOf(bytesOf(relative(top, file)), [...below, ...own, above]) === name) found.push(file)
  }
  return found
}

/** git compares bytes. */
export const bytesOf = (path: string): string => Buffer.from(path, 'utf8').toString('latin1')

/** `a/b`: '', `a/`, `a/b/`. */
const basesOf = (folder: string): readonly string[] => {
  const names = folder.split('/').filter((name) => name !== '')
  return ['', ...names.map((_, at) => `${names.slice(0, at + 1).join('/')}/`)]
}

const read = async (path: string, base: string): Promise<Attributes> =>
  parseAttributes((await readBytesText(path, MOST_BYTES)) ?? '', bytesOf(base))
