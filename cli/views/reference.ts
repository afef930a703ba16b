import type { OptionSpec, Verb } from '../verb/command.ts'
import { defaultText } from '../verb/default-text.ts'
import { REASONS } from '../print/reason.ts'

/** The reference page of bottlectl, from the verbs themselves. Pure. */
export const referencePage = (verbs: readonly Verb[], common: readonly OptionSpec[]): string =>
  `${[
    '# bottlectl',
    'Generated from the code; `BOTTLED_UPDATE=golden node --import tsx test/cli/views/reference.test.ts` regenerates it.',
    'Exit codes: 0 ok, 1 error or difference, 2 usage, 3 not found, 4 timeout, 130 interrupted. Data goes to stdout, everything else to stderr.',
    `Errors: a line \`error: …\` on stderr, then a hint with the next command. With \`-o json\`: one line with a Kubernetes \`Status\` object (\`reason\`, \`message\`, \`code\`, \`details.hint\`, \`details.exitCode\`); the reasons are ${Object.keys(REASONS).join(', ')}.`,
    ['Options of every command, before or after its name:', ...common.map(optionLine)].join('\n'),
    ...verbs
      .filter(({ hidden }) => hidden !== true)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(section),
  ].join('\n\n')}\n`

const section = (verb: Verb): readonly string[] => [
  `## bottlectl ${verb.name}`,
  sentence(verb.details ?? verb.summary),
  fenced([`bottlectl ${verb.name}${verb.arguments === undefined ? '' : ` ${verb.arguments}`} [options]`]),
  ...(verb.options === undefined || verb.options.length === 0 ? [] : [verb.options.map(optionLine).join('\n')]),
  ...(verb.examples === undefined ? [] : [fenced(verb.examples)]),
]

const optionLine = (option: OptionSpec): string => {
  const { flags, description, choices } = option
  const facts = [
    ...(choices === undefined ? [] : [choices.join(', ')]),
    ...(option.default === undefined ? [] : [`default ${defaultText(option)}`]),
  ]
  return `- \`${flags}\`: ${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`
}

const sentence = (text: string): string => {
  const line = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.:]$/.test(line) || line.includes('\n') ? line : `${line}.`
}

const fenced = (lines: readonly string[]): string => ['```', ...lines, '```'].join('\n')
