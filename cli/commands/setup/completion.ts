import { loadNames } from '../../bottles/bottles.ts'
import type { Where } from '../../bottles/bottles.ts'
import { COMMON, defineCommand } from '../../verb/command.ts'
import type { Input, OptionSpec, Verb } from '../../verb/command.ts'
import { columns, fields } from '../../../schemas/fields.ts'
import { leadingOptionsLast } from '../../verb/leading-options.ts'
import { OUTPUTS } from '../../print/output-format.ts'
import { completionScript } from '../../views/completion.ts'
import { CliError } from '../../print/cli-error.ts'
import { findRoot } from '../../session/root.ts'
import type { Session } from '../../session/session.ts'
import { KIND_NAMES } from '../../bottles/target.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completion = defineCommand({
  name: 'completion',
  summary: 'print the completion script of a shell',
  anyState: () => true,
  arguments: '<shell>',
  completes: 'shells',
  details:
    'Print a script that completes verbs, flags, their values, names and labels. Names are read from the files at each completion.',
  examples: [
    'source <(bottlectl completion bash)',
    'bottlectl completion zsh > "${fpath[1]}/_bottlectl"',
    'bottlectl completion fish > ~/.config/fish/completions/bottlectl.fish',
  ],
  run: async ({ session, args }) => {
    const shell = SHELLS.find((each) => each === args[0])
    if (shell === undefined)
      throw new CliError(`unsupported shell type "${args[0] ?? ''}"`, `supported: ${SHELLS.join(', ')}`, 2)
    session.out(completionScript(shell))
    return 0
  },
})

/** Called by the scripts with the words so far; the last one is unfinished. */
export const complete = defineCommand({
  name: '__complete',
  summary: 'complete a command line',
  arguments: '[words...]',
  hidden: true,
  run: async ({ session, args, allVerbs }) => {
    const candidates = await candidatesFor({ session, words: args, allVerbs }).catch(() => [])
    session.out(
      candidates
        .filter(isPlain)
        .map((each) => `${each}\n`)
        .join(''),
    )
    return 0
  },
})

/** What is offered may be run: nothing of it means something to a shell, whoever wrote it. */
const isPlain = (word: string): boolean => /^[\w./:=,@+-]+$/.test(word)

/** A file may give a bottle any name; only a valid one is offered. */
const isName = (name: string): boolean => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)

const isLabel = (key: string, value: string): boolean =>
  /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/.test(key) &&
  /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value)

const namesIn = async (where: Where): Promise<readonly string[]> =>
  (await loadNames(where)).map(({ name }) => name).filter(isName)

/** The root that the words so far name, else the default one. */
const rootFor = async (session: Session, words: readonly string[]): Promise<Where> => {
  const valueOf = (...names: readonly string[]): string | undefined => {
    const at = words.findLastIndex((word) => names.includes(word.split('=')[0] ?? ''))
    return at === -1 ? undefined : (/=(.*)$/s.exec(words[at] ?? '')?.[1] ?? words[at + 1])
  }
  const [dir, stateDir] = [valueOf('-d', '--dir'), valueOf('--state-dir')]
  if (dir === undefined && stateDir === undefined) return session
  return { ...(await findRoot({ dir: dir ?? session.root, stateDir, cwd: session.cwd })), env: session.env }
}

const candidatesFor = async ({
  session,
  words,
  allVerbs,
}: Pick<Input<unknown>, 'session' | 'allVerbs'> & { readonly words: readonly string[] }): Promise<
  readonly string[]
> => {
  const current = words.at(-1) ?? ''
  const before = leadingOptionsLast(words.slice(0, -1))
  const where = await rootFor(session, before)
  const name = before.find((word) => !word.startsWith('-'))
  if (name === undefined)
    return matching(
      (await allVerbs()).filter(({ hidden }) => hidden !== true).map((verb) => verb.name),
      current,
    )
  const [verb] = await allVerbs(name)
  if (verb === undefined) return []
  const options = [...(verb.options ?? []), ...COMMON]
  const [flag, inline] = /^(--[a-z-]+)=(.*)$/.exec(current)?.slice(1) ?? []
  const last = before.at(-1) ?? ''
  const valued = options.find((option) => takesValue(option) && flagsOf(option).includes(flag ?? last))
  if (valued !== undefined && (flag !== undefined || last !== name)) {
    const values = await valuesOf(where, valued)
    return flag === undefined
      ? matching(values, current)
      : matching(values, inline ?? '').map((value) => `${flag}=${value}`)
  }
  if (current.startsWith('-'))
    return matching(
      options.flatMap((option) => flagsOf(option).filter((each) => each.startsWith('--'))),
      current,
    )
  return matching(
    await argumentsFor(where, verb, { given: positionals(before.slice(before.indexOf(name) + 1), options), current }),
    current,
  )
}

/** The words that are neither flags nor their values. */
const positionals = (words: readonly string[], options: readonly OptionSpec[]): readonly string[] =>
  words.filter((word, at) => {
    const before = words[at - 1] ?? ''
    return !word.startsWith('-') && !options.some((option) => takesValue(option) && flagsOf(option).includes(before))
  })

const argumentsFor = async (
  where: Where,
  verb: Verb,
  { given, current }: { readonly given: readonly string[]; readonly current: string },
): Promise<readonly string[]> => {
  const completes = typeof verb.completes === 'function' ? verb.completes(given) : verb.completes
  if (typeof completes === 'object') return completes
  if (completes === 'shells') return SHELLS
  if (completes === 'fields')
    return ['bottle', ...fields.map(({ path }) => `bottle.${path}`)].filter(
      (path) => path.split('.').length <= current.split('.').length,
    )
  if (completes !== 'names' && completes !== 'kind-names') return []
  const names = async (): Promise<readonly string[]> => (await namesIn(where)).filter((name) => !given.includes(name))
  if (completes === 'names') return names()
  if (given.length > 0) return names()
  const [, kind] = /^([a-z.]+)\/(.*)$/.exec(current) ?? []
  return kind === undefined ? KIND_NAMES.slice(0, 2) : (await names()).map((name) => `${kind}/${name}`)
}

const valuesOf = async (where: Where, option: OptionSpec): Promise<readonly string[]> => {
  if (option.choices !== undefined) return option.choices
  if (option.completes === 'outputs') return OUTPUTS
  if (option.completes === 'names') return (await namesIn(where)).map((name) => `bottle/${name}`)
  if (option.completes === 'labels') {
    const pairs = (await loadNames(where)).flatMap(({ metadata }) =>
      Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => (isLabel(key, value) ? [`${key}=${value}`] : [])),
    )
    return [...new Set(pairs)].sort()
  }
  if (flagsOf(option).includes('--for'))
    return ['condition=Ready', 'condition=Accepted', 'delete', 'create', 'jsonpath=']
  if (flagsOf(option).includes('--sort-by'))
    return columns.map(({ path }) => path).filter((path) => /^[.A-Za-z]+$/.test(path))
  if (flagsOf(option).includes('--types')) return ['Normal', 'Warning']
  if (flagsOf(option).includes('--field-selector'))
    return ['metadata.name=', 'status.phase=', 'spec.agent=', 'spec.suspend=']
  return []
}

const takesValue = ({ flags }: OptionSpec): boolean => flags.includes('<')
const flagsOf = ({ flags }: OptionSpec): readonly string[] =>
  flags.split(/[ ,]+/).filter((word) => word.startsWith('-'))
const matching = (words: readonly string[], prefix: string): readonly string[] =>
  words.filter((word) => word.startsWith(prefix))
