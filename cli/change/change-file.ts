import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseAside } from '../../controller/folder/aside-name.ts'
import { errnoOf } from '../../drivers/errno.ts'
import { formatComplaint } from '../../controller/document/complaint.ts'
import { spliceStatus } from '../../controller/edit/splice-status.ts'
import { parseFile } from '../../controller/document/parse.ts'
import { locate, readSafely } from '../../controller/folder/read-safely.ts'
import { createOpenWriters } from '../../controller/folder/open-writers.ts'
import { removeFile } from '../../controller/folder/remove.ts'
import { rewriteFile } from '../../controller/folder/rewrite.ts'
import { settleAside } from '../../controller/folder/settle.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { documentSpan } from './document-span.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/**
 * Changes people's files the way the controller writes its status: each waits for the other, and an edit in between is
 * not lost.
 *
 * Guarantees: a change that would leave an invalid document is refused and nothing is written.
 */
export type Changed = 'written' | 'unchanged'

export const changeDocument = (
  session: Session,
  view: BottleView,
  edit: (text: string, index: number) => string,
): Promise<Changed> =>
  rewrite(session, view, (text) => {
    const path = view.file ?? ''
    const index = indexIn(path, text, view.name)
    const after = edit(text, index)
    const complaint = parseFile({ path, text: after }).documents.find((document) => document.index === index)
      ?.complaints[0]
    if (complaint !== undefined && after !== text)
      throw new CliError(formatComplaint(complaint), 'nothing was changed', 'Invalid')
    return after
  })

/**
 * Removes the document; deletes the file if it holds nothing else.
 * Guarantees: only a document that says what `seen` says goes; any other is a conflict, and stays.
 */
export const removeDocument = async (session: Session, view: BottleView, seen: string): Promise<void> => {
  const path = view.file ?? ''
  const isSeen = (text: string): boolean => writtenIn({ path, text, name: view.name }) === seen
  const changed = new CliError(
    `bottle/${view.name} was changed in ${path} meanwhile: it is not deleted`,
    `bottlectl get bottle ${view.name} -o yaml, then delete it again`,
    'Conflict',
  )
  const isLast = (text: string): boolean => {
    const { documents, foreign } = parseFile({ path, text })
    return documents.some(({ name }) => name === view.name) && documents.length + foreign === 1
  }
  if (isLast(await currentText(session, path))) {
    if (await removeWhole(session, path, (text) => isLast(text) && isSeen(text))) return
    throw changed
  }
  await rewrite(session, view, (text) => {
    const index = indexIn(path, text, view.name)
    if (!isSeen(text)) throw changed
    const { before, after } = documentSpan(text, index)
    const rest = before + after
    const kept = parseFile({ path, text })
      .documents.filter((document) => document.index !== index)
      .map(({ name }) => name)
    if (
      !isDeepStrictEqual(
        parseFile({ path, text: rest }).documents.map(({ name }) => name),
        kept,
      )
    ) {
      throw new CliError(
        `can't remove bottle/${view.name} from ${path}`,
        `remove the document at ${path}:${view.line} by hand`,
      )
    }
    return rest
  })
}

/** What a person wrote of the document: all of it but its status, which may be written at any moment. */
export const writtenOf = async (session: Session, view: BottleView): Promise<string> => {
  const path = view.file ?? ''
  const text = await currentText(session, path)
  return writtenIn({ path, text, name: view.name }) ?? ''
}

const writtenIn = ({
  path,
  text,
  name,
}: {
  readonly path: string
  readonly text: string
  readonly name: string
}): string | undefined => {
  const index = parseFile({ path, text }).documents.find((document) => document.name === name)?.index
  if (index === undefined) return undefined
  const json = path.endsWith('.json')
  const own = json ? text : documentSpan(text, index).own
  try {
    return spliceStatus({ text: own, index: 0, json, status: undefined }).trimEnd()
  } catch {
    return own.trimEnd()
  }
}

const PAUSE_MS = 10

/** While the controller writes a status, the file is missing for a moment and comes back. */
const removeWhole = async (session: Session, path: string, isExpected: (text: string) => boolean): Promise<boolean> => {
  const file = await fileOf(session, path)
  for (;;) {
    const content = await readSafely(file)
    if (content.kind === 'refused') throw new CliError(`${path}: ${content.why}`, 'check the file')
    if ((await removeFile({ file, isExpected, clock: session.clock, writers: createOpenWriters() })) === 'changed')
      return false
    if (!(await isTaken(file))) return true
    await session.clock.sleep(PAUSE_MS, session.signal)
  }
}

const isTaken = async (file: string): Promise<boolean> =>
  (await readdir(dirname(file))).some((name) => {
    const aside = parseAside(name)
    return name === basename(file) || (aside?.kind === 'original' && aside.name === basename(file))
  })

/** Throws if the name is taken meanwhile. */
export const createFile = async (session: Session, path: string, text: string): Promise<void> => {
  const file = await open(join(session.root, path), 'wx').catch((error: unknown) => {
    throw new CliError(
      errnoOf(error) === 'EEXIST' ? `${path} already exists` : `can't write ${path}: ${errnoOf(error)}`,
      `check ${dirname(join(session.root, path))}`,
      errnoOf(error) === 'EEXIST' ? 'Conflict' : 'InternalError',
    )
  })
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const indexIn = (path: string, text: string, name: string): number => {
  const parsed = parseFile({ path, text })
  const found = parsed.documents.find((document) => document.name === name)
  const [complaint] = [...parsed.complaints, ...parsed.documents.flatMap((document) => document.complaints)]
  if (found === undefined && complaint !== undefined)
    throw new CliError(formatComplaint(complaint), `nothing was changed; bottlectl edit bottle ${name}`, 'Invalid')
  if (found === undefined) throw new CliError(`bottle/${name} is no longer in ${path}`, 'bottlectl get bottles', 3)
  return found.index
}

export const rewrite = async (
  session: Session,
  view: Pick<BottleView, 'name' | 'file'>,
  edit: (text: string) => string,
): Promise<Changed> => {
  if (view.file === undefined)
    throw new CliError(`bottle/${view.name} no longer has a document`, `bottlectl describe bottle ${view.name}`, 3)
  const file = await fileOf(session, view.file)
  // An error of `edit` must reach the caller unchanged.
  let refusal: unknown
  const written = await rewriteFile({
    file,
    clock: session.clock,
    settle: (taken) => settleAside(taken, { writers: createOpenWriters() }),
    edit: (text) => {
      try {
        return edit(text)
      } catch (error) {
        refusal = error
        return undefined
      }
    },
  })
  if (refusal !== undefined) throw refusal instanceof Error ? refusal : new Error(String(refusal))
  if (written.kind === 'written' || written.kind === 'unchanged') return written.kind
  if (written.kind === 'held')
    throw new CliError(
      `can't write ${view.file}: ${written.writer.name} has it open for writing`,
      'close it there first',
      'Conflict',
    )
  throw new CliError(
    `can't write ${view.file}: ${written.kind === 'gone' ? 'it is gone' : written.why}`,
    'check the file and its folder',
    written.kind === 'gone' ? 3 : 1,
  )
}

const fileOf = async (session: Session, path: string): Promise<string> => {
  const at = await locate({ root: session.root, stateDir: session.lockDir }, path)
  if (at.kind === 'at') return at.file
  throw new CliError(
    at.kind === 'gone' ? `${path} is gone` : at.why,
    'bottlectl get bottles',
    at.kind === 'gone' ? 3 : 1,
  )
}

export const currentText = async (session: Session, path: string): Promise<string> => {
  const content = await readSafely(await fileOf(session, path))
  if (content.kind === 'text') return content.text
  throw new CliError(`${path} can't be read`, 'bottlectl get bottles')
}
