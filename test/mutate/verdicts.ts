import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import type { Mutant } from './sandbox.ts'

/**
 * The verdicts on mutants from earlier runs.
 *
 * Guarantees: a kill holds while the mutated file, the test that killed it and the helpers of that test are unchanged; a
 *   survival, while that holds for all tests that reach it. Caveats: other sources may have changed; `--fresh` forgets all.
 */
export interface Verdict {
  readonly survived: boolean
  /** Killed by time: with it the test took too long, when it was played alone, too. */
  readonly late?: boolean
  /** The test files behind this verdict, and a hash of their texts. */
  readonly tests: readonly string[]
  readonly hash: string
}

export interface Verdicts {
  find(mutant: Mutant, covering: readonly string[]): Verdict | undefined
  add(mutant: Mutant, verdict: Omit<Verdict, 'hash'>): void
  save(): void
  /** Forgets mutants that were not asked for since: of texts that are no more. */
  forgetOthers(): void
}

export const openVerdicts = (root: string, path: string): Verdicts => {
  const known = new Map<string, Verdict>(
    existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Verdict>) : [],
  )
  const texts = new Map<string, string>()
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8')
    texts.set(file, text)
    return text
  }
  /** A test file and what it imports from `test/`. */
  const closureOf = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(file) || !file.startsWith('test/')) return seen
    seen.add(file)
    for (const [, target = ''] of textOf(file).matchAll(/\bfrom '(\.[^']+\.ts)'/g))
      closureOf(normalize(join(dirname(file), target)), seen)
    return seen
  }
  const hashes = new Map<string, string>()
  const hashOfTest = (test: string): string => {
    const hash = hashes.get(test) ?? digest([...closureOf(test)].toSorted().map(textOf))
    hashes.set(test, hash)
    return hash
  }
  const hashOf = (tests: readonly string[]): string => digest(tests.toSorted().map(hashOfTest))
  const asked = new Set<string>()
  const keyOf = ({ file, line, column, kind, before, after }: Mutant): string =>
    digest([file, textOf(file), String(line), String(column), kind, before, after])

  return {
    find: (mutant, covering) => {
      const key = keyOf(mutant)
      asked.add(key)
      const verdict = known.get(key)
      if (verdict === undefined || !verdict.tests.every((test) => covering.includes(test))) return undefined
      if (verdict.survived && verdict.tests.length !== covering.length) return undefined
      return verdict.hash === hashOf(verdict.tests) ? verdict : undefined
    },
    add: (mutant, verdict) => {
      known.set(keyOf(mutant), { ...verdict, hash: hashOf(verdict.tests) })
    },
    forgetOthers: () => {
      for (const key of known.keys()) if (!asked.has(key)) known.delete(key)
    },
    save: () => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, JSON.stringify(Object.fromEntries(known)))
    },
  }
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
