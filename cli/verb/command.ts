import { Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../schemas/duration.ts'
import { defaultText } from './default-text.ts'
import type { CommonOptions, Session } from '../session/session.ts'

/**
 * A verb of bottlectl, as data: the source of help, completion and the reference page.
 *
 * Flow: argv → commander → `run` with the parsed input; its result is the exit code, undefined means 0.
 */
export interface Verb {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  /** Commander's syntax: `<name> [more...]`. */
  readonly arguments?: string
  readonly details?: string
  readonly examples?: readonly string[]
  readonly options?: readonly OptionSpec[]
  /** What completes its arguments; where that depends on those given so far, a function of them. */
  readonly completes?: Completes | ((given: readonly string[]) => Completes | readonly string[])
  /** Not shown in help. */
  readonly hidden?: boolean
  /** With these arguments it neither reads nor writes state: it works in another user's root, too. */
  readonly anyState?: (args: readonly string[]) => boolean
  run(input: Input<never>): Promise<number | void>
}

/** The kind of candidates. */
export type Completes = 'names' | 'kind-names' | 'fields' | 'files' | 'shells'

export interface Input<Options> {
  readonly session: Session
  readonly args: readonly string[]
  readonly options: Options
  /** All verbs, this one included; only the one of a name or alias, where one is given. */
  allVerbs(name?: string): Promise<readonly Verb[]>
}

export interface OptionSpec {
  /** `-o, --output <format>`. */
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
  readonly default?: unknown
  /** Throws `InvalidArgumentError`. */
  readonly parse?: (text: string) => unknown
  /** Collected in a list. */
  readonly repeatable?: boolean
  /** Values for completion. */
  readonly completes?: 'outputs' | 'labels' | 'files' | 'names'
}

/** Keeps the type of the options inside, so that the list of verbs needs no `any`. */
export const defineCommand = <Options = object>(
  verb: Omit<Verb, 'run'> & { run(input: Input<Options>): Promise<number | void> },
): Verb => verb as unknown as Verb

export const COMMON: readonly OptionSpec[] = [
  {
    flags: '-d, --dir <root>',
    description: 'folder of Bottle files (default: BOTTLE_DIR, else the nearest folder with .bottled, else .)',
    completes: 'files',
  },
  { flags: '--state-dir <dir>', description: 'state folder (default: ROOT/.bottled)', completes: 'files' },
  {
    flags: '--color <when>',
    description: 'auto, always or never',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
  },
]

export interface VerbSetting {
  ended(exitCode: number): void
  open(options: CommonOptions, needs: { readonly anyState: boolean }): Promise<Session>
  readonly allVerbs: Input<unknown>['allVerbs']
}

export const toCommand = (verb: Verb, { ended, open, allVerbs }: VerbSetting): Command => {
  const command = new Command(verb.name)
    .summary(verb.summary)
    .description(verb.details ?? sentence(verb.summary))
    .aliases([...(verb.aliases ?? [])])
  for (const argument of (verb.arguments ?? '').split(' ').filter(Boolean)) command.argument(argument)
  for (const option of [...(verb.options ?? []), ...COMMON]) command.addOption(toOption(option))
  if (verb.examples !== undefined)
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((line) => `  ${line}`).join('\n')}`)
  return command.action(async () => {
    const options = command.opts<CommonOptions>()
    const session = await open(options, { anyState: verb.anyState?.(command.args) === true })
    ended((await verb.run({ session, args: command.args, options: options as never, allVerbs })) ?? 0)
  })
}

const toOption = (spec: OptionSpec): Option => {
  const option = new Option(spec.flags, spec.description)
  const parse = spec.parse ?? ((text: string): unknown => text)
  if (spec.choices !== undefined) option.choices([...spec.choices])
  else if (spec.repeatable === true)
    option.argParser((text, before: readonly unknown[] | undefined) => [...(before ?? []), parse(text)])
  else if (spec.parse !== undefined) option.argParser(parse)
  return spec.default === undefined ? option : option.default(spec.default, defaultText(spec))
}

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`

/** `500ms`, `2s`, `5m`, `1h30m`, `0`, negative ones and plain seconds too, as kubectl takes them. */
export const durationMs = (text: string): number => {
  const sign = text.startsWith('-') ? -1 : 1
  const bare = text.replace(/^-/, '')
  const ms = /^\d+$/.test(bare) ? Number(bare) * 1_000 : parseDuration(bare)
  if (ms === undefined) throw new InvalidArgumentError(`invalid duration "${text}"; write it like 500ms, 30s, 5m or 1h`)
  return sign * ms
}
