import { InvalidArgumentError } from 'commander'
import { parseTime } from '../../../egress/time.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import { DOCKER_OPTION } from '../../inside/smolvm-child.ts'
import { POLICY_OPTION } from '../../policy/policy-judge.ts'
import { CliError } from '../../print/cli-error.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import { addEntries } from './allow.ts'
import { runFiles } from './cases.ts'
import { check, compiled } from './check.ts'
import { showLog } from './log.ts'
import { showPresets } from './presets.ts'
import { revoke } from './revoke.ts'
import type { EgressOptions, Run } from './run.ts'

const ACTIONS: Readonly<Record<string, (run: Run) => Promise<number>>> = {
  log: showLog,
  check,
  allow: (run) => addEntries(run, 'allow'),
  deny: (run) => addEntries(run, 'deny'),
  revoke,
  presets: showPresets,
  compile: compiled,
  test: runFiles,
}

export const egress = defineCommand<EgressOptions>({
  name: 'egress',
  summary: 'show, try and change what a bottle may reach on the network',
  arguments: '<action> [args...]',
  completes: ([action, ...given]) => {
    if (action === undefined) return Object.keys(ACTIONS)
    if (action === 'presets') return presets.map(({ name }) => name)
    if (action === 'test') return 'files'
    return given.length === 0 ? 'names' : []
  },
  details: [
    'Show, try and change what a bottle may reach on the network: spec.egress of its file.',
    [
      'log NAME                     print the decisions that its bundle recorded; -f goes on, --denied leaves out what is allowed',
      'check NAME METHOD URL        say which entry decides a request, why, and what would allow it; exit 1 if it is denied',
      'allow NAME HOST...           add an entry per host to the file; comments stay. It is in force within a second of the save',
      'deny NAME HOST...            forbid a host, whatever else allows it',
      'revoke NAME ASK              take back what an approval granted beside a file that cannot be written; asks.md says when',
      'presets [NAME]               list the presets, or print one',
      'compile NAME                 print the policy as a bundle is told it, and its hash: presets filled in, defaults spelt out',
      'test FILE...                 run the cases of each file against its policy, or against that of -f where it has none; exit 1 if a decision differs',
    ].join('\n'),
    'All but log and revoke are offline: they read files only. In place of NAME, check and compile take -f FILE: a Bottle, or a policy by itself (mode, presets, allow and deny, as schemas/egress.schema.json says). A file of cases holds {policy or bottle, now, cases: [{request, decision}]}; bottle is the path of a file with a Bottle. docs/egress.md says how to write a policy.',
  ].join('\n\n'),
  examples: [
    'bottlectl egress log researcher -f --denied',
    'bottlectl egress check researcher GET https://api.github.com/repos/acme/app',
    'bottlectl egress allow researcher api.github.com --method GET --path "/repos/acme/**"',
    'bottlectl egress allow researcher files.example.com --for 1h',
    'bottlectl egress presets github-read',
    'bottlectl egress check -f egress.yaml GET https://api.github.com/repos/acme/app',
    'bottlectl egress test -f egress.yaml cases/*.yaml',
  ],
  options: [
    {
      flags: '-f, --filename [file]',
      description: 'check, compile, test: a policy or a Bottle, - for stdin; log: -f alone is --follow',
      completes: 'files',
    },
    { flags: '--follow', description: 'log: print what is decided from now on, too' },
    { flags: '--denied', description: 'log: only what was denied, or would be without mode audit' },
    { flags: '--since <duration>', description: 'log: only what is newer than this, like 10m', parse: durationMs },
    { flags: '--method <method>', description: 'allow, deny: only this method (repeatable)', repeatable: true },
    {
      flags: '--path <glob>',
      description: 'allow, deny: only these paths, like "/repos/**" (repeatable)',
      repeatable: true,
    },
    {
      flags: '--port <port>',
      description: 'allow, deny: this port instead of 443, of all for deny (repeatable)',
      repeatable: true,
      parse: portOf,
    },
    { flags: '--for <duration>', description: 'allow: the entry is void after this long, like 1h', parse: spanOf },
    {
      flags: '--at <time>',
      description:
        'check, test: when it is decided, like 2026-12-01T18:00:00Z (default: now, or what the file of cases says)',
      parse: timeOf,
    },
    { flags: '--dry-run', description: 'allow, deny, revoke: print what would be changed, and change nothing' },
    { flags: '-o, --output <format>', description: 'json; of log a line per decision', choices: ['json'] },
    POLICY_OPTION,
    DOCKER_OPTION,
  ],
  run: async ({ session, args: [action = '', ...args], options }) => {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
    if (act === undefined) throw new CliError(`unknown action "${action}"`, Object.keys(ACTIONS).join(', '), 2)
    return act({ session, args, options })
  },
})

function timeOf(text: string): number {
  const at = parseTime(text)
  if (at === undefined) throw new InvalidArgumentError(`invalid time "${text}"; write it like 2026-12-01T18:00:00Z`)
  return at
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError(`invalid port "${text}"`)
  return port
}

function spanOf(text: string): number {
  const ms = durationMs(text)
  if (ms <= 0) throw new InvalidArgumentError(`"${text}" is over already; write it like 30m or 1h`)
  return ms
}
