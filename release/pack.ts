import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildPage } from './build-page.ts'
import { stage } from './stage.ts'

/**
 * Packs what is published: `npm run package -- [FOLDER]`, by default the current folder.
 *
 * Flow: build → stage with the dependencies of package-lock.json and the SBOM inside → npm pack.
 * Guarantees: the same commit and lock give the same bytes, whatever the time, the folder and the umask; nothing in the
 *   package has an install script.
 *   What was changed since the commit is said in `dist/commit`.
 * Assumptions: `npm ci` has run; the sources are a git checkout.
 */
const ROOT = join(import.meta.dirname, '..')

const target = resolve(process.argv[2] ?? '.')
// npm keeps the modes of what it packs.
process.umask(0o022)
mkdirSync(target, { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'bottled-package-'))
try {
  const run = (command: string, args: readonly string[], cwd: string): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], ROOT)
  await buildPage(join(folder, 'dist', 'page', 'built'))
  stage({ root: ROOT, folder })
  const changed = run('git', ['status', '--porcelain', '--untracked-files=no'], ROOT) === '' ? '' : '-changed'
  writeFileSync(join(folder, 'dist', 'commit'), `${run('git', ['rev-parse', 'HEAD'], ROOT).trim()}${changed}\n`)
  process.stdout.write(run('npm', ['pack', '--silent', '--pack-destination', target], folder))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
