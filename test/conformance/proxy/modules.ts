import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SRT_VERSION } from '../../../bundle/engine/srt-modules.ts'

/** The node_modules of the bundle image, or why they are missing. Throws if they are required. */
export const bundleModules = (): { readonly path: string } | { readonly missing: string } => {
  const path = process.env['BOTTLED_BUNDLE_MODULES'] ?? join(homedir(), '.cache/bottled-bundle/node_modules')
  const manifest = join(path, '@anthropic-ai/sandbox-runtime/package.json')
  const version = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
    : undefined
  const has = existsSync(join(path, '@modelcontextprotocol/sdk/package.json'))
  if (version === SRT_VERSION && has) return { path }
  const missing = `${path} hasn't the packages of bundle/package-lock.json; .ci/install-bundle FOLDER installs them`
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('bundle'))
    throw new Error(`BOTTLED_REQUIRE names bundle, but ${missing}`)
  return { missing }
}
