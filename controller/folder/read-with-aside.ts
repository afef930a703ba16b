import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { linkedName, parseAside } from './aside-name.ts'
import { type Content, readSafely, type Refused } from './read-safely.ts'

/**
 * Reads a file that may be taken aside at this moment (`rewriteFile`): while the name is absent, the original is read,
 * unless the new text already had the name: then a person removed the file.
 *
 * Guarantees: `gone` only if neither the name nor such an original exists three times in a row.
 */
export const readWithAside = async (file: string): Promise<Content | Refused> => {
  for (let misses = 0; ; misses += 1) {
    const content = await readSafely(file)
    if (content.kind !== 'gone') return content
    const aside = await asideOf(file)
    const original = aside === undefined ? content : await readSafely(aside)
    if (original.kind === 'text' || (original.kind === 'gone' && misses >= LOOKS)) return original
  }
}

const LOOKS = 2

const asideOf = async (file: string): Promise<string | undefined> => {
  const names = await readdir(dirname(file)).catch((): string[] => [])
  const own = names.find((each) => {
    const aside = parseAside(each)
    return aside?.name === basename(file) && aside.kind === 'original' && !names.includes(linkedName(each))
  })
  return own === undefined ? undefined : join(dirname(file), own)
}
