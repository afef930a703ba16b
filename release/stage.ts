import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Lock } from './lock.ts'
import { productionModules } from './lock.ts'
import { sbomOf } from './sbom.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly files: readonly string[]
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** Lays out the package in `folder`, which has `dist` already. */
export const stage = ({ root, folder }: { readonly root: string; readonly folder: string }): void => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'))
  const manifest = read('package.json') as Manifest
  const lock = read('package-lock.json') as Lock
  const files = manifest.files.filter((file) => file !== 'dist').flatMap((file) => expanded(root, file))
  for (const name of [...files, 'README.md', 'LICENSE', 'SECURITY.md'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  for (const name of files.filter((file) => file.startsWith('schemas/')))
    cpSync(join(root, name), join(folder, 'dist', name), { recursive: true })
  // What `bottled bundle build` installs.
  for (const name of ['bundle/package.json', 'bundle/package-lock.json'])
    cpSync(join(root, name), join(folder, 'dist', name))
  for (const name of Object.values(manifest.bin)) chmodSync(join(folder, name), 0o755)
  for (const path of productionModules(lock))
    if (!path.includes('/node_modules/')) cpSync(join(root, path), join(folder, path), { recursive: true })
  writeFileSync(join(folder, 'sbom.cdx.json'), sbomOf(manifest, lock))
  // Bundled, so that who installs it gets what was tested: npm doesn't honour the `overrides` of a dependency.
  const { scripts: _scripts, devDependencies: _dev, overrides: _overrides, ...kept } = manifest
  const published = {
    ...kept,
    files: [...manifest.files, 'sbom.cdx.json', 'SECURITY.md'],
    bundleDependencies: Object.keys(manifest.dependencies),
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
}

/** The files that a pattern of `files` names: `*` in the last segment. */
const expanded = (root: string, pattern: string): readonly string[] => {
  if (!pattern.includes('*')) return [pattern]
  const folder = dirname(pattern)
  const [before = '', after = ''] = basename(pattern).split('*')
  return readdirSync(join(root, folder))
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .toSorted()
    .map((name) => join(folder, name))
}
