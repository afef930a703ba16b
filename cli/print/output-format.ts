import { readFile } from 'node:fs/promises'
import { CliError } from './cli-error.ts'
import { cell } from './cell.ts'
import { goValue } from './go-value.ts'
import { nearest } from '../../controller/document/nearest.ts'
import { evaluate, JsonPathError, parsePath, parseTemplate } from './jsonpath.ts'
import type { Path } from './jsonpath.ts'

/** The parsed value of `-o`. */
export type Output =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' | 'yaml' | 'name' }
  | { readonly kind: 'jsonpath'; readonly print: (root: unknown) => string }
  | { readonly kind: 'columns'; readonly columns: readonly Column[] }

export interface Column {
  readonly header: string
  readonly path: Path
}

export const OUTPUTS = [
  'json',
  'yaml',
  'name',
  'wide',
  'jsonpath=',
  'jsonpath-file=',
  'custom-columns=',
  'custom-columns-file=',
] as const

const USAGE = 2

export const parseOutput = async (text: string | undefined): Promise<Output> => {
  if (text === undefined || text === '') return { kind: 'table', wide: false }
  if (text === 'wide') return { kind: 'table', wide: true }
  if (text === 'json' || text === 'yaml' || text === 'name') return { kind: text }
  const [format = '', ...rest] = text.split('=')
  const argument = rest.join('=')
  if (/^(jsonpath|custom-columns)(-file)?$/.test(format)) {
    if (argument === '')
      throw new CliError(
        `${format} needs a value`,
        `write it like -o ${format.startsWith('json') ? "jsonpath='{.status.phase}'" : 'custom-columns=NAME:.metadata.name'}`,
        USAGE,
      )
    const given = format.endsWith('-file') ? await readFile(argument, 'utf8') : argument
    return guarded(() =>
      format.startsWith('jsonpath')
        ? { kind: 'jsonpath', print: parseTemplate(braced(given)) }
        : { kind: 'columns', columns: format.endsWith('-file') ? columnsOfFile(given) : columnsOf(given) },
    )
  }
  const meant = nearest(
    text,
    OUTPUTS.map((each) => each.replace('=', '')),
  )
  throw new CliError(
    `unable to match a printer suitable for the output format "${text}"`,
    `${meant === undefined ? '' : `did you mean "${meant}"? `}allowed formats are: ${OUTPUTS.map((each) => each.replace('=', '')).join(', ')}`,
    USAGE,
  )
}

export const guarded = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof JsonPathError)
      throw new CliError(error.message, "a path looks like {.status.conditions[?(@.type=='Ready')].status}", USAGE)
    throw error
  }
}

const braced = (template: string): string =>
  template.includes('{') ? template : `{${template.startsWith('.') || template.startsWith('$') ? '' : '.'}${template}}`

const columnsOf = (text: string): readonly Column[] =>
  text.split(',').map((part) => {
    const at = part.indexOf(':')
    if (at < 1)
      throw new CliError(
        `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`,
        'write it like -o custom-columns=NAME:.metadata.name,IP:.status.bundle.ip',
        USAGE,
      )
    return { header: part.slice(0, at), path: parsePath(part.slice(at + 1)) }
  })

/** Two lines: headers, then paths, separated by blanks. */
const columnsOfFile = (text: string): readonly Column[] => {
  const [headers = [], paths = []] = text.split('\n').map((line) => line.trim().split(/\s+/))
  return headers.map((header, index) => ({ header, path: parsePath(paths[index] ?? '') }))
}

export const columnCells = (columns: readonly Column[], root: unknown): string =>
  columns
    .map(({ path }) => {
      const found = evaluate(path, root).filter((value) => value !== undefined)
      return found.length === 0 ? '<none>' : cell(found.map(goValue).join(','))
    })
    .join('\t')
