import { once } from 'node:events'
import { oneName } from '../../bottles/target.ts'
import { isDenied, recordOf } from '../../egress/record.ts'
import { readBundleLog } from '../../inside/bundle-log.ts'
import { partOf } from '../../inside/parts.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { recordText } from '../../views/egress-record.ts'
import { many } from './run.ts'
import type { Run } from './run.ts'

/** What was decided, as the bundle recorded it. Lines that aren't records are counted and left out. */
export const showLog = async ({ session, args, options }: Run): Promise<number> => {
  // `-f NAME`: here -f takes no file.
  const words = typeof options.filename === 'string' ? [...args, options.filename] : args
  const name = oneName(words, 'bottlectl egress log NAME')
  const follow = options.follow === true || options.filename !== undefined
  let leftOut = 0
  const take = (line: string | undefined): Promise<unknown> | undefined => {
    const record = line === undefined ? undefined : recordOf(line)
    if (record === undefined) leftOut += line === '' ? 0 : 1
    else if (options.denied !== true || isDenied(record))
      session.out(options.output === 'json' ? `${JSON.stringify(record)}\n` : `${recordText(record)}\n`)
    return slowReader(session.signal)
  }
  await readBundleLog(
    session,
    {
      part: await partOf(session, name, 'bundle'),
      name,
      follow,
      dockerHost: options.dockerHost,
      sinceMs: options.since === undefined ? undefined : session.clock.now() - options.since,
    },
    take,
  )
  if (leftOut > 0)
    session.say(
      `${many(leftOut, 'line')} of the bundle ${leftOut === 1 ? "isn't a record and is" : "aren't records and are"} left out: bottlectl logs ${name}`,
    )
  return session.signal.aborted ? INTERRUPTED : 0
}

/** Resolves when stdout takes more; undefined: it does. */
const slowReader = (signal: AbortSignal): Promise<unknown> | undefined =>
  process.stdout.writableNeedDrain ? once(process.stdout, 'drain', { signal }) : undefined
