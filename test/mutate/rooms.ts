import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What decides: mutants are played over these files and folders. */
export const DECIDE: readonly string[] = [
  'egress',
  'reconcilers',
  'controller/deletion',
  'controller/pass',
  'controller/world',
  'controller/document/rules.ts',
  'cli/bottles/wait-for.ts',
]

/** The tests that may notice: quick ones that need nothing but Node. */
export const WATCH: readonly string[] = [
  'test/egress',
  'test/reconcilers',
  'test/controller/deletion',
  'test/controller/document',
  'test/controller/loop',
  'test/controller/pass',
  'test/controller/world',
  'test/schemas/verdicts.test.ts',
  'test/cli/bottles/wait-for.test.ts',
]

/** TypeScript only: a compiled tree has the JavaScript beside it. */
export const filesIn = (root: string, path: string): readonly string[] =>
  allIn(root, path).filter((file) => file.endsWith('.ts'))

const allIn = (root: string, path: string): readonly string[] =>
  !existsSync(join(root, path))
    ? []
    : statSync(join(root, path)).isFile()
      ? [path]
      : readdirSync(join(root, path)).flatMap((name) => allIn(root, join(path, name)))

export const testOf = (file: string): string => `test/${file.replace(/\.ts$/, '.test.ts')}`
