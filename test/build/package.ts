import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const REPO = join(import.meta.dirname, '..', '..')

/**
 * Builds bottled as it is installed, in a separate folder: it starts three times faster than the sources, and is what
 * users run. Until it is removed, `entry` starts this build, here and in children.
 */
export const buildPackage = (): { remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-built-'))
  // Some tests start it as another user.
  chmodSync(folder, 0o755)
  layPackage(folder)
  process.env['BOTTLED_BUILT'] = join(folder, 'dist')
  return {
    remove: () => {
      delete process.env['BOTTLED_BUILT']
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Into an empty folder; the build is its `dist`. */
export const layPackage = (folder: string): void => {
  const built = join(folder, 'dist')
  const tsc = join(REPO, 'node_modules', '.bin', 'tsc')
  execFileSync(tsc, ['-p', join(REPO, 'tsconfig.build.json'), '--outDir', built], { stdio: 'inherit' })
  execFileSync(
    process.execPath,
    ['--import', 'tsx', join(REPO, 'release', 'build-page.ts'), join(built, 'page', 'built')],
    { cwd: REPO, stdio: 'inherit' },
  )
  for (const name of readdirSync(join(REPO, 'schemas')).filter((each) => /\.(json|yaml)$|^presets$/.test(each)))
    cpSync(join(REPO, 'schemas', name), join(built, 'schemas', name), { recursive: true })
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(REPO, 'bundle', name), join(built, 'bundle', name))
  copyFileSync(join(REPO, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'))
}
