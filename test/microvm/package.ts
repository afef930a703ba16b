import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { productionModules } from '../../release/lock.ts'
import type { Lock } from '../../release/lock.ts'

/**
 * Puts the files for the virtual host on the shared folder: the package as npm would publish it, and its dependencies.
 *
 * Assumptions: `npm run build` has run; node_modules is installed.
 * Caveats: as tar files, since thousands of small reads over the shared folder take minutes under emulation.
 */
const ROOT = join(import.meta.dirname, '..', '..')

export const layPackage = (share: string): void => {
  if (!existsSync(join(ROOT, 'dist', 'cli', 'bottled.js')))
    throw new Error('dist/cli/bottled.js is missing: npm run build')
  execFileSync('npm', ['pack', '--silent', '--pack-destination', share], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const packed = readdirSync(share).find((name) => name.endsWith('.tgz'))
  if (packed === undefined) throw new Error('npm pack created no file')
  renameSync(join(share, packed), join(share, 'package.tgz'))
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
  const modules = productionModules(lock).filter(
    (path) => !path.includes('/node_modules/') && existsSync(join(ROOT, path)),
  )
  execFileSync('tar', ['-C', ROOT, '-cf', join(share, 'modules.tar'), ...modules])
  cpSync(join(ROOT, 'test', 'fixtures', 'bundle'), join(share, 'bundle'), { recursive: true })
}

/** The additional files for tests inside the virtual host: compiled, since it can't run TypeScript. */
export const layTests = (share: string): void => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-lab-tests-'))
  try {
    execFileSync('npx', ['tsc', '-p', 'test/microvm/tsconfig.json', '--outDir', folder], {
      cwd: ROOT,
      stdio: 'inherit',
    })
    for (const name of ['uvu', 'dequal', 'diff', 'kleur'])
      cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
    execFileSync('tar', ['-C', folder, '-cf', join(share, 'tests.tar'), '.'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
