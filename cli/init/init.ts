import { mkdir, open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { errnoOf } from '../../drivers/errno.ts'
import { shellWord } from '../../drivers/shell-word.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { CliError } from '../print/cli-error.ts'
import { AGENT_NAMES, agentNamed } from './agents.ts'
import type { Agent } from './agents.ts'
import { imageOf, newFiles } from './files.ts'

/**
 * `bottled init`: a folder with a Bottle and the Dockerfile of its image.
 *
 * Flow: what no flag says is asked, two questions at most → the folder is made → its files, the Bottle last.
 * Guarantees: nothing that is there is written to: a folder of that name is refused before anything is made. Throws `CliError`.
 */
export const init = async (wish: InitWish, { ask, say, cwd }: InitSetting): Promise<void> => {
  const dir = resolve(cwd, wish.dir)
  const agent = await chosenAgent(wish, ask)
  const name = wish.name ?? agent.name
  if (!isIdentity(name))
    throw new CliError(`"${name}" is not a valid name`, 'lower-case letters, digits and single hyphens, 48 at most', 2)
  const folder = join(dir, name)
  if ((await kindOf(folder)) !== 'nothing') throw taken(folder)
  const own = join(folder, 'work')
  const workspace = await chosenWorkspace(wish, { ask, own: relative(cwd, own) || own, cwd })
  await mkdir(dir, { recursive: true })
  await mkdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'EEXIST') throw taken(folder)
    throw new CliError(`can't make ${folder}: ${errnoOf(error)}`, `check ${dir}`)
  })
  if (workspace === undefined) await mkdir(own)
  for (const file of newFiles(agent, {
    name,
    workspace: workspace === undefined ? './work' : below(folder, workspace),
  }))
    await write(join(folder, file.name), file.text)
  const shown = relative(cwd, folder) || '.'
  const root = relative(cwd, dir) || '.'
  say(`${shown} has bottle.yaml and Dockerfile. Next:`)
  say('')
  say(`  bottled doctor ${shellWord(root)}   # what this machine still needs for it, in order`)
  say(`  docker build -t ${imageOf(name)} ${shellWord(shown)}`)
  say(
    `  bottled run ${shellWord(root)}${agent.key === undefined ? '' : `   # with ${agent.key.secret} in its environment: export it first`}`,
  )
  say('')
  say(`Once it is ready: bottlectl -d ${shellWord(root)} exec ${name} -- ${agent.start}`)
}

export interface InitWish {
  readonly dir: string
  readonly agent?: string | undefined
  readonly workspace?: string | undefined
  readonly name?: string | undefined
}

export interface InitSetting {
  /** undefined: there is no terminal. Its answer is undefined where the input ended. */
  readonly ask: Ask | undefined
  readonly say: (line: string) => void
  readonly cwd: string
}

type Ask = (question: string) => Promise<string | undefined>

const chosenAgent = async ({ agent }: InitWish, ask: Ask | undefined): Promise<Agent> => {
  if (agent === undefined && ask === undefined)
    throw new CliError(
      'no agent is named, and there is no terminal to ask on',
      `bottled init DIR --agent ${AGENT_NAMES.join('|')} --workspace FOLDER`,
      2,
    )
  const said = agent ?? (await answered(ask, `Which agent: ${AGENT_NAMES.join(', ')}? [${AGENT_NAMES[0]}] `))
  const chosen = said === '' ? AGENT_NAMES[0] : said
  const found = agentNamed(chosen)
  if (found === undefined) throw new CliError(`there is no agent "${chosen}"`, AGENT_NAMES.join(', '), 2)
  return found
}

/** Absolute; undefined: a new, empty folder of its own. */
const chosenWorkspace = async (
  { workspace }: InitWish,
  { ask, own, cwd }: { readonly ask: Ask | undefined; readonly own: string; readonly cwd: string },
): Promise<string | undefined> => {
  const said =
    workspace ??
    (ask === undefined ? '' : await answered(ask, `Which folder does it work in, as a copy? [a new one, ${own}] `))
  if (said === '') return undefined
  const path = resolve(cwd, said.replace(/^~(?=\/|$)/, homedir()))
  const kind = await kindOf(path)
  if (kind === 'folder') return path
  throw new CliError(`${path} ${kind === 'nothing' ? 'does not exist' : 'is not a folder'}`, 'name a folder', 3)
}

/** Throws where the input ended. */
const answered = async (ask: Ask | undefined, question: string): Promise<string> => {
  const answer = await ask?.(question)
  if (answer === undefined) throw new CliError('no answer: nothing was written', 'bottled init --help', 2)
  return answer.trim()
}

const taken = (folder: string): CliError =>
  new CliError(`${folder} is there already: nothing was written`, 'bottled init --name NAME makes another', 'Conflict')

const kindOf = async (path: string): Promise<'folder' | 'other' | 'nothing'> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'nothing'
    throw new CliError(`can't look at ${path}: ${errnoOf(error)}`, 'check the path')
  }
}

/** Relative where it is near, so that both can be moved together. */
const below = (folder: string, path: string): string => {
  const way = relative(folder, path)
  if (way === '') return './'
  const isFar = isAbsolute(way) || way.split('/').filter((part) => part === '..').length > 3
  return isFar ? path : way.startsWith('.') ? way : `./${way}`
}

const write = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}
