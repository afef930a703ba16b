import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The node_modules of the bundle image, or why they are missing. Throws if they are required. */
export const bundleModules = (): { readonly path: string } | { readonly missing: string } => {
  const path = process.env['BOTTLED_BUNDLE_MODULES'] ?? join(homedir(), '.cache/bottled-bundle/node_modules')
  const wanted = read<{ readonly dependencies: Readonly<Record<string, string>> }>(
    join(import.meta.dirname, '../../../bundle/package.json'),
  )
  const other = Object.entries(wanted?.dependencies ?? {}).find(
    ([name, version]) => read<{ readonly version: string }>(join(path, name, 'package.json'))?.version !== version,
  )
  if (other === undefined) return { path }
  const missing = `${path} hasn't ${other.join(' ')}; .ci/install-bundle FOLDER installs what bundle/package-lock.json names`
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('bundle'))
    throw new Error(`BOTTLED_REQUIRE names bundle, but ${missing}`)
  return { missing }
}

const read = <T>(file: string): T | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined
