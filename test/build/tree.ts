import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const REPO = join(import.meta.dirname, '..', '..')
/** What isn't copied: history, what is installed (linked instead) and what is built. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'coverage', '.cache'])

/**
 * Into an empty folder, a copy of the repository with the JavaScript beside each TypeScript file: a test that starts there needs
 * half of the processor's time, as nothing is compiled at each start.
 */
export const layTree = (folder: string): void => {
  for (const name of readdirSync(REPO))
    if (!LEFT_OUT.has(name)) cpSync(join(REPO, name), join(folder, name), { recursive: true, verbatimSymlinks: true })
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'))
  execFileSync(
    join(REPO, 'node_modules', '.bin', 'tsc'),
    ['-p', join(REPO, 'tsconfig.json'), '--noEmit', 'false', '--rootDir', REPO, '--outDir', folder],
    { stdio: 'inherit' },
  )
}
