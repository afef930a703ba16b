import { harmlessLine } from '../../../drivers/harmless.ts'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { changeDocument } from '../../change/change-file.ts'
import { defineCommand } from '../../verb/command.ts'
import type { Verb } from '../../verb/command.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import { labelSelector } from '../../bottles/select.ts'
import { looseNames, pick } from '../../bottles/target.ts'

interface LabelOptions extends ReportOptions {
  readonly overwrite?: boolean
  readonly list?: boolean
  readonly selector?: string
  readonly all?: boolean
}

const define = (given: {
  readonly name: 'label' | 'annotate'
  readonly key: 'labels' | 'annotations'
  readonly done: string
  readonly undone: string
  readonly same: string
}): Verb =>
  defineCommand<LabelOptions>({
    name: given.name,
    summary: `set or remove ${given.key} of bottles`,
    arguments: '<type> [name...]',
    completes: 'kind-names',
    details: `Set ${given.key} with KEY=VALUE and remove them with KEY-, in the file.`,
    examples: [
      `bottlectl ${given.name} bottle researcher team=search`,
      `bottlectl ${given.name} bottle researcher team-`,
      `bottlectl ${given.name} bottles --all team=search --overwrite`,
    ],
    options: [
      { flags: '--overwrite', description: 'replace existing values' },
      { flags: '--list', description: `print the ${given.key}` },
      { flags: '-l, --selector <labels>', description: 'label selector', completes: 'labels' },
      { flags: '--all', description: 'all bottles' },
      ...REPORT_OPTIONS,
    ],
    run: async ({ session, args, options }) => {
      const changes = args.filter((word) => isChange(word))
      const names = looseNames(args.filter((word) => !isChange(word)))
      const loaded = await loadBottles(session)
      const views = named(names, options)
        ? loaded.bottles.filter(
            (view) =>
              view.file !== undefined && (options.selector === undefined || labelSelector(options.selector)(view)),
          )
        : names.map((name) => pick(loaded, name))
      if (views.length === 0)
        throw new CliError('no bottle name was specified', `bottlectl ${given.name} bottle NAME KEY=VALUE`, 2)
      if (changes.length === 0 && options.list !== true)
        throw new CliError(
          `at least one ${given.name} update is required`,
          `bottlectl ${given.name} bottle ${views[0]?.name ?? 'NAME'} KEY=VALUE`,
          2,
        )
      const report = createReport(session, options)
      for (const view of views) {
        const edits = editsOf(changes, view.metadata[given.key] ?? {}, options.overwrite === true, given.name)
        if (edits.length > 0 && options.dryRun !== true)
          await changeDocument(session, view, (text, index) =>
            edited({ text, index, json: view.file?.endsWith('.json') === true }, given.key, edits),
          )
        if (options.list === true)
          for (const [key, value] of Object.entries(view.metadata[given.key] ?? {}))
            session.out(`${harmlessLine(`${key}=${value}`)}\n`)
        else
          report.done(
            view.name,
            edits.length === 0
              ? given.same
              : edits.every(({ value }) => value === undefined)
                ? given.undone
                : given.done,
          )
      }
      report.end()
      return 0
    },
  })

const isChange = (word: string): boolean =>
  /^[^=/]+(\/[^=]+)?=/.test(word) || /^[A-Za-z0-9][A-Za-z0-9._/-]*-$/.test(word)

/** The first word is the kind where all are meant. */
const named = (names: readonly string[], { all, selector }: LabelOptions): boolean =>
  (all === true || selector !== undefined) && names.length <= 1

interface Edit {
  readonly key: string
  readonly value: string | undefined
}

const editsOf = (
  changes: readonly string[],
  before: Readonly<Record<string, string>>,
  overwrite: boolean,
  verb: string,
): readonly Edit[] =>
  changes.flatMap((change): readonly Edit[] => {
    const at = change.indexOf('=')
    if (at < 0) {
      const key = change.slice(0, -1)
      return Object.hasOwn(before, key) ? [{ key, value: undefined }] : []
    }
    const [key, value] = [change.slice(0, at), change.slice(at + 1)]
    if (before[key] === value) return []
    if (Object.hasOwn(before, key) && !overwrite)
      throw new CliError(
        `'${key}' already has a value (${before[key] ?? ''}), and --overwrite is false`,
        `bottlectl ${verb} … --overwrite`,
        'Conflict',
      )
    return [{ key, value }]
  })

const edited = (
  target: { readonly text: string; readonly index: number; readonly json: boolean },
  field: string,
  edits: readonly Edit[],
): string =>
  edits.reduce(
    (text, { key, value }) => editDocument({ ...target, text, path: ['metadata', field, key], value }),
    target.text,
  )

export const label = define({ name: 'label', key: 'labels', done: 'labeled', undone: 'unlabeled', same: 'not labeled' })
export const annotate = define({
  name: 'annotate',
  key: 'annotations',
  done: 'annotated',
  undone: 'annotated',
  same: 'not annotated',
})
