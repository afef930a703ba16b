import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { removeStatus } from '../../controller/splice.ts'
import { defineCommand } from '../command.ts'
import { CliError } from '../print/error.ts'
import type { Session } from '../session.ts'

const run = promisify(execFile)
const DRIVER = 'bottled'
const PATTERNS = ['*.yaml', '*.yml', '*.json'] as const

export const gitFilter = defineCommand<{ readonly output?: 'json' }>({
  name: 'git-filter',
  summary: 'keep status out of git',
  arguments: '<action> [file]',
  details:
    'install   set up a clean filter in this clone: git then never sees status\nuninstall take it away again\nstatus    say whether it is set up\nrefresh   have git status forget files in which only status changed\nclean     the filter: stdin without status to stdout\nsmudge    the other way: nothing to do\n\nThe patterns go into .gitattributes of the root, to be committed; each clone runs install once.',
  examples: ['bottlectl git-filter install', 'bottlectl git-filter status'],
  options: [{ flags: '-o, --output <format>', description: 'json', choices: ['json'] }],
  run: async ({ session, args, options }) => {
    const [action = ''] = args
    if (action === 'clean') session.out(clean(await session.stdin()))
    else if (action === 'smudge') session.out(await session.stdin())
    else if (action === 'install') await install(session)
    else if (action === 'uninstall') await uninstall(session)
    else if (action === 'refresh') await refresh(session)
    else if (action === 'status') return status(session, options.output === 'json')
    else throw new CliError(`unknown action "${action}"`, 'install, uninstall, status, refresh, clean or smudge', 2)
    return 0
  },
})

/** A filter must never fail a commit of something that isn't ours. */
const clean = (text: string): string => {
  if (!text.includes('status') || !text.includes('bottled.dev/')) return text
  try {
    return removeStatus(text)
  } catch {
    return text
  }
}

const install = async (session: Session): Promise<void> => {
  await git(session, ['config', `filter.${DRIVER}.clean`, `${command()} git-filter clean %f`])
  await git(session, ['config', `filter.${DRIVER}.smudge`, 'cat'])
  await git(session, ['config', `filter.${DRIVER}.required`, 'false'])
  const path = join(session.root, '.gitattributes')
  const before = await readFile(path, 'utf8').catch(() => '')
  const missing = PATTERNS.map((pattern) => `${pattern} filter=${DRIVER}`).filter(
    (line) => !before.split('\n').includes(line),
  )
  if (missing.length > 0)
    await writeFile(path, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)
  // What git knows of the files was taken without the filter.
  await git(session, ['add', '--renormalize', '--', '.']).catch(() => undefined)
  session.say(`git never sees status under ${session.root} now; commit ${relative(session.cwd, path) || path}`)
}

const uninstall = async (session: Session): Promise<void> => {
  await git(session, ['config', '--remove-section', `filter.${DRIVER}`]).catch(() => undefined)
  const path = join(session.root, '.gitattributes')
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before !== undefined)
    await writeFile(
      path,
      before
        .split('\n')
        .filter((line) => !line.endsWith(` filter=${DRIVER}`))
        .join('\n'),
    )
}

const status = async (session: Session, json: boolean): Promise<number> => {
  const configured = await git(session, ['config', '--get', `filter.${DRIVER}.clean`]).catch(() => '')
  const attribute = await git(session, ['check-attr', 'filter', '--', 'x.yaml']).catch(() => '')
  const installed = configured !== '' && attribute.endsWith(`: ${DRIVER}`)
  if (json)
    session.out(`${JSON.stringify({ installed, clean: configured, attribute: attribute.endsWith(`: ${DRIVER}`) })}\n`)
  else
    session.out(
      installed
        ? `installed: ${configured}\n`
        : `not installed: ${configured === '' ? 'this clone has no filter' : '.gitattributes has no pattern'}\n`,
    )
  if (!installed) session.say('hint: bottlectl git-filter install')
  return installed ? 0 : 1
}

/**
 * Git takes a file of another size for modified without asking the filter, so `git status` would name it though `git diff`
 * is empty. Where the filtered content is what the index has, the entry is written anew without the size: git then asks.
 */
const refresh = async (session: Session): Promise<void> => {
  const modified = (await git(session, ['diff-files', '--name-only', '-z', '--relative'])).split('\0').filter(Boolean)
  let count = 0
  for (const path of modified) {
    const [entry, hash] = await Promise.all([
      git(session, ['ls-files', '-s', '--', path]),
      git(session, ['hash-object', '--path', path, '--', path]).catch(() => ''),
    ])
    const [, mode, known] = /^(\d+) ([0-9a-f]+) 0\t/.exec(entry) ?? []
    if (mode === undefined || known !== hash) continue
    const prefix = await git(session, ['rev-parse', '--show-prefix'])
    await git(session, ['update-index', '--cacheinfo', `${mode},${hash},${prefix}${path}`])
    count += 1
  }
  session.say(`${count} refreshed`)
}

/** How this very client is run, whatever PATH and folder git has. */
const command = (): string =>
  [process.execPath, ...process.execArgv.map(anywhere), process.argv[1] ?? '']
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')

/** `--import NAME` is looked up from the folder one is in. */
const anywhere = (word: string, index: number, words: readonly string[]): string =>
  words[index - 1] === '--import' && /^[@a-z]/.test(word) && !word.includes(':') ? import.meta.resolve(word) : word

const git = async (session: Session, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run('git', ['-C', session.root, ...args])
    return stdout.trim()
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string }
    throw new CliError(
      code === 'ENOENT' ? 'git is not installed' : `git ${args[0] ?? ''}: ${stderr.trim() || String(code)}`,
      `is ${session.root} in a git repository?`,
    )
  }
}
