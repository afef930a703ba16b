import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Compiles the project and the benchmark as for a release: a loader that compiles at run time adds work to every
 * function. The result is below node_modules, so that the packages are found and `dist` stays unchanged.
 */
export const buildForBench = (root: string): string => {
  const out = join(root, 'node_modules', '.cache', 'bottled-bench')
  rmSync(out, { recursive: true, force: true })
  spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', join(root, 'bench')], { stdio: 'inherit' })
  const main = join(out, 'bench', 'main.js')
  if (!existsSync(main)) throw new Error(`tsc did not create ${main}`)
  copyFileSync(join(root, 'package.json'), join(out, 'package.json'))
  copyFileSync(join(root, 'schemas', 'bottle.schema.json'), join(out, 'schemas', 'bottle.schema.json'))
  mkdirSync(join(out, 'test'), { recursive: true })
  symlinkSync(join(root, 'test', 'fixtures'), join(out, 'test', 'fixtures'))
  return main
}
