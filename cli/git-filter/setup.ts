import { lstat, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createGitIndex, FILTER, filteredFilesBelow, isIndexUnderstood } from '../../drivers/git/git-index.ts'
import { workTreeOf } from '../../drivers/git/work-tree.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { changeFile, changeUser, settingOf } from './config.ts'
import { readOwn, replaceOwn } from './safe-file.ts'

/**
 * Installs, removes and inspects the git filter of a root.
 *
 * Flow: the filter is a command in git's configuration, of this clone or of this user (`--global`); `.gitattributes` of
 *   the root names its files and must be committed.
 * Guarantees: repeating it changes nothing; nothing is staged; other lines of `.gitattributes` stay as they are; nothing is
 *   written through a link, and git never runs in the repository, whose configuration may be anyone's.
 * Caveats: a status that was committed before shows as a change once, and its removal must be committed.
 */
const SUFFIXES = ['yaml', 'yml', 'json'] as const
const LINES = SUFFIXES.map((suffix) => `*.${suffix} filter=${FILTER}`)

export interface Scope {
  readonly global: boolean
}

export const install = async (session: Session, { global }: Scope): Promise<void> => {
  const path = join(session.root, '.gitattributes')
  const before = await readOwn(path)
  const config = await configOf(session)
  const values = {
    // One process for all files; `clean` is for git before 2.11.
    process: `${command()} git-filter process -d .`,
    clean: `${command()} git-filter clean -d .`,
    // A filter that can't run must not let a status through.
    required: 'true',
    smudge: 'cat',
  }
  await change(session, { global, config, values })
  const missing = LINES.filter((line) => !before.text.split(/\r?\n/).includes(line))
  const gap = before.text === '' || before.text.endsWith('\n') ? '' : '\n'
  if (missing.length > 0)
    await replaceOwn(path, { text: `${before.text}${gap}${missing.join('\n')}\n`, before, lock: false })
  if (config === undefined) {
    session.say(`note: ${session.root} is not in a git repository yet; the filter applies once it is`)
    return
  }
  await refresh(session)
  session.say(`git now ignores status under ${session.root}; commit ${relative(session.cwd, path) || path}`)
}

export const uninstall = async (session: Session, { global }: Scope): Promise<void> => {
  const path = join(session.root, '.gitattributes')
  const before = await readOwn(path)
  const config = await configOf(session)
  if ((await settingOf(session, global ? undefined : config, `filter.${FILTER}.clean`))?.scope === scopeOf(global))
    await change(session, { global, config, values: undefined })
  const text = before.text
    .split('\n')
    .filter((line) => !LINES.includes(line.trimEnd()))
    .join('\n')
  if (text === before.text) return
  if (text === '') await rm(path)
  else await replaceOwn(path, { text, before, lock: false })
}

const scopeOf = (global: boolean): string => (global ? 'global' : 'local')

/** The clone's file of settings; undefined outside of a repository. */
const configOf = async ({ root }: Session): Promise<string | undefined> => {
  const tree = await workTreeOf(root)
  return tree === undefined ? undefined : join(tree.commonDir, 'config')
}

const change = async (
  session: Session,
  wish: {
    readonly global: boolean
    readonly config: string | undefined
    readonly values: Readonly<Record<string, string>> | undefined
  },
): Promise<void> => {
  const { global, config, values } = wish
  const section = `filter.${FILTER}`
  if (global) await changeUser(session, { section, values })
  else if (config !== undefined) await changeFile(session, config, { section, values })
  else throw new CliError(`${session.root} is in no git repository of yours`, `is ${session.root} in a git repository?`)
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
  /** The controller can refresh git's index. */
  readonly index: boolean
}

export const inspect = async (session: Session): Promise<Setup> => {
  const config = await configOf(session)
  const get = (key: string) => settingOf(session, config, `filter.${FILTER}.${key}`)
  const [process, clean, required] = [await get('process'), await get('clean'), (await get('required'))?.value]
  const names = SUFFIXES.map((suffix) => join(session.root, `x.${suffix}`))
  const filtered = await createGitIndex({ env: session.env }).filtered(names)
  const [yaml, yml, json] = names.map((name) => filtered.has(name))
  const attributes = { yaml: yaml === true, yml: yml === true, json: json === true }
  const runs = clean !== undefined && (await allThere(clean.value))
  return {
    installed: clean !== undefined && required === 'true' && runs && Object.values(attributes).every(Boolean),
    scope: clean?.scope,
    process: process?.value,
    clean: clean?.value,
    required: required === 'true',
    runs,
    attributes,
    index: await isIndexUnderstood(session.root),
  }
}

/** One line per setting. */
export const setupLines = (setup: Setup): readonly string[] => {
  const { installed, scope, clean, process, required, runs, attributes, index } = setup
  const bare = SUFFIXES.filter((suffix) => !attributes[suffix]).map((suffix) => `*.${suffix}`)
  return [
    `installed: ${installed ? 'yes' : 'no'}`,
    `filter: ${clean === undefined ? 'not set in this clone, nor for this user' : `${scope ?? ''}: ${clean}`}`,
    `runs: ${clean === undefined ? '-' : runs ? 'yes' : 'no: a file that it names no longer exists'}`,
    `process: ${process === undefined ? 'not set: git status starts the filter once per file' : 'yes'}`,
    `required: ${required ? 'yes' : 'no: if it fails, git takes the file with its status'}`,
    `attributes: ${bare.length === 0 ? 'yes' : `none for ${bare.join(', ')} (.gitattributes)`}`,
    ...(index ? [] : [`index: ${UNKNOWN_INDEX}`]),
  ]
}

const UNKNOWN_INDEX =
  'split, or larger than 64 MiB: git status names files in which only status changed (git update-index --no-split-index)'

/** Makes git read every filtered file again, at its next look. */
export const refresh = async (session: Session): Promise<void> => {
  const { root, env } = session
  const files = await filteredFilesBelow(root, env)
  if (files.length > 0 && (await createGitIndex({ env }).forget(files)) === 'busy')
    throw new CliError('another git command is writing the index', 'try again: bottlectl git-filter refresh')
  if (!(await isIndexUnderstood(root))) session.say(`note: git's index is ${UNKNOWN_INDEX}`)
}

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
