import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'

/** One change at one place in a source. */
export interface Mutant {
  /** The number by which a run chooses it; recounted whenever the sandbox is created. */
  readonly id: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly kind: string
  readonly before: string
  readonly after: string
}

const COPIED = [
  'cli',
  'controller',
  'drivers',
  'egress',
  'reconcilers',
  'schemas',
  'test',
  'examples',
  'package.json',
  'tsconfig.json',
]
const silent = (): void => {}
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
}

/** A copy of the tree with every mutant of these files compiled in, none active. */
export const makeSandbox = async (
  root: string,
  sandbox: string,
  files: readonly string[],
): Promise<readonly Mutant[]> => {
  rmSync(sandbox, { recursive: true, force: true })
  mkdirSync(sandbox, { recursive: true })
  for (const entry of COPIED) cpSync(join(root, entry), join(sandbox, entry), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(sandbox, 'node_modules'))

  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const { files: instrumented, mutants } = await new Instrumenter(logger).instrument(
    [...texts].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  )
  for (const { name, content } of instrumented) writeFileSync(join(sandbox, name), content)
  return mutants.map(({ id, fileName, mutatorName, replacement, location: { start, end } }) => ({
    id,
    file: fileName,
    line: start.line + 1,
    column: start.column + 1,
    kind: mutatorName,
    before: cut((texts.get(fileName) ?? '').split('\n'), start, end),
    after: replacement,
  }))
}

interface Position {
  /** Both from 0. */
  readonly line: number
  readonly column: number
}

const cut = (lines: readonly string[], start: Position, end: Position): string =>
  lines
    .slice(start.line, end.line + 1)
    .map((line, index, { length }) =>
      line.slice(index === 0 ? start.column : 0, index === length - 1 ? end.column : undefined),
    )
    .join('\n')
