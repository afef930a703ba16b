import { readFileSync } from 'node:fs'

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
