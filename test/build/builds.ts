import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { layPackage } from './package.ts'
import { changedMs, layTree } from './tree.ts'

/**
 * The package and the compiled repository that test files run on; `entry` starts that package, here and in children. Returns
 * the folder of the latter.
 *
 * Flow: BOTTLED_BUILDS names a folder of the caller's → the first run builds there, later ones take it while the sources are
 *   the same; without it, a folder of our own, until this process ends.
 * Assumptions: one run at a time has that folder.
 */
export const createBuilds = (): string => {
  const shared = process.env['BOTTLED_BUILDS']
  const folder = shared === undefined ? mkdtempSync(join(tmpdir(), 'bottle-t-builds-')) : resolve(shared)
  if (shared === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [built, tree, complete] = [join(folder, 'package'), join(folder, 'tree'), join(folder, 'complete')]
  if (!existsSync(complete) || Number(readFileSync(complete, 'utf8')) < changedMs()) {
    rmSync(complete, { force: true })
    for (const each of [built, tree]) {
      rmSync(each, { recursive: true, force: true })
      mkdirSync(each, { recursive: true })
    }
    // Some tests start programs of it as another user.
    for (const each of [folder, built, tree]) chmodSync(each, 0o755)
    const begunMs = Date.now()
    layPackage(built)
    layTree(tree)
    writeFileSync(complete, `${begunMs}`)
  }
  process.env['BOTTLED_BUILT'] = join(built, 'dist')
  return tree
}
