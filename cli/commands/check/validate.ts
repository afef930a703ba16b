import { stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { complaintMessage, formatComplaint } from '../../../controller/document/complaint.ts'
import type { Complaint } from '../../../controller/document/complaint.ts'
import { isPolicyFile, parsePolicy } from '../../../controller/policy/parse-policy.ts'
import { complainAt, parseFile } from '../../../controller/document/parse.ts'
import { readDocuments } from '../../bottles/lists.ts'
import { identityOf } from '../../../reconcilers/derive/identity.ts'
import { defineCommand } from '../../verb/command.ts'
import { listFiles, readFileText, readNamed } from '../../bottles/files.ts'
import { createPolicyJudge, POLICY_OPTION } from '../../policy/policy-judge.ts'
import type { PolicyJudge, PolicyOptions } from '../../policy/policy-judge.ts'
import { CliError } from '../../print/cli-error.ts'
import { createPathsJudge } from './judge-paths.ts'
import type { Placed } from './judge-paths.ts'
import { visibleLines } from '../../print/cell.ts'
import { toJson } from '../../print/json.ts'
import type { Session } from '../../session/session.ts'

interface ValidateOptions extends PolicyOptions {
  readonly output?: 'text' | 'json' | 'github'
  readonly quiet?: boolean
}

interface Found {
  readonly complaints: readonly Complaint[]
  readonly bottles: number
  readonly foreign: number
  readonly files: number
}

export const validate = defineCommand<ValidateOptions>({
  name: 'validate',
  summary: 'check Bottle files, offline and strictly',
  arguments: '[path...]',
  completes: 'files',
  details:
    'Check Bottle files as the controller does, also by the operator\'s policy, and that names and identities are unique. Needs neither a controller nor Docker. Without a path: the root. "-" is stdin. A List is read as its items, except in the root, where the controller reads none. A file with a BottlePolicy is checked, too. Exits with 1 on any error.',
  examples: [
    'bottlectl validate',
    'bottlectl validate bottles/researcher.yaml',
    'bottlectl validate -o github bottles/',
    'bottlectl validate - < bottle.yaml',
  ],
  options: [
    {
      flags: '-o, --output <format>',
      description: 'text, json, or github for annotations in Actions',
      choices: ['text', 'json', 'github'],
      default: 'text',
    },
    { flags: '-q, --quiet', description: 'print errors only' },
    POLICY_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const found = await check(session, args, await createPolicyJudge(session, options))
    const { complaints } = found
    if (options.output === 'json')
      session.out(
        toJson({
          valid: complaints.length === 0,
          files: found.files,
          bottles: found.bottles,
          foreign: found.foreign,
          complaints,
        }),
      )
    else if (options.output === 'github')
      session.out(complaints.map((complaint) => `${annotation(complaint)}\n`).join(''))
    else
      session.out(
        complaints
          .map(
            (complaint) =>
              `${session.paint(formatComplaint(complaint), 'bad')}\n${complaint.frame === '' ? '' : `${visibleLines(complaint.frame)}\n`}`,
          )
          .join(''),
      )
    if (options.quiet !== true)
      session.say(
        `${count(found.bottles, 'bottle')} in ${count(found.files, 'file')}, ${complaints.length === 0 ? 'all valid' : count(complaints.length, 'error')}${found.foreign === 0 ? '' : `; ${count(found.foreign, 'other document')} skipped`}`,
      )
    return complaints.length === 0 ? 0 : 1
  },
})

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const check = async (session: Session, args: readonly string[], { judge }: PolicyJudge): Promise<Found> => {
  const texts =
    args.length === 0
      ? await inFolder(session, session.root, '')
      : (await Promise.all(args.map((path) => textsOf(session, path)))).flat()
  const complaints: Complaint[] = []
  const placed: Named[] = []
  const names = new Map<string, string>()
  const identities = new Map<string, string>()
  let bottles = 0
  let foreign = 0
  for (const { path, text, file, inRoot, why = '' } of texts) {
    if (text === undefined) {
      complaints.push({ code: 'Unreadable', path, line: 1, col: 1, message: why, frame: '' })
      continue
    }
    const parsed = inRoot ? parseFile({ path, text }) : readDocuments({ path, text })
    complaints.push(...parsed.complaints)
    if (isPolicyFile({ path, text })) {
      const policy = parsePolicy({ path, text })
      complaints.push(...('complaints' in policy ? policy.complaints : []))
      continue
    }
    foreign += parsed.foreign
    for (const document of parsed.documents) {
      complaints.push(...document.complaints)
      bottles += 1
      const at = `${path}:${document.line}`
      const twice = (what: string, by: string): void =>
        void complaints.push({
          code: 'Rule',
          path,
          line: document.line,
          col: 1,
          message: `${what} is already used by ${by}`,
          frame: '',
        })
      const { name, bottle, line } = document
      const loose = 'own' in document && document.own !== undefined
      if (bottle !== undefined) {
        complaints.push(...(await judge({ bottle, file, path, line, loose })).violations)
        placed.push({ bottle, path, line, file, loose })
      }
      if (name !== undefined) {
        const before = names.get(name)
        if (before !== undefined) twice(`metadata.name ${name}`, before)
        else names.set(name, at)
        const identity = bottle === undefined ? undefined : identityOf(bottle)
        const holder = identity === undefined ? undefined : identities.get(identity)
        if (holder !== undefined && before === undefined) twice(`identity ${identity ?? ''}`, holder)
        else if (identity !== undefined && holder === undefined) identities.set(identity, at)
      }
    }
  }
  complaints.push(...(await taintComplaints(session, placed)))
  return { complaints, bottles, foreign, files: texts.length }
}

/** As it was named. `loose`: its places are not those of the file. */
type Named = Placed & Pick<Complaint, 'path' | 'line'> & { readonly loose: boolean }

const taintComplaints = async (session: Session, placed: readonly Named[]): Promise<readonly Complaint[]> => {
  const paths = createPathsJudge(session, placed)
  const complaints: Complaint[] = []
  for (const document of placed) {
    const { tainted, unknown } = await paths.judge(document)
    const { bottle, path, line, loose } = document
    if (unknown !== undefined) session.say(`warning: ${path}:${line}: its paths are not checked: ${unknown}`)
    if (tainted === undefined) continue
    const { message, field } = tainted
    const found = loose ? undefined : complainAt(bottle.spec, { code: 'Tainted', path: field, at: 'value', message })
    complaints.push(
      found === undefined ? { code: 'Tainted', path, line, col: 1, message, frame: '' } : { ...found, path },
    )
  }
  return complaints
}

interface Text {
  readonly path: string
  /** undefined: `why` it can't be read. */
  readonly text: string | Buffer | undefined
  /** Absolute; where relative paths start. */
  readonly file: string
  readonly why?: string
  /** The controller reads it: it opens no List. */
  readonly inRoot: boolean
}

const textsOf = async (session: Session, path: string): Promise<readonly Text[]> => {
  if (path === '-') {
    const file = join(session.root, 'stdin.yaml')
    return [{ path: '<stdin>', text: await session.stdin(), file, inRoot: false }]
  }
  const full = resolve(session.cwd, path)
  const found = await stat(full).catch(() => undefined)
  if (found === undefined)
    throw new CliError(`the path "${path}" does not exist`, 'bottlectl validate FILE or FOLDER', 3)
  if (found.isDirectory()) return inFolder(session, full, path)
  return [{ path, text: await readNamed(full), file: full, inRoot: isInside(session.root, full) }]
}

const inFolder = async (session: Session, folder: string, shown: string): Promise<readonly Text[]> => {
  const { paths, unreadable } = await listFiles(folder)
  if (unreadable.length > 0) throw new CliError(`can't read ${unreadable[0] ?? folder}`, 'check its permissions')
  // Reads as the controller does: a FIFO would hang, a link may lead anywhere.
  const files = await Promise.all(paths.map((path) => readFileText({ root: folder, stateDir: session.lockDir }, path)))
  return files.flatMap((file) =>
    file === undefined
      ? []
      : [
          {
            ...file,
            file: join(folder, file.path),
            path: shown === '' ? file.path : join(shown, file.path),
            inRoot: isInside(session.root, folder),
          },
        ],
  )
}

const isInside = (root: string, path: string): boolean => path === root || path.startsWith(`${root}${sep}`)

/** A workflow command of GitHub Actions. */
const annotation = (complaint: Complaint): string => {
  const { path, line, col, code } = complaint
  return `::error file=${property(path)},line=${line},col=${col},title=${property(code)}::${escape(complaintMessage(complaint))}`
}

const escape = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => escape(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
