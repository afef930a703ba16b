import { resolve } from 'node:path'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import type { Complaint } from '../../../controller/document/complaint.ts'
import { parseTime } from '../../../egress/time.ts'
import { withGrants } from '../../../reconcilers/derive/granted.ts'
import { loadBottles, recordOf } from '../../bottles/bottles.ts'
import type { BottleView } from '../../bottles/bottles.ts'
import { readNamed } from '../../bottles/files.ts'
import { looseNames, pick } from '../../bottles/target.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import { readPolicyFile } from '../../egress/policy-file.ts'
import type { Compiled } from '../../egress/bottle-policy.ts'
import type { PolicyFile } from '../../egress/policy-file.ts'
import type { PolicyOptions } from '../../policy/policy-judge.ts'
import { visible, visibleLines } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { grantLines } from '../../views/grants.ts'
import type { Session } from '../../session/session.ts'

/** What the actions of `egress` have in common. */
export interface EgressOptions extends PolicyOptions {
  /** `true`: -f without a file. */
  readonly filename?: string | true
  readonly at?: number
  readonly output?: 'json'
  readonly follow?: boolean
  readonly denied?: boolean
  readonly since?: number
  readonly method?: readonly string[]
  readonly path?: readonly string[]
  readonly port?: readonly number[]
  readonly for?: number
  readonly dryRun?: boolean
  readonly dockerHost?: string
}

export interface Run {
  readonly session: Session
  /** After the action. */
  readonly args: readonly string[]
  readonly options: EgressOptions
}

/** The policy that is meant: of the file that -f names, else of the bottle that comes first. */
export type Meant =
  | {
      readonly kind: 'policy'
      readonly compiled: Compiled
      readonly now: number | undefined
      readonly args: readonly string[]
    }
  | { readonly kind: 'file'; readonly file: PolicyFile }

export const meantPolicy = async ({ session, args, options }: Run, usage: string): Promise<Meant> => {
  if (options.filename === true) throw new CliError('-f names no file', usage, 2)
  if (options.filename !== undefined) {
    const file = readPolicyFile(await textOf(session, options.filename))
    return file.policy === undefined
      ? { kind: 'file', file }
      : { kind: 'policy', compiled: file.policy, now: timeIn(file), args }
  }
  const [name, ...rest] = args
  if (name === undefined) throw new CliError('no policy is given', usage, 2)
  const view = await namedBottle(session, name)
  const { grants } = (await recordOf(session, view)) ?? {}
  const compiled = policyOfSpec(withGrants(view.spec as BottleSpec, grants))
  for (const line of grantLines(grants, view.spec.egress?.allow?.length)) session.say(line)
  if (compiled !== undefined) return { kind: 'policy', compiled, now: undefined, args: rest }
  throw new CliError(
    `bottle/${visible(name)} has no spec.egress: the rules of its bundle image count`,
    'docs/egress.md says how to write one; bottlectl egress allow NAME HOST begins it',
    'NotFound',
  )
}

/** A bottle whose spec can be used. */
export const namedBottle = async (session: Session, word: string): Promise<BottleView> => {
  const [name = word] = looseNames([word])
  const view = pick(await loadBottles(session), name)
  if (view.valid) return view
  throw new CliError(
    `bottle/${view.name} is invalid: ${view.complaints.map(formatComplaint).join('; ')}`,
    'bottlectl validate',
    'Invalid',
  )
}

export const complainAbout = (session: Session, files: readonly PolicyFile[], { output }: EgressOptions): number => {
  const complaints = files.flatMap((file) => file.complaints)
  if (output === 'json') session.out(toJson({ ok: false, complaints }))
  else session.out(complaints.map((each) => textOfComplaint(session, each)).join(''))
  if (complaints.length === 0) throw new CliError('the file holds no policy', 'it has allow, deny, presets or mode', 1)
  return 1
}

export const textOfComplaint = (session: Session, complaint: Complaint): string =>
  `${session.paint(visible(formatComplaint(complaint)), 'bad')}\n${complaint.frame === '' ? '' : `${visibleLines(complaint.frame)}\n`}`

export const timeIn = ({ cases }: PolicyFile): number | undefined =>
  cases?.now === undefined ? undefined : parseTime(cases.now)

export const textOf = async (
  session: Session,
  path: string,
): Promise<{ readonly path: string; readonly text: Uint8Array | string }> => {
  if (path === '-') return { path: '<stdin>', text: await session.stdin() }
  const text = await readNamed(resolve(session.cwd, path)).catch(() => undefined)
  if (text === undefined) throw new CliError(`can't read the file "${visible(path)}"`, 'check the path', 3)
  return { path, text }
}

export const many = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
