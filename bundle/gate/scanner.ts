import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { GateRefusal } from './refusal.ts'
import { endGroup, runGit, startGit } from './run-git.ts'
import type { Found } from './scan.ts'

/**
 * Looks for secrets in what a push brings: files, messages of commits and tags.
 *
 * Guarantees: either all of it was looked at, but files that are large or not text, which are named; or it throws `GateRefusal`.
 */
export interface Scanned {
  /** By where it stands. */
  readonly found: readonly { readonly where: string; readonly rule: string; readonly line: number }[]
  /** Files that were too large to look at. */
  readonly skipped: readonly string[]
}

export interface ScanSetting {
  /** Runs scan.ts: program and arguments. */
  readonly program: readonly string[]
  /** In which git sees the objects of the push. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** New objects that the refs shall have. */
  readonly tips: readonly string[]
  /** Values that must be nowhere. */
  readonly own: readonly string[]
}

export const scanPush = async ({ program, env, folder, tips, own }: ScanSetting): Promise<Scanned> => {
  const git = async (args: readonly string[], stdin?: string): Promise<string> => {
    const run = { args, env, cwd: folder, deadlineMs: 60_000, ...(stdin === undefined ? {} : { stdin }) }
    const { code, stdout } = await runGit(run)
    if (code !== 0) throw new GateRefusal(UNREAD)
    return stdout
  }
  const listed = await git(['rev-list', '--objects', ...tips, '--not', '--all'])
  const paths = new Map(
    listed
      .split('\n')
      .flatMap((line) =>
        line === '' ? [] : [[line.slice(0, ID.exec(line)?.[0].length ?? 0), line.replace(ID, '').trim()]],
      ),
  )
  for (const tip of tips) if (!paths.has(tip)) paths.set(tip, '')
  const sizes = await git(
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'],
    [...paths.keys(), ''].join('\n'),
  )
  const wanted: string[] = []
  const skipped: string[] = []
  let bytes = 0
  for (const line of sizes.split('\n')) {
    const [id = '', type = '', size = ''] = line.split(' ')
    if (type === '' || type === 'tree') continue
    if (Number(size) > MOST_OF_ONE) skipped.push(paths.get(id) ?? id)
    else {
      wanted.push(id)
      bytes += Number(size)
    }
  }
  if (bytes > MOST_OF_ALL || wanted.length > MOST_OBJECTS)
    throw new GateRefusal(
      `it brings too much to look through for secrets, ${wanted.length} files and commits of ${Math.ceil(bytes / 2 ** 20)} MiB: push it in parts`,
    )
  const found = wanted.length === 0 ? [] : await look({ program, env, folder, wanted, own })
  const where = (id: string): string => {
    const path = paths.get(id) ?? ''
    return path === '' ? `the message of ${id.slice(0, 7)}` : path
  }
  return { found: found.map(({ id, rule, line }) => ({ where: where(id), rule, line })), skipped }
}

const ID = /^[0-9a-f]+/
const UNREAD = 'its objects can not be read'
const MOST_OF_ONE = 2 * 2 ** 20
const MOST_OF_ALL = 128 * 2 ** 20
const MOST_OBJECTS = 50_000
const DEADLINE_MS = 120_000

const look = ({
  program: [file = '', ...args],
  env,
  folder,
  wanted,
  own,
}: Omit<ScanSetting, 'tips'> & { readonly wanted: readonly string[] }): Promise<readonly Found[]> =>
  new Promise((resolve, reject) => {
    const scanner = spawn(file, args, {
      detached: true,
      env: { PATH: env['PATH'] ?? '' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    if (scanner.pid !== undefined) void writeFile(`/proc/${scanner.pid}/oom_score_adj`, '1000').catch(() => undefined)
    const reader = startGit({ args: ['cat-file', '--batch'], env, cwd: folder })
    const timer = setTimeout(() => fail(), DEADLINE_MS)
    let text = ''
    const fail = (): void => {
      clearTimeout(timer)
      endGroup(scanner)
      endGroup(reader)
      reject(new GateRefusal('it could not be looked through for secrets: push it in parts'))
    }
    for (const each of [scanner, reader]) each.once('error', fail)
    for (const stream of [scanner.stdin, reader.stdin, reader.stdout]) stream?.on('error', () => undefined)
    reader.stderr?.resume()
    const values = Buffer.from(JSON.stringify(own))
    scanner.stdin?.write(`${'0'.repeat(40)} own ${values.length}\n`)
    scanner.stdin?.write(values)
    scanner.stdin?.write('\n')
    if (scanner.stdin !== null) reader.stdout?.pipe(scanner.stdin)
    reader.stdin?.end([...wanted, ''].join('\n'))
    scanner.stdout?.setEncoding('utf8').on('data', (part: string) => {
      if (text.length < MOST_FOUND) text += part
    })
    scanner.once('close', (code) => {
      clearTimeout(timer)
      endGroup(reader)
      if (code !== 0) return fail()
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
      resolve(lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Found])))
    })
  })

const MOST_FOUND = 64 * 1024
