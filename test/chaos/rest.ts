import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isTemporary } from '../../drivers/disk/disk.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Ended } from '../e2e/controller-process.ts'
import { engineTime, eventsSince } from '../e2e/engine.ts'
import { grammarErrors } from '../simulation/oracles/grammar.ts'
import { checkRest } from '../simulation/oracles/rest.ts'
import type { Expectation } from '../simulation/oracles/rest.ts'
import { isBroken } from './acts.ts'
import type { Doc, File, Life } from './intent.ts'
import { textOf } from './intent.ts'
import type { Observed } from './observe.ts'
import { filesBelow, observe } from './observe.ts'
import { takeAway } from './person.ts'
import type { Stage } from './stage.ts'

/**
 * Brings all to rest and asks every oracle.
 *
 * Flow: `--once` until no remains of a kill restore what people removed, check everything, `--once` again, which
 *   must do nothing. Throws with all violations.
 */
export const toRest = async (stage: Stage, { mend }: { readonly mend: boolean }): Promise<void> => {
  const { rig, intent, person, checks } = stage
  let once: Ended
  let left: boolean
  let runs = 0
  do {
    left = false
    for (const path of intent.removed) {
      if (!existsSync(join(rig.root, path))) continue
      takeAway(rig.root, path)
      checks.undone += 1
    }
    for (const file of mend ? [...intent.files.values()].filter(isBroken) : [])
      left = !(await person.edit(mended(file), 'rename')) || left
    once = await runOnce(stage)
    left = left || [...intent.removed].some((path) => existsSync(join(rig.root, path)))
  } while (left && (runs += 1) < 3)

  const guard = createRestGuard(stage)
  const seen = await observe(rig, stage.strange.names)
  const asAsked = checkAll(stage, seen, guard)
  guard.check('exit code', once.code === (asAsked ? 0 : 3), () => `--once ended with ${once.code}:\n${once.stdout}`)
  const changed = await stage.strange.changed()
  guard.check('strangers', changed === undefined, () => String(changed))
  guard.settle()

  await checkSteady(stage, guard)
  guard.settle()
  for (const its of intent.lives.values()) mark(stage, its)
  intent.rested()
}

const mended = (file: File): File => ({
  ...file,
  torn: false,
  docs: file.docs.map((doc) => ({ ...doc, slip: false })),
})

const runOnce = async ({ rig, flags }: Stage): Promise<Ended> => {
  const once = await rig.once(...flags, '--timeout', '150s')
  if ((once.code !== 0 && once.code !== 3) || once.stdout.includes('not settled'))
    throw new Error(`no rest: --once ended with ${once.code}\n${once.stdout}${once.stderr.slice(-6_000)}`)
  return once
}

interface RestGuard {
  check(oracle: string, ok: boolean, what: () => string): void
  /** Throws if anything was wrong. */
  settle(): void
}

const createRestGuard = ({ checks }: Stage): RestGuard => {
  const wrong: string[] = []
  return {
    check: (oracle, ok, what) => {
      checks.asked.set(oracle, (checks.asked.get(oracle) ?? 0) + 1)
      if (!ok) wrong.push(`${oracle}: ${what()}`)
    },
    settle: () => {
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
    },
  }
}

/** True if all bottles are as asked. */
const checkAll = (stage: Stage, seen: Observed, guard: RestGuard): boolean => {
  const { rig, intent, words } = stage
  const expect: Record<string, Expectation> = {}
  const refused = new Set<string>()
  let asAsked = true
  for (const its of intent.lives.values()) {
    const { accepted, others } = judge(stage, its.short, guard)
    for (const { file } of others) refused.add(file.path)
    const expectation = expectationOf(stage, its, accepted)
    expect[rig.slug(its.short)] = expectation
    asAsked &&= others.length === 0 && (accepted === undefined || typeof expectation === 'string')
    checkLife(stage, { its, accepted, expectation, seen, guard })
  }
  // The lines above decide which of two documents of a name is in force; here it must come first.
  const place = (path: string): string => (refused.has(path) ? `~${path}` : path)
  const texts = new Map([...intent.files.values()].map((file) => [place(file.path), textOf(file, words)]))
  const files = new Map([...seen.folder.files].map(([path, file]) => [place(path), file]))
  const folder = { ...seen.folder, files, read: (path: string) => files.get(path)?.text }
  checkRest({ ...seen, folder, guard }, { texts, expect })
  checkLeft(stage, seen, guard)
  return asAsked
}

interface Placed {
  readonly file: File
  readonly doc: Doc
}

const judge = (
  stage: Stage,
  short: string,
  guard: RestGuard,
): { readonly accepted: Placed | undefined; readonly others: readonly Placed[] } => {
  const docs = stage.intent.docsOf(short)
  const [only] = docs
  if (docs.length < 2) return { accepted: only, others: [] }
  const statusOf = ({ file }: Placed): BottleStatus | undefined => stage.rig.status(short, file.path)
  const others = docs.filter((placed) =>
    statusOf(placed)?.conditions.some(({ type, reason }) => type === 'Accepted' && reason === 'DuplicateName'),
  )
  guard.check('duplicates', others.length === docs.length - 1, () => `${short}: ${others.length} are refused`)
  return { accepted: docs.find((placed) => !others.includes(placed)), others }
}

const expectationOf = (stage: Stage, its: Life, placed: Placed | undefined): Expectation => {
  const record = stage.rig.record(its.short)
  const spec = record?.spec as { readonly suspend?: boolean } | undefined
  const asRecorded = {
    phase: 'none',
    vm: spec === undefined ? 'none' : spec.suspend === true ? 'stopped' : 'running',
  } as const
  if (placed === undefined) {
    if (!its.policies.has('Retain')) return 'Gone'
    const kept = record !== undefined || (its.uid !== undefined && !its.policies.has('Delete'))
    if (!kept) return 'Gone'
    return spec === undefined || spec.suspend === true ? asRecorded : 'Retained'
  }
  const { doc, file } = placed
  if (file.torn || doc.slip) return asRecorded
  if (doc.suspend) return 'Suspended'
  const source = sourceOf(stage, its.short)
  return doc.update === 'OnDelete' && source !== undefined && source !== doc.disk
    ? { phase: 'Stalled', reason: 'UpdatePending', vm: 'running' }
    : 'Ready'
}

const sourceOf = ({ rig }: Stage, short: string): string | undefined => {
  const path = join(rig.diskOf(short), 'which')
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

const checkLife = (
  stage: Stage,
  {
    its,
    accepted,
    expectation,
    seen,
    guard,
  }: {
    readonly its: Life
    readonly accepted: Placed | undefined
    readonly expectation: Expectation
    readonly seen: Observed
    readonly guard: RestGuard
  },
): void => {
  const { rig, words } = stage
  const { short } = its
  const uid = rig.record(short)?.uid
  if (its.uid !== undefined && !its.mayBeNew)
    guard.check('uid', uid === its.uid, () => `${short} was ${its.uid} and is ${uid}`)
  const source = sourceOf(stage, short)
  const keeps = !its.mayBeNew && !(its.updates.has('Recreate') && [...its.disks].some((disk) => disk !== its.source))
  if (its.marker !== undefined && keeps) {
    const found = markerOf(stage, short)
    guard.check('disk', found === its.marker, () => `the disk of ${short} should hold ${its.marker}, not ${found}`)
  }
  if (accepted === undefined) return
  const { doc, file } = accepted
  const status = rig.status(short, file.path)
  if (doc.slip && !file.torn)
    guard.check(
      'refused',
      status?.conditions.some(({ type, status: is }) => type === 'Accepted' && is === 'False') === true,
      () => `${short} is invalid and its status is ${JSON.stringify(status)}`,
    )
  if (file.torn || doc.slip || expectation === 'Suspended') return
  const bundle = `bottle-${rig.slug(short)}-bundle`
  guard.check(
    'image',
    seen.images.get(bundle) === words.bundle(doc.bundle),
    () => `${bundle} is made from ${seen.images.get(bundle)}, not ${words.bundle(doc.bundle)}`,
  )
  const env = seen.state.machines[`bottle-${rig.slug(short)}`]?.env['COUNT']
  guard.check('env', env === String(doc.count), () => `${short} should have COUNT ${doc.count}, not ${env}`)
  if (doc.update === 'Recreate')
    guard.check('disk', source === doc.disk, () => `the disk of ${short} is ${source}, not ${doc.disk}`)
}

/** Entries of a bottle, and beside them permanent ones with plain names. */
const STATE_FILES =
  /^(bottles\/[^/]+\/(metadata\.json|record\.json|smolfile\.toml|events(\.\d+)?\.jsonl)|parsed\/[0-9a-f]\.json|\.gitignore|(?!lock)[a-z-]+(\.[a-z0-9]+)*)$/

/** Nothing twice, nothing left over, nothing half written. */
const checkLeft = ({ rig, intent, statuses }: Stage, seen: Observed, guard: RestGuard): void => {
  const known = [...intent.lives.keys()].filter((short) => rig.record(short)?.spec !== undefined).toSorted()
  const names = known.map((short) => `bottle-${rig.slug(short)}`)
  const equal = (what: string, found: readonly string[], wanted: readonly string[]): void =>
    guard.check('nothing twice', found.join() === wanted.join(), () => `${what}: ${found.join()}, not ${wanted.join()}`)
  const once = (found: readonly string[], allowed: ReadonlySet<string>): readonly string[] =>
    found.filter((name, at) => allowed.has(name) && found.indexOf(name) === at)
  // Completeness is checked elsewhere: a bottle that was always suspended has nothing.
  equal('networks', seen.networks, once(seen.networks, new Set(names)))
  equal('bundles', seen.containers, once(seen.containers, new Set(names.map((name) => `${name}-bundle`))))
  const machines = Object.values(seen.state.machines)
  const running = machines.flatMap(({ pid }) => (pid === undefined ? [] : [String(pid)]))
  equal('VM processes', rig.vmProcesses().map(String).toSorted(), running.toSorted())
  const odd = seen.stateFiles.filter((path) => !STATE_FILES.test(path) || isTemporary(path.replace(/.*\//, '')))
  guard.check('half written', odd.length === 0, () => `in the state: ${odd.join(', ')}`)
  const records = seen.stateFiles.filter((path) => path.endsWith('/record.json')).length
  guard.check('nothing left', records >= known.length, () => `${records} records, ${known.length} bottles`)
  const runtime = filesBelow(join(rig.base, 'runtime'))
  guard.check('nothing left', runtime.length === 0, () => `in the runtime folder: ${runtime.join(', ')}`)
  const cache = filesBelow(join(rig.home, '.cache', 'bottled')).filter((path) => /\.tmp|\.part|\.new/.test(path))
  guard.check('half written', cache.length === 0, () => `in the cache: ${cache.join(', ')}`)

  for (const [path, { text }] of seen.folder.files)
    for (const document of parseAllDocuments(text)) {
      if (document.errors.length > 0) continue
      const value = document.toJS() as { metadata?: { name?: string }; status?: BottleStatus } | null
      if (value?.status === undefined) continue
      const key = `${path} ${value.metadata?.name}`
      // A document that owns no bottle is known only by its own status, which is lost when it is recreated.
      const before = value.status.uid === undefined ? undefined : statuses.get(key)
      const errors = grammarErrors(value.status, before)
      guard.check('grammar', errors.length === 0, () => `${key}: ${errors.join('; ')}`)
      statuses.set(key, value.status)
    }
}

const checkSteady = async (stage: Stage, guard: RestGuard): Promise<void> => {
  const { rig } = stage
  const since = await engineTime()
  const before = snapshot(stage)
  const once = await runOnce(stage)
  const after = snapshot(stage)
  for (const [what, text] of Object.entries(before))
    guard.check('steady', after[what] === text, () => {
      const [was, is] = [text.split('\n'), (after[what] ?? '').split('\n')]
      const at = was.findIndex((line, index) => line !== is[index])
      return `a second --once changed ${what}: line ${at + 1} was\n${was[at]}\nbut is\n${is.slice(at).join('\n').slice(0, 2_000)}`
    })
  for (const what of Object.keys(after))
    guard.check('steady', what in before, () => `a second --once made ${what}:\n${once.stdout}`)
  const events = (await eventsSince(since, rig.word)).filter(({ names }) => !names.includes('stranger'))
  guard.check('steady', events.length === 0, () => `a second --once made Docker do ${JSON.stringify(events)}`)
}

/** All files but the lock, and the smolvm calls. */
/** What was parsed is kept for the next start, and that of a file whose status came last by the run after it. */
const KEPT = /\/\.bottled\/parsed\/[0-9a-f]\.json$/

const snapshot = ({ rig }: Stage): Readonly<Record<string, string>> => ({
  calls: rig.calls().length.toString(),
  ...Object.fromEntries(
    filesBelow(rig.root)
      .filter((path) => !path.endsWith('/lock') && !KEPT.test(path))
      .map((path) => [path, told(path, readFileSync(path, 'utf8'))]),
  ),
})

/** Each start reports what is wrong with the files. */
const told = (path: string, text: string): string =>
  path.endsWith('events.jsonl')
    ? text
        .split('\n')
        .filter((line) => !line.includes('"type":"Warning"'))
        .join('\n')
    : text

const markerOf = ({ rig }: Stage, short: string): string | undefined => {
  const path = join(rig.diskOf(short), 'marker')
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** The present values must stay the same from here on. */
const mark = (stage: Stage, its: Life): void => {
  const { rig } = stage
  its.uid = rig.record(its.short)?.uid
  its.source = sourceOf(stage, its.short)
  its.marker = undefined
  if (its.uid === undefined) for (const set of [its.policies, its.updates, its.disks]) set.clear()
  if (its.source === undefined) return
  its.marker = markerOf(stage, its.short) ?? `${its.short} ${stage.newMark()}`
  writeFileSync(join(rig.diskOf(its.short), 'marker'), its.marker)
}
