import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPO } from '../e2e/controller-process.ts'

/** bottled as it is installed, in a folder of its own: it starts in a third of the time that the sources take. */
export const buildOnce = (): { readonly entry: readonly string[]; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-built-'))
  const tsc = join(REPO, 'node_modules', '.bin', 'tsc')
  execFileSync(tsc, ['-p', join(REPO, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')], { stdio: 'inherit' })
  for (const name of ['bottle.schema.json', 'bottle.crd.yaml'])
    copyFileSync(join(REPO, 'schemas', name), join(folder, 'dist', 'schemas', name))
  copyFileSync(join(REPO, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'))
  return {
    entry: [join(folder, 'dist', 'cli', 'bottled.js')],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
