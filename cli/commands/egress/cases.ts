import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Complaint } from '../../../controller/document/complaint.ts'
import { readPolicyFile } from '../../egress/policy-file.ts'
import type { PolicyFile } from '../../egress/policy-file.ts'
import { runCases } from '../../egress/run-cases.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import type { Session } from '../../session/session.ts'
import { complainAbout, many, textOf, textOfComplaint, timeIn } from './run.ts'
import type { Run } from './run.ts'

/** Runs files of cases. Exit code 1: a decision differs, or a file is invalid. */
export const runFiles = async ({ session, args, options }: Run): Promise<number> => {
  if (args.length === 0 || options.filename === true)
    throw new CliError('no file of cases is given', 'bottlectl egress test FILE...', 2)
  const shared = options.filename === undefined ? undefined : readPolicyFile(await textOf(session, options.filename))
  if (shared !== undefined && shared.policy === undefined) return complainAbout(session, [shared], options)
  const files = await Promise.all(args.map(async (path) => ({ path, ...(await read(session, path)) })))
  const ran = files.map(({ path, file, bottle }) => {
    if (bottle !== undefined && bottle.policy === undefined)
      return { count: 0, differing: 0, complaints: [...file.complaints, ...complaintsOf(bottle, path)] }
    const now = options.at ?? timeIn(file) ?? session.clock.now()
    return runCases({ file, path, shared: bottle?.policy ?? shared?.policy, now })
  })
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

/** A file of cases, with the Bottle that it names. */
const read = async (
  session: Session,
  path: string,
): Promise<{ readonly file: PolicyFile; readonly bottle: PolicyFile | undefined }> => {
  const file = readPolicyFile(await textOf(session, path))
  const named = file.complaints.length > 0 ? undefined : file.cases?.bottle
  if (named === undefined) return { file, bottle: undefined }
  const from = path === '-' ? '.' : dirname(path)
  const bottle = isAbsolute(named) ? named : join(from, named)
  await requireOurs(session, bottle)
  return { file, bottle: readPolicyFile(await textOf(session, bottle)) }
}

/** What is wrong with a file is shown, and a file of cases may be somebody else's: it can't have any file shown. */
const requireOurs = async (session: Session, path: string): Promise<void> => {
  const real = await realpath(resolve(session.cwd, path)).catch(() => undefined)
  // That it isn't there is said where it is read.
  if (real === undefined) return
  const folders = await Promise.all([session.cwd, session.root].map((folder) => realpath(folder)))
  if (folders.some((folder) => real.startsWith(`${folder}/`)) && (await stat(real)).isFile()) return
  throw new CliError(
    `bottle: "${visible(path)}" leads out of the current folder, or to no regular file`,
    'run it in a folder that has both, or name a policy by -f FILE',
    'Forbidden',
  )
}

const complaintsOf = ({ complaints }: PolicyFile, path: string): readonly Complaint[] =>
  complaints.length > 0
    ? complaints
    : [{ code: 'Missing', path, line: 1, col: 1, message: 'the file that bottle names holds no policy', frame: '' }]
