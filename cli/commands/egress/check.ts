import { decide } from '../../../egress/decide.ts'
import { explain } from '../../../egress/explain.ts'
import { requestOf } from '../../../egress/request-of.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import { decisionText } from '../../views/egress.ts'
import { complainAbout, meantPolicy } from './run.ts'
import type { Run } from './run.ts'

const USAGE = 'bottlectl egress check NAME METHOD URL, or bottlectl egress check -f FILE METHOD URL'

/** Which entry decides a request. Exit code 1: denied. */
export const check = async (run: Run): Promise<number> => {
  const { session, options } = run
  const isBottle = options.filename === undefined
  if (isBottle && run.args.length === 0) throw new CliError('no policy is given', USAGE, 2)
  const [method, url, ...more] = isBottle ? run.args.slice(1) : run.args
  if (method === undefined || url === undefined || more.length > 0)
    throw new CliError(
      'a method and a URL are needed',
      `bottlectl egress check ${isBottle ? 'NAME' : '-f FILE'} GET https://api.example.com/`,
      2,
    )
  const request = requestOf(method, url)
  if ('fault' in request) throw new CliError(`${request.fault}`, USAGE, 2)
  const meant = await meantPolicy(run, USAGE)
  if (meant.kind === 'file') return complainAbout(session, [meant.file], options)
  const { policy, hash } = meant.compiled
  const now = options.at ?? meant.now ?? session.clock.now()
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

/** The policy as a bundle is told it. */
export const compiled = async (run: Run): Promise<number> => {
  const usage = 'bottlectl egress compile NAME, or bottlectl egress compile -f FILE'
  const meant = await meantPolicy(run, usage)
  if (meant.kind === 'file') return complainAbout(run.session, [meant.file], run.options)
  if (meant.args.length > 0) throw new CliError('more than one policy is given', usage, 2)
  run.session.out(toJson(meant.compiled))
  return 0
}
