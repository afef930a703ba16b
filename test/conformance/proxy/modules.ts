import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SECRETLINT_VERSION } from '../../../bundle/gate/scan.ts'
import { SRT_VERSION } from '../../../bundle/engine/srt-modules.ts'

/** The node_modules of the bundle image, or why they are missing. Throws if they are required. */
export const bundleModules = (
  name: keyof typeof VERSIONS = '@anthropic-ai/sandbox-runtime',
): { readonly path: string } | { readonly missing: string } => {
  const path = process.env['BOTTLED_BUNDLE_MODULES'] ?? join(homedir(), '.cache/bottled-bundle/node_modules')
  const manifest = join(path, name, 'package.json')
  const version = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
    : undefined
  if (version === VERSIONS[name]) return { path }
  const missing = `${path} has ${version === undefined ? `no ${name}` : `version ${version}`}; .ci/install-bundle FOLDER installs ${VERSIONS[name]}`
  if ((process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('bundle'))
    throw new Error(`BOTTLED_REQUIRE names bundle, but ${missing}`)
  return { missing }
}

const VERSIONS = { '@anthropic-ai/sandbox-runtime': SRT_VERSION, '@secretlint/core': SECRETLINT_VERSION } as const
