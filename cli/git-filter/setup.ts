import { execFile } from 'node:child_process'
import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { createGitIndex, FILTER } from '../../drivers/git/git-index.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/**
 * Installs, removes and inspects the git filter of a root.
 *
 * Flow: the filter is a command in git's configuration, of this clone or of this user (`--global`); `.gitattributes` of
 *   the root names its files and must be committed.
 * Guarantees: repeating it changes nothing; nothing is staged; other lines of `.gitattributes` stay as they are.
 * Caveats: a status that was committed before shows as a change once, and its removal must be committed.
 */
const SUFFIXES = ['yaml', 'yml', 'json'] as const
const LINES = SUFFIXES.map((suffix) => `*.${suffix} filter=${FILTER}`)
const run = promisify(execFile)

export interface Scope {
  readonly global: boolean
}

export const install = async (session: Session, { global }: Scope): Promise<void> => {
  const set = (key: string, value: string): Promise<string> =>
    git(session, ['config', ...scoped(global), `filter.${FILTER}.${key}`, value])
  // One process for all files; `clean` is for git before 2.11.
  await set('process', `${command()} git-filter process -d .`)
  await set('clean', `${command()} git-filter clean -d .`)
  // A filter that can't run must not let a status through.
  await set('required', 'true')
  await set('smudge', 'cat')
  const path = join(session.root, '.gitattributes')
  const before = await readFile(path, 'utf8').catch(() => '')
  const missing = LINES.filter((line) => !before.split(/\r?\n/).includes(line))
  if (missing.length > 0)
    await writeFile(path, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)
  if (!(await isWorkTree(session))) {
    session.say(`note: ${session.root} is not in a git repository yet; the filter applies once it is`)
    return
  }
  await refresh(session)
  session.say(`git now ignores status under ${session.root}; commit ${relative(session.cwd, path) || path}`)
}

export const uninstall = async (session: Session, { global }: Scope): Promise<void> => {
  await git(session, ['config', ...scoped(global), '--remove-section', `filter.${FILTER}`]).catch(() => undefined)
  const path = join(session.root, '.gitattributes')
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === undefined) return
  const after = before
    .split('\n')
    .filter((line) => !LINES.includes(line.trimEnd()))
    .join('\n')
  if (after === '') await rm(path)
  else if (after !== before) await writeFile(path, after)
}

export interface Setup {
  readonly installed: boolean
  /** The git configuration that sets the filter: local, global, system. */
  readonly scope: string | undefined
  readonly process: string | undefined
  readonly clean: string | undefined
  readonly required: boolean
  /** The files that the filter command names exist. */
  readonly runs: boolean
  readonly attributes: Readonly<Record<(typeof SUFFIXES)[number], boolean>>
}

export const inspect = async (session: Session): Promise<Setup> => {
  const get = (key: string, ...flags: readonly string[]): Promise<string | undefined> =>
    git(session, ['config', ...flags, '--get', `filter.${FILTER}.${key}`]).catch(() => undefined)
  const origin = await get('clean', '--show-scope')
  const [process, clean, required] = [await get('process'), await get('clean'), await get('required')]
  const names = SUFFIXES.map((suffix) => `x.${suffix}`)
  const found = (await git(session, ['check-attr', 'filter', '--', ...names]).catch(() => '')).split('\n')
  const has = (at: number): boolean => found[at]?.endsWith(`: filter: ${FILTER}`) === true
  const attributes = { yaml: has(0), yml: has(1), json: has(2) }
  const runs = clean !== undefined && (await allThere(clean))
  return {
    installed: clean !== undefined && required === 'true' && runs && Object.values(attributes).every(Boolean),
    scope: origin?.split('\t')[0],
    process,
    clean,
    required: required === 'true',
    runs,
    attributes,
  }
}

/** One line per setting. */
export const setupLines = (setup: Setup): readonly string[] => {
  const { installed, scope, clean, process, required, runs, attributes } = setup
  const bare = SUFFIXES.filter((suffix) => !attributes[suffix]).map((suffix) => `*.${suffix}`)
  return [
    `installed: ${installed ? 'yes' : 'no'}`,
    `filter: ${clean === undefined ? 'not set in this clone, nor for this user' : `${scope ?? ''}: ${clean}`}`,
    `runs: ${clean === undefined ? '-' : runs ? 'yes' : 'no: a file that it names no longer exists'}`,
    `process: ${process === undefined ? 'not set: git status starts the filter once per file' : 'yes'}`,
    `required: ${required ? 'yes' : 'no: if it fails, git takes the file with its status'}`,
    `attributes: ${bare.length === 0 ? 'yes' : `none for ${bare.join(', ')} (.gitattributes)`}`,
  ]
}

/** Makes git read every filtered file again. */
export const refresh = async (session: Session): Promise<void> => {
  const patterns = SUFFIXES.map((suffix) => `*.${suffix}`)
  const listed = (await git(session, ['ls-files', '-z', '--', ...patterns])).split('\0').filter(Boolean)
  const index = createGitIndex({ env: session.env })
  const files = listed.map((path) => join(session.root, path))
  if (files.length > 0 && (await index.forget(files)) === 'busy')
    throw new CliError('another git command is writing the index', 'try again: bottlectl git-filter refresh')
  // Exits with 1 if files are modified: not an error.
  await git(session, ['update-index', '-q', '--refresh']).catch(() => undefined)
}

const isWorkTree = async (session: Session): Promise<boolean> =>
  (await git(session, ['rev-parse', '--is-inside-work-tree']).catch(() => '')) === 'true'

const scoped = (global: boolean): readonly string[] => (global ? ['--global'] : [])

/** The command that runs this client, independent of PATH and working folder. */
const command = (): string =>
  [process.execPath, ...process.execArgv.map(anywhere), process.argv[1] ?? '']
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')

/** Node resolves `--import NAME` from the working folder. */
const anywhere = (word: string, index: number, words: readonly string[]): string =>
  words[index - 1] === '--import' && !word.includes(':') ? import.meta.resolve(word) : word

/** Each quoted absolute path of the command. */
const allThere = async (text: string): Promise<boolean> => {
  for (const [, path] of text.matchAll(/'(\/[^']*)'/g))
    if ((await lstat(path ?? '').catch(() => undefined)) === undefined) return false
  return true
}

const git = async (session: Session, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run('git', ['-C', session.root, ...args], { env: { ...process.env, LC_ALL: 'C' } })
    return stdout.trim()
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string }
    throw new CliError(
      code === 'ENOENT' ? 'git is not installed' : `git ${args[0] ?? ''}: ${stderr.trim() || String(code)}`,
      `is ${session.root} in a git repository?`,
    )
  }
}
