import type { ServicePlan } from './plan.ts'
import { xmlText } from './words.ts'

/** The launchd job of a plan. Pure. `log`: where it writes. */
export const plistText = (plan: ServicePlan, { log }: { readonly log: string }): string =>
  `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...dict('', [
      ['Label', string(labelOf(plan.name))],
      [
        'ProgramArguments',
        (at) => [`${at}<array>`, ...plan.command.flatMap((word) => string(word)(`${at}  `)), `${at}</array>`],
      ],
      [
        'EnvironmentVariables',
        (at) =>
          dict(
            at,
            Object.entries(plan.env).map(([name, value]) => [name, string(value)]),
          ),
      ],
      ['RunAtLoad', (at) => [`${at}<true/>`]],
      // A crash is mended, an orderly end is not.
      ['KeepAlive', (at) => dict(at, [['SuccessfulExit', (below) => [`${below}<false/>`]]])],
      ['ThrottleInterval', integer(10)],
      ['ExitTimeOut', integer(45)],
      // VMs outlive the controller.
      ['AbandonProcessGroup', (at) => [`${at}<true/>`]],
      ['Umask', integer(0o077)],
      ['StandardErrorPath', string(log)],
    ]),
    '</plist>',
  ].join('\n')}\n`

export const labelOf = (name: string): string => `dev.bottled.${name}`

/** Its lines at this indentation. */
type Value = (at: string) => readonly string[]

const string =
  (text: string): Value =>
  (at) => [`${at}<string>${xmlText(text)}</string>`]

const integer =
  (value: number): Value =>
  (at) => [`${at}<integer>${value}</integer>`]

const dict = (at: string, entries: readonly (readonly [key: string, value: Value])[]): readonly string[] => [
  `${at}<dict>`,
  ...entries.flatMap(([key, value]) => [`${at}  <key>${xmlText(key)}</key>`, ...value(`${at}  `)]),
  `${at}</dict>`,
]
