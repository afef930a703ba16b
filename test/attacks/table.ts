import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { nodeArguments } from '../helpers/entry.ts'
import type { Attack, Party } from './attack.ts'

export interface Row extends Attack {
  /** Path of its file below this folder, without its ending. */
  readonly kind: string
}

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDER = relative(ROOT, import.meta.dirname)
const PARTIES: readonly Party[] = ['agent', 'bundle', 'author', 'neighbour']

/** The files of the suite. */
export const attackFiles = (): readonly string[] =>
  readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts')
    .toSorted()
    .map((name) => relative(ROOT, join(import.meta.dirname, name)))

/** All attacks, as their files list them: nothing is tried. */
export const listAttacks = async (): Promise<readonly Row[]> => {
  const run = promisify(execFile)
  const rows: Row[] = []
  // One after another: each is a process, and other tests run beside it.
  for (const file of attackFiles()) {
    const { stdout } = await run(process.execPath, [...nodeArguments(join(ROOT, file))], {
      cwd: ROOT,
      env: { ...process.env, BOTTLED_ATTACKS: 'list' },
    })
    const found = stdout.split('\n').filter((line) => line.startsWith('{'))
    if (found.length === 0) throw new Error(`${file} lists no attack: does it end with run()?`)
    rows.push(
      ...found.map((line) => ({
        ...(JSON.parse(line) as Row),
        kind: relative(FOLDER, file).replace(/\.test\.ts$/, ''),
      })),
    )
  }
  return rows
}

/** The table of docs/threat-model.md, by party and aim. */
export const tableOf = (rows: readonly Row[]): string => {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  return PARTIES.map((party) => {
    const own = rows.filter((row) => row.party === party).toSorted((a, b) => compare(key(a), key(b)))
    const lines = own.map(
      ({ aim, way, seen, enforcedBy, kind }) =>
        `| ${[aim, way, seen, enforcedBy].map(cell).join(' | ')} | [${kind}](../test/attacks/${kind}.test.ts) |`,
    )
    return [
      `### The ${party}`,
      '',
      '| aim | way | what is seen | enforced by | test |',
      '|---|---|---|---|---|',
      ...lines,
    ]
      .join('\n')
      .concat('\n')
  }).join('\n')
}

const key = ({ aim, kind }: Row): string => `${aim}\n${kind}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
