import { execFileSync } from 'node:child_process'
import { cpSync, lstatSync, readdirSync, symlinkSync } from 'node:fs'
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

/** When a file of what is copied was last written, or one came or went: Unix time in milliseconds. */
export const changedMs = (): number => {
  const changed = readdirSync(REPO)
    .filter((name) => !LEFT_OUT.has(name))
    .flatMap((name) => [name, ...inFolder(name)])
    .map((path) => lstatSync(join(REPO, path)).mtimeMs)
  return Math.max(...changed)
}

const inFolder = (name: string): readonly string[] =>
  lstatSync(join(REPO, name)).isDirectory()
    ? readdirSync(join(REPO, name), { recursive: true, encoding: 'utf8' }).map((path) => join(name, path))
    : []
