import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { removeStatus, spliceStatus } from '../../../controller/edit/splice-status.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { currentText, rewrite } from '../../change/change-file.ts'
import { defineCommand } from '../../verb/command.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport } from '../../verb/report.ts'
import { runEditor } from '../../session/run-editor.ts'
import { namesOf, pick } from '../../bottles/target.ts'

export const edit = defineCommand({
  name: 'edit',
  summary: 'open the file of a bottle in your editor',
  arguments: '<type> [name]',
  completes: 'kind-names',
  details:
    'Open the file of a bottle, without status, in $VISUAL or $EDITOR (else vi), check the result and save it. The controller may write status meanwhile; if anyone else changed the file, nothing is overwritten.',
  examples: ['bottlectl edit bottle researcher', "EDITOR='code --wait' bottlectl edit bottle/researcher"],
  run: async ({ session, args }) => {
    const [name, ...more] = namesOf(args)
    if (name === undefined || more.length > 0) throw new CliError('name one bottle', 'bottlectl edit bottle NAME', 2)
    const view = pick(await loadBottles(session), name)
    const path = view.file ?? ''
    const before = removeStatus(await currentText(session, path))
    const folder = await mkdtemp(join(tmpdir(), 'bottlectl-'))
    const copy = join(folder, basename(path))
    await writeFile(copy, before, { mode: 0o600 })
    await session.lend(() => runEditor(session, copy))
    const after = await readFile(copy, 'utf8')
    if (after === before) {
      await rm(folder, { recursive: true, force: true })
      session.say('Edit cancelled, no changes made.')
      return 0
    }
    const parsed = parseFile({ path, text: after })
    const complaints = [...parsed.complaints, ...parsed.documents.flatMap((document) => document.complaints)]
    if (complaints.length > 0) {
      for (const complaint of complaints) session.say(`${formatComplaint(complaint)}\n${complaint.frame}`)
      throw new CliError(`bottle/${name} would be invalid; nothing was changed`, `your text is in ${copy}`, 'Invalid')
    }
    await rewrite(session, view, (text) => {
      if (removeStatus(text) !== before)
        throw new CliError(
          `${path} was changed by someone else meanwhile; nothing was overwritten`,
          `your text is in ${copy}`,
          'Conflict',
        )
      return withStatuses(path, text, after)
    })
    await rm(folder, { recursive: true, force: true })
    const report = createReport(session, {})
    report.done(name, 'edited')
    return 0
  },
})

/** Puts back the statuses that the controller wrote meanwhile, document by document. */
const withStatuses = (path: string, text: string, edited: string): string =>
  parseFile({ path, text }).documents.reduce((result, { name, status }) => {
    const target = parseFile({ path, text: result }).documents.find((document) => document.name === name)
    if (target === undefined || status === undefined) return result
    return spliceStatus({ text: result, index: target.index, status, json: path.endsWith('.json') })
  }, edited)
