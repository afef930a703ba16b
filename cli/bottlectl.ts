#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { nearest } from '../controller/document/nearest.ts'
import { harmless } from '../drivers/harmless.ts'
import { toCommand } from './verb/command.ts'
import type { Verb } from './verb/command.ts'
import { saidOnce } from './verb/said-once.ts'
import { asWrittenHere, insteadOf, meantVerb } from './verb/habits.ts'
import { createSession } from './session/session.ts'
import type { CommonOptions, Session } from './session/session.ts'
import { loadVerbs, verbs } from './commands/index.ts'
import { end } from './session/end-now.ts'
import { INTERRUPTED, listenForInterrupts } from './session/interrupts.ts'
import { leadingOptionsLast } from './verb/leading-options.ts'
import { CliError } from './print/cli-error.ts'
import { reportError } from './print/error.ts'
import { asksJson } from './print/reason.ts'

/** The client's executable. Only the verb that is asked for is loaded; help loads all. */
const USAGE = 2
const main = async (argv: readonly string[]): Promise<number> => {
  const json = asksJson(argv)
  const report = (error: unknown): number => reportError(error, { json })
  const interrupts = listenForInterrupts()
  let exitCode = 0
  const asked = argv[0]?.startsWith('-') === false ? argv[0] : undefined
  const known = asked === undefined ? undefined : verbs.find(({ names }) => names.includes(asked))
  if (asked !== undefined && known === undefined && asked !== 'help') return report(unknownVerb(asked))
  const program = new Command('bottlectl')
    .description('Show, change and check the bottles of a folder of Bottle files.')
    .configureHelp({ sortOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 error or difference, 2 usage, 3 not found, 4 timeout, 130 interrupted.\n\nCommon commands (VERB --help has examples):\n  bottlectl get bottles                                     list bottles and their state\n  bottlectl describe bottle NAME                            show its conditions and events: why it is not ready\n  bottlectl edit bottle NAME                                edit its file; explain bottle.spec lists the fields\n  bottlectl wait bottle NAME --for=condition=Ready          wait until it is ready\n  bottlectl asks                                            list what agents ask; approve ID and deny ID answer\n  bottlectl delete bottle NAME                              delete it with its VM, bundle and network',
    )
  const open = (options: CommonOptions, { anyState }: { readonly anyState: boolean }): Promise<Session> =>
    createSession(options, { interrupts, json, anyState })
  const loaded = await Promise.all((known === undefined ? verbs : [known]).map(({ load }) => load()))
  for (const verb of loaded)
    program.addCommand(toCommand(verb, { ended: (code) => (exitCode = code), open, allVerbs: loadVerbs }), {
      hidden: verb.hidden === true,
    })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => process.stdout.write(harmless(text)),
      outputError: () => undefined,
    })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (interrupts.signal.aborted) return INTERRUPTED
    if (error instanceof CommanderError) {
      const usage = usageError(error, known === undefined ? undefined : loaded[0])
      return usage === undefined ? (argv.length === 0 ? USAGE : 0) : report(usage)
    }
    return report(error)
  }
}

const unknownVerb = (asked: string): CliError => {
  const names = verbs.map((verb) => verb.names[0] ?? '')
  const meant = meantVerb(asked) ?? nearest(asked, names)
  return new CliError(
    `unknown command "${asked}" for "bottlectl"`,
    meant === undefined ? 'bottlectl --help lists the commands' : `did you mean "bottlectl ${meant}"?`,
    USAGE,
  )
}

/** undefined: help was asked for, or no verb was given. */
const usageError = (error: CommanderError, verb: Verb | undefined): CliError | undefined => {
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined
  const [first = '', ...rest] = saidOnce(error.message.replace(/^error: /, '')).split('\n')
  const meant = /Did you mean (?:one of )?(.+)\?/.exec(rest.join(' '))?.[1]
  const help = `bottlectl${verb === undefined ? '' : ` ${verb.name}`} --help`
  const instead = insteadOf(/^unknown option '([^'=]+)/.exec(first)?.[1] ?? '', verb?.name)
  if (instead !== undefined) return new CliError(first, instead, USAGE)
  const example = error.code === 'commander.missingArgument' ? verb?.examples?.[0] : undefined
  if (example !== undefined) return new CliError(first, `${example}; see also: ${help}`, USAGE)
  return new CliError(first, meant === undefined ? help : `did you mean ${meant}? else see: ${help}`, USAGE)
}

// `bottlectl get | head` closes our output: not an error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await main(leadingOptionsLast(asWrittenHere(process.argv.slice(2))))
// What was interrupted may hang.
if (process.exitCode === INTERRUPTED) await end(INTERRUPTED, 'SIGINT')
