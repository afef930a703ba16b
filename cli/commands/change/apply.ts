import { mkdir } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { removeStatus } from '../../../controller/edit/splice-status.ts'
import type { Bottle } from '../../../schemas/bottle.ts'
import { isLocalImage } from '../../../reconcilers/derive/resolve.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import type { BottleView, Loaded } from '../../bottles/bottles.ts'
import { changeDocument, createFile } from '../../change/change-file.ts'
import { agreed } from '../../verb/confirm.ts'
import { defineCommand } from '../../verb/command.ts'
import { documentSpan } from '../../change/document-span.ts'
import { POLICY_OPTION, requireAllowed } from '../../policy/policy-judge.ts'
import type { PolicyOptions } from '../../policy/policy-judge.ts'
import { CliError } from '../../print/cli-error.ts'
import { diffText } from '../../views/diff.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import type { Session } from '../../session/session.ts'
import { sourceDocuments } from '../../bottles/sources.ts'
import type { SourceDocument } from '../../bottles/sources.ts'
import { diffOf } from '../check/diff.ts'
import { createPathsJudge } from '../check/judge-paths.ts'
import type { Placed } from '../check/judge-paths.ts'
import { isRecord } from '../../../drivers/json.ts'

interface ApplyOptions extends ReportOptions, PolicyOptions {
  readonly filename?: readonly string[]
  readonly yes?: boolean
}

type Work = {
  readonly source: SourceDocument
  readonly view: BottleView | undefined
  readonly action: 'created' | 'configured' | 'unchanged'
}

export const apply = defineCommand<ApplyOptions>({
  name: 'apply',
  summary: 'write Bottle files into the root',
  details:
    'Check Bottle files, show the changes, ask for confirmation on a terminal, and write the files into the root. An existing document of the same name is changed in place and keeps its comments. Nothing is written if any document is invalid, or asks for what the policy forbids.',
  examples: [
    'bottlectl apply -f researcher.yaml',
    'bottlectl apply -f bottles/ --dry-run',
    'generate | bottlectl apply -f - --yes',
  ],
  options: [
    {
      flags: '-f, --filename <file>',
      description: 'a file, a folder, or - for stdin (repeatable)',
      repeatable: true,
      completes: 'files',
    },
    { flags: '-y, --yes', description: "don't ask for confirmation" },
    POLICY_OPTION,
    ...REPORT_OPTIONS,
  ],
  run: async ({ session, options }) => {
    if (options.filename === undefined) throw new CliError('name a file', 'bottlectl apply -f FILE', 2)
    const sources = await sourceDocuments(session, options.filename)
    refuseTwins(sources)
    const loaded = await loadBottles(session)
    const works = sources.map((source) => workFor(source, loaded))
    const changing = works.filter(({ action }) => action !== 'unchanged')
    const targetOf = ({ source, view }: Work): string => view?.file ?? newPath(session, source, loaded)
    // By where its paths will start.
    const asked = works.map((work) => ({ ...work.source, file: join(session.root, targetOf(work)) }))
    await requireAllowed(session, asked, options)
    for (const { source, view } of changing) {
      const where = view === undefined ? newPath(session, source, loaded) : `${view.file ?? ''}:${view.line}`
      session.say(diffText(await diffOf(session, source.bottle, where), session.paint).trimEnd())
      warnOfPaths(session, source, view === undefined ? where : (view.file ?? ''))
    }
    await refuseTainted(
      session,
      changing.map(({ source, view }) => ({
        bottle: source.bottle,
        file: join(session.root, view?.file ?? newPath(session, source, loaded)),
      })),
    )
    if (
      changing.length > 0 &&
      options.dryRun !== true &&
      session.terminal.stdin &&
      session.terminal.stderr &&
      options.yes !== true
    ) {
      if (options.filename.includes('-'))
        throw new CliError("can't ask for confirmation: stdin is the input", 'add --yes', 2)
      await agreed(session)
    }
    const report = createReport(session, options)
    for (const { source, view, action } of works) {
      if (options.dryRun !== true && action === 'created')
        await create(session, source, newPath(session, source, loaded))
      else if (options.dryRun !== true && action === 'configured' && view !== undefined)
        await changeDocument(session, view, (text, index) =>
          merged({ text, index, json: view.file?.endsWith('.json') === true }, source.bottle, view),
        )
      report.done(source.bottle.metadata.name, action)
    }
    report.end()
    return 0
  },
})

/** As the controller would: it would never be started. */
const refuseTainted = async (session: Session, documents: readonly Placed[]): Promise<void> => {
  const paths = createPathsJudge(session, documents)
  for (const document of documents) {
    const { tainted } = await paths.judge(document)
    if (tainted === undefined) continue
    throw new CliError(`bottle/${document.bottle.metadata.name}: ${tainted.message}`, 'nothing was changed', 'Invalid')
  }
}

const refuseTwins = (sources: readonly SourceDocument[]): void => {
  const seen = new Set<string>()
  for (const { bottle } of sources) {
    const { name } = bottle.metadata
    if (seen.has(name))
      throw new CliError(`bottle/${name} is given twice`, 'name each bottle once; nothing was changed')
    seen.add(name)
  }
}

const workFor = (source: SourceDocument, { bottles }: Loaded): Work => {
  const view = bottles.find(({ name, file }) => name === source.bottle.metadata.name && file !== undefined)
  if (view === undefined) return { source, view, action: 'created' }
  const { spec, metadata } = source.bottle
  const same =
    isDeepStrictEqual(view.spec, spec) &&
    isDeepStrictEqual(view.metadata.labels ?? {}, metadata.labels ?? {}) &&
    isDeepStrictEqual(view.metadata.annotations ?? {}, metadata.annotations ?? {})
  return { source, view, action: same ? 'unchanged' : 'configured' }
}

/** The file's own name if it has only this document, else the bottle's. */
const newPath = (session: Session, { bottle, file, documents, loose }: SourceDocument, { bottles }: Loaded): string => {
  const inside = relative(session.root, file)
  if (!loose && !inside.startsWith('..') && !isAbsolute(inside)) return inside
  const { name } = bottle.metadata
  const wanted = !loose && documents === 1 ? (file.split('/').at(-1) ?? '') : `${name}.yaml`
  return bottles.some((other) => other.file === wanted) ? `${name}.yaml` : wanted
}

const create = async (session: Session, { text, index, documents }: SourceDocument, path: string): Promise<void> => {
  const own = documents === 1 ? text : documentSpan(text, index).own.replace(/^---[ \t]*\n/, '')
  await mkdir(dirname(join(session.root, path)), { recursive: true })
  await createFile(session, path, removeStatus(own))
}

interface Target {
  readonly text: string
  readonly index: number
  readonly json: boolean
}

/** Writes only the differences, so that comments stay. */
const merged = (target: Target, bottle: Bottle, view: BottleView): string => {
  const metadata = { labels: bottle.metadata.labels, annotations: bottle.metadata.annotations }
  const spec = mergeMap(target, ['spec'], view.spec, bottle.spec)
  return Object.entries(metadata).reduce(
    (text, [key, value]) => mergeValue({ ...target, text }, ['metadata', key], view.metadata[key], value),
    spec,
  )
}

const mergeMap = (target: Target, path: readonly [string, ...string[]], before: object, after: object): string =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].reduce(
    (text, key) =>
      mergeValue(
        { ...target, text },
        [...path, key],
        (before as Record<string, unknown>)[key],
        (after as Record<string, unknown>)[key],
      ),
    target.text,
  )

const mergeValue = (target: Target, path: readonly [string, ...string[]], before: unknown, after: unknown): string => {
  if (isDeepStrictEqual(before, after)) return target.text
  if (isRecord(before) && isRecord(after)) return mergeMap(target, path, before, after)
  return editDocument({ ...target, path, value: after })
}

/** Relative paths start at the file's folder: in another folder they point elsewhere. */
const warnOfPaths = (session: Session, { bottle, file, loose }: SourceDocument, target: string): void => {
  const into = dirname(join(session.root, target.replace(/:\d+$/, '')))
  if (!loose && dirname(file) === into) return
  const { workspace, machine, bundle, secrets } = bottle.spec
  const paths = [
    workspace?.path,
    machine?.artifact,
    machine?.image !== undefined && isLocalImage(machine.image) ? machine.image : undefined,
    ...(bundle?.mounts ?? []).map(({ source }) => source),
    ...Object.values(secrets ?? {}).map(({ fromFile }) => fromFile),
  ].filter((path) => path !== undefined && !isAbsolute(path))
  if (paths.length > 0)
    session.say(`warning: relative paths start at the file's folder, which becomes ${into}: ${paths.join(', ')}`)
}
