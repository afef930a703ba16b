import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { readOwn, replaceOwn } from './safe-file.ts'

/**
 * git's configuration of one section: of a clone's file, or of the user.
 *
 * Guarantees: git runs outside of every repository and sees a copy of the clone's file: it follows no include of it and
 *   carries out nothing that it says.
 * Caveats: what a clone's file includes, and `config.worktree`, are not known here.
 */
export interface Change {
  readonly section: string
  /** undefined: the section is removed. */
  readonly values: Readonly<Record<string, string>> | undefined
}

export const changeUser = async (session: Session, change: Change): Promise<void> => {
  for (const args of argumentsOf(change)) await git(session, ['--global', ...args])
}

export const changeFile = async (session: Session, path: string, change: Change): Promise<void> => {
  const before = await readOwn(path)
  const folder = await mkdtemp(join(tmpdir(), 'bottled-git-'))
  try {
    const copy = join(folder, 'config')
    await writeFile(copy, before.text, 'latin1')
    for (const args of argumentsOf(change)) await git(session, ['--file', copy, ...args])
    const text = await readFile(copy, 'latin1')
    if (text !== before.text) await replaceOwn(path, { text, before, lock: true })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const argumentsOf = ({ section, values }: Change): readonly (readonly string[])[] =>
  values === undefined
    ? [['--remove-section', section]]
    : Object.entries(values).map(([key, value]) => [`${section}.${key}`, value])

export interface Setting {
  readonly value: string
  /** local, global, system. */
  readonly scope: string
}

/** As git would have it: the clone's file wins. `path`: undefined outside of a repository. */
export const settingOf = async (
  session: Session,
  path: string | undefined,
  key: string,
): Promise<Setting | undefined> => {
  const text =
    path === undefined
      ? ''
      : await readOwn(path).then(
          (file) => file.text,
          () => '',
        )
  const own = await git(session, ['--no-includes', '--file', '-', '--get', key], text).catch(() => undefined)
  if (own !== undefined) return { value: own, scope: 'local' }
  const said = await git(session, ['--show-scope', '--get', key]).catch(() => undefined)
  const [, scope = '', value = ''] = /^(\S+)\t(.*)$/s.exec(said ?? '') ?? []
  return said === undefined ? undefined : { value, scope }
}

const DEADLINE_MS = 20_000
/** Of the user's own environment: where the user's configuration is. */
const KEPT = [
  'PATH',
  'HOME',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
] as const

const git = ({ env, root }: Session, args: readonly string[], input = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const kept = KEPT.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]] as const]))
    const child = execFile(
      'git',
      ['config', ...args],
      // No repository, wherever this is.
      { cwd: '/', timeout: DEADLINE_MS, env: { ...Object.fromEntries(kept), GIT_DIR: '/dev/null', LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout.replace(/\n$/, ''))
        reject(
          new CliError(
            error.code === 'ENOENT' ? 'git is not installed' : `git config: ${stderr.trim() || String(error.code)}`,
            `is ${root} in a git repository?`,
          ),
        )
      },
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input, 'latin1')
  })
