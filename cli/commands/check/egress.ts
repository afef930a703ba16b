import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import type { Complaint } from '../../../controller/document/complaint.ts'
import { nearest } from '../../../controller/document/nearest.ts'
import { decide } from '../../../egress/decide.ts'
import { explain } from '../../../egress/explain.ts'
import { requestOf } from '../../../egress/request-of.ts'
import { parseTime } from '../../../egress/time.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import { readPolicyFile } from '../../egress/policy-file.ts'
import type { PolicyFile } from '../../egress/policy-file.ts'
import { runCases } from '../../egress/run-cases.ts'
import { visible, visibleLines } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import type { Session } from '../../session/session.ts'
import { defineCommand } from '../../verb/command.ts'
import { decisionText, presetTable } from '../../views/egress.ts'

interface EgressOptions {
  readonly filename?: string
  readonly at?: number
  readonly output?: 'json'
}

interface Run {
  readonly session: Session
  readonly args: readonly string[]
  readonly options: EgressOptions
}

export const egress = defineCommand<EgressOptions>({
  name: 'egress',
  summary: 'try an egress policy, offline',
  arguments: '<action> [args...]',
  completes: 'files',
  details:
    'Try an egress policy on its file alone.\n\npresets [NAME]               list the presets, or print one\ncheck -f FILE METHOD URL     say which entry of a policy decides a request, why, and what would allow it; exit 1 if it is denied\ncompile -f FILE              print the policy as a bundle is told it, and its hash: presets filled in, defaults spelt out\ntest FILE...                 run the cases of each file against its policy, or against that of -f where it has none; exit 1 if a decision differs\n\nA policy file holds what an agent may reach: mode, presets, allow and deny, as schemas/egress.schema.json says. A file of cases holds {policy, now, cases: [{request, decision}]}. A Bottle has no policy of its own yet: docs/bundle.md says how a bundle is told one by hand.',
  examples: [
    'bottlectl egress presets',
    'bottlectl egress presets github-read',
    'bottlectl egress check -f egress.yaml GET https://api.github.com/repos/acme/app',
    'bottlectl egress compile -f egress.yaml',
    'bottlectl egress test egress-cases.yaml',
    'bottlectl egress test -f egress.yaml cases/*.yaml',
  ],
  options: [
    {
      flags: '-f, --filename <file>',
      description: 'check, compile, test: a policy, or - for stdin',
      completes: 'files',
    },
    {
      flags: '--at <time>',
      description:
        'check, test: when it is decided, like 2026-12-01T18:00:00Z (default: now, or what the file of cases says)',
      parse: (text) => {
        const at = parseTime(text)
        if (at === undefined)
          throw new InvalidArgumentError(`invalid time "${text}"; write it like 2026-12-01T18:00:00Z`)
        return at
      },
    },
    { flags: '-o, --output <format>', description: 'json', choices: ['json'] },
  ],
  run: async ({ session, args: [action = '', ...args], options }) => {
    const run = { session, args, options }
    if (action === 'presets') return showPresets(run)
    if (action === 'check') return check(run)
    if (action === 'compile') return compiled(run)
    if (action === 'test') return test(run)
    throw new CliError(`unknown action "${action}"`, 'presets, check, compile or test', 2)
  },
})

const showPresets = async ({ session, args, options }: Run): Promise<number> => {
  const [name, ...more] = args
  if (more.length > 0) throw new CliError('more than one preset is named', 'bottlectl egress presets NAME', 2)
  if (name === undefined) {
    session.out(options.output === 'json' ? toJson(presets) : presetTable(presets))
    return 0
  }
  const preset = presets.find((each) => each.name === name)
  const names = presets.map((each) => each.name)
  if (preset === undefined) {
    const meant = nearest(name, names)
    const hint = meant === undefined ? names.join(', ') : `did you mean "${meant}"?`
    throw new CliError(`there is no preset "${visible(name)}"`, hint, 3)
  }
  const file = new URL(`../../../schemas/presets/${preset.name}.yaml`, import.meta.url)
  session.out(options.output === 'json' ? toJson(preset) : await readFile(file, 'utf8'))
  return 0
}

const check = async ({ session, args, options }: Run): Promise<number> => {
  const [method, url, ...more] = args
  if (options.filename === undefined)
    throw new CliError('no policy is given', 'bottlectl egress check -f FILE METHOD URL', 2)
  if (method === undefined || url === undefined || more.length > 0)
    throw new CliError(
      'a method and a URL are needed',
      'bottlectl egress check -f FILE GET https://api.example.com/',
      2,
    )
  const request = requestOf(method, url)
  if ('fault' in request) throw new CliError(`${request.fault}`, 'bottlectl egress check -f FILE METHOD URL', 2)
  const file = readPolicyFile(await textOf(session, options.filename))
  if (file.policy === undefined) return complainAbout(session, [file], options)
  const { policy, hash } = file.policy
  const now = options.at ?? timeIn(file) ?? session.clock.now()
  const decision = decide(policy, request, now)
  const explanation = explain(policy, { request, decision, now })
  if (options.output === 'json') session.out(toJson({ request, decision, explanation, hash }))
  else {
    session.out(decisionText(explanation, decision))
    for (const [index, line] of explanation.todo.entries())
      session.say(`${index === 0 ? 'hint: ' : ''}${visible(line)}`)
  }
  return decision.allow ? 0 : 1
}

const compiled = async ({ session, args, options }: Run): Promise<number> => {
  if (options.filename === undefined || args.length > 0)
    throw new CliError('no policy is given', 'bottlectl egress compile -f FILE', 2)
  const file = readPolicyFile(await textOf(session, options.filename))
  if (file.policy === undefined) return complainAbout(session, [file], options)
  session.out(toJson(file.policy))
  return 0
}

const test = async ({ session, args, options }: Run): Promise<number> => {
  if (args.length === 0) throw new CliError('no file of cases is given', 'bottlectl egress test FILE...', 2)
  const shared = options.filename === undefined ? undefined : readPolicyFile(await textOf(session, options.filename))
  if (shared !== undefined && shared.policy === undefined) return complainAbout(session, [shared], options)
  const files = await Promise.all(args.map(async (path) => readPolicyFile(await textOf(session, path))))
  const ran = files.map((file, index) =>
    runCases({
      file,
      path: args[index] ?? '',
      shared: shared?.policy,
      now: options.at ?? timeIn(file) ?? session.clock.now(),
    }),
  )
  const complaints = ran.flatMap(({ complaints: found }) => found)
  const count = ran.reduce((sum, { count: each }) => sum + each, 0)
  const differing = ran.reduce((sum, { differing: each }) => sum + each, 0)
  if (options.output === 'json')
    session.out(toJson({ ok: complaints.length === 0, files: files.length, cases: count, differing, complaints }))
  else session.out(complaints.map((each) => textOfComplaint(session, each)).join(''))
  const invalid = complaints.length - differing
  session.say(
    `${many(count, 'case')} in ${many(files.length, 'file')}, ${differing === 0 ? (count > 0 ? 'all as expected' : 'none run') : `${differing} not as expected`}${invalid === 0 ? '' : `; ${many(invalid, 'error')}`}`,
  )
  return complaints.length === 0 ? 0 : 1
}

const complainAbout = (session: Session, files: readonly PolicyFile[], { output }: EgressOptions): number => {
  const complaints = files.flatMap((file) => file.complaints)
  if (output === 'json') session.out(toJson({ ok: false, complaints }))
  else session.out(complaints.map((each) => textOfComplaint(session, each)).join(''))
  if (complaints.length === 0) throw new CliError('the file holds no policy', 'it has allow, deny, presets or mode', 1)
  return 1
}

const textOfComplaint = (session: Session, complaint: Complaint): string =>
  `${session.paint(visible(formatComplaint(complaint)), 'bad')}\n${complaint.frame === '' ? '' : `${visibleLines(complaint.frame)}\n`}`

const timeIn = ({ cases }: PolicyFile): number | undefined =>
  cases?.now === undefined ? undefined : parseTime(cases.now)

const textOf = async (
  session: Session,
  path: string,
): Promise<{ readonly path: string; readonly text: Uint8Array | string }> => {
  if (path === '-') return { path: '<stdin>', text: await session.stdin() }
  const text = await readFile(resolve(session.cwd, path)).catch(() => undefined)
  if (text === undefined) throw new CliError(`can't read the file "${visible(path)}"`, 'check the path', 3)
  return { path, text }
}

const many = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
