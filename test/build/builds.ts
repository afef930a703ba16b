import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layPackage } from './package.ts'
import { layTree } from './tree.ts'

/**
 * The package and the compiled repository that test files run on; `entry` starts that package, here and in children.
 *
 * Flow: BOTTLED_BUILDS names a folder of the caller's → the first run builds there, later ones take it as it is;
 *   without it, a folder of our own, until it is removed.
 * Assumptions: one run at a time has that folder, and the sources are the same for all (`.ci/run`).
 */
export const createBuilds = (): { readonly tree: string; remove(): void } => {
  const shared = process.env['BOTTLED_BUILDS']
  const folder = shared ?? mkdtempSync(join(tmpdir(), 'bottle-t-builds-'))
  const [built, tree, complete] = [join(folder, 'package'), join(folder, 'tree'), join(folder, 'complete')]
  if (!existsSync(complete)) {
    for (const each of [built, tree]) {
      rmSync(each, { recursive: true, force: true })
      mkdirSync(each, { recursive: true })
    }
    // Some tests start programs of it as another user.
    for (const each of [folder, built, tree]) chmodSync(each, 0o755)
    layPackage(built)
    layTree(tree)
    writeFileSync(complete, '')
  }
  process.env['BOTTLED_BUILT'] = join(built, 'dist')
  return {
    tree,
    remove: () => {
      delete process.env['BOTTLED_BUILT']
      if (shared === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
