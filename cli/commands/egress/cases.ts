import { readPolicyFile } from '../../egress/policy-file.ts'
import { runCases } from '../../egress/run-cases.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import { complainAbout, many, textOf, textOfComplaint, timeIn } from './run.ts'
import type { Run } from './run.ts'

/** Runs files of cases. Exit code 1: a decision differs, or a file is invalid. */
export const runFiles = async ({ session, args, options }: Run): Promise<number> => {
  if (args.length === 0 || options.filename === true)
    throw new CliError('no file of cases is given', 'bottlectl egress test FILE...', 2)
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
