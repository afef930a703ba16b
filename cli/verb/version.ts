import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The package's own version, wherever it runs from: source or `dist/`. */
export const packageVersion = (): string => {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string
        version?: string
      }
      if (name === 'bottled' && version !== undefined) return version
    } catch {
      // Try the next place.
    }
  }
  return 'unknown'
}

/** Of all that decides what a file says: the parsers may be updated without this package. */
export const readerVersion = (): string =>
  ['yaml', 'jsonc-parser'].reduce((all, name) => `${all} ${name}@${versionOf(name)}`, packageVersion())

const versionOf = (name: string): string => {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string }
  return version
}

/** The commit that a package was made of; undefined for sources. */
export const packageCommit = (): string | undefined => {
  try {
    const text = readFileSync(new URL('../../commit', import.meta.url), 'utf8').trim()
    return /^[0-9a-f]{40}(-changed)?$/.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

/** What the bundle image takes from npm, by name, at which versions. */
export const bundlePackages = (): Readonly<Record<string, string>> => {
  const text = readFileSync(new URL('../../bundle/package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> }).dependencies
}
