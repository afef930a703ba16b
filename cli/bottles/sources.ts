import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { formatComplaint } from '../../controller/document/complaint.ts'
import type { Complaint } from '../../controller/document/complaint.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import { listFiles, readFileText, readNamed } from './files.ts'
import { readDocuments } from './lists.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/** A valid Bottle that `-f` names, with the text around it. */
export interface SourceDocument {
  readonly bottle: Bottle
  readonly index: number
  /** Absolute; of what has none of its own a file of the bottle's name in the root. */
  readonly file: string
  /** As it was named; `<stdin>`. */
  readonly path: string
  readonly text: string
  /** How many documents the text has, others' included. */
  readonly documents: number
  /** It has no file of its own: it came by stdin, or as an item of a List. */
  readonly loose: boolean
  /** Where the document begins, from 1. */
  readonly line: number
}

/** All documents of all files named. Throws if any is invalid: nothing is done by halves. */
export const sourceDocuments = async (
  session: Session,
  filenames: readonly string[],
): Promise<readonly SourceDocument[]> => {
  const complaints: Complaint[] = []
  const found: SourceDocument[] = []
  for (const { path, file, text } of (await Promise.all(filenames.map((name) => textsOf(session, name)))).flat()) {
    const parsed = readDocuments({ path, text })
    complaints.push(...parsed.complaints, ...parsed.documents.flatMap((document) => document.complaints))
    for (const { bottle, index, line, own } of parsed.documents) {
      if (bottle === undefined) continue
      const loose = file === undefined || own !== undefined
      found.push({
        bottle,
        index,
        line,
        path,
        text: own ?? text,
        documents: own === undefined ? parsed.documents.length + parsed.foreign : 1,
        loose,
        file: loose ? join(session.root, `${bottle.metadata.name}.yaml`) : file,
      })
    }
  }
  if (complaints.length > 0) {
    const [first, ...more] = complaints.map(formatComplaint)
    for (const complaint of more) session.say(complaint)
    throw new CliError(first ?? '', 'nothing was changed; bottlectl validate FILE shows each place', 'Invalid')
  }
  if (found.length === 0)
    throw new CliError('no objects passed', `a Bottle has apiVersion: bottled.dev/v1alpha1 and kind: Bottle`, 'Invalid')
  return found
}

interface Text {
  readonly path: string
  readonly file: string | undefined
  readonly text: string
}

const textsOf = async (session: Session, name: string): Promise<readonly Text[]> => {
  if (name === '-') return [{ path: '<stdin>', file: undefined, text: await session.stdin() }]
  const full = resolve(session.cwd, name)
  const there = await stat(full).catch(() => undefined)
  if (there === undefined)
    throw new CliError(`the path "${name}" does not exist`, 'name a Bottle file, a folder, or - for stdin', 3)
  if (!there.isDirectory()) return [{ path: name, file: full, text: (await readNamed(full)).toString() }]
  const { paths } = await listFiles(full)
  const files = await Promise.all(paths.map((path) => readFileText({ root: full, stateDir: session.lockDir }, path)))
  return files.flatMap((each) => {
    if (each === undefined) return []
    const { path, text, why } = each
    if (text === undefined) throw new CliError(`can't read ${join(name, path)}: ${why}`)
    return [{ path: join(name, path), file: join(full, path), text }]
  })
}
