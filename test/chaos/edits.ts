import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parseDocument } from 'yaml'
import { openFleet } from '../../bench/fleet.ts'
import { specHash } from '../../controller/document/spec-hash.ts'
import type { Drivers } from '../../drivers/ports.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { nodeArguments } from '../helpers/entry.ts'

/**
 * Edits by a renaming and an in-place writer, each a process with its own file, against a whole controller that writes
 * status as fast as it can: its VMs have a new pid at each look, and it looks all the time.
 *
 * Guarantees: an edit counts as kept only if the writer finds all its bytes; at the end each file holds what was written
 *   last, its status belongs to that spec, and the folder holds nothing else.
 */
export interface Edited {
  readonly way: string
  readonly edits: number
  readonly lost: number
  /** Found some milliseconds later: written into the old file while a new one replaced it. */
  readonly late: number
  readonly editsPerSecond: number
  /** Writes of status into this file meanwhile. */
  readonly writes: number
  readonly wrong: string | undefined
}

const WAYS = ['rename', 'in-place'] as const
const POLL_MS = 5
/** Writes don't wait for a disk here, so more of them meet an edit. */
const MEMORY = '/dev/shm'

export const playEdits = async (edits: number, seed: number): Promise<readonly Edited[]> => {
  const root = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'bottle-t-edits-'))
  const writes = new Map<string, number>()
  for (const way of WAYS) writeFileSync(join(root, `${way}.yaml`), textOf(way))
  let pid = 1_000
  const restless = ({ machines, ...others }: Drivers): Drivers => ({
    ...others,
    machines: {
      ...machines,
      list: async (signal) =>
        (await machines.list(signal)).map((each) => ({ ...each, ...(each.pid === undefined ? {} : { pid: ++pid }) })),
      find: async (name, signal) => {
        const found = await machines.find(name, signal)
        return found?.pid === undefined ? found : { ...found, pid: ++pid }
      },
    },
  })
  const fleet = await openFleet({
    root,
    pollMs: POLL_MS,
    drivers: restless,
    folder: (folder) => ({
      ...folder,
      rewrite: async (path, edit) => {
        const result = await folder.rewrite(path, edit)
        if (result.kind === 'written') writes.set(path, (writes.get(path) ?? 0) + 1)
        return result
      },
    }),
  })
  let ends: readonly Edited[] = []
  try {
    ends = await Promise.all(WAYS.map((way) => playWay({ root, way, edits, seed, writes })))
    return ends
  } finally {
    await fleet.close()
    const fine = ends.length > 0 && ends.every(({ lost, wrong }) => lost === 0 && wrong === undefined)
    if (fine) rmSync(root, { recursive: true, force: true })
    else {
      console.log(`the folder of the edits: ${root}`)
    }
  }
}

const run = promisify(execFile)
const EDITOR = join(import.meta.dirname, 'editor.ts')

const playWay = async (options: {
  readonly root: string
  readonly way: string
  readonly edits: number
  readonly seed: number
  readonly writes: ReadonlyMap<string, number>
}): Promise<Edited> => {
  const { root, way, edits, seed, writes } = options
  const name = `${way}.yaml`
  const argv = [...nodeArguments(EDITOR), join(root, name), String(edits), way, String(seed)]
  const { stdout, stderr } = await run(process.execPath, argv, { maxBuffer: 64 * 1024 * 1024 })
  const { lost, late, seconds } = JSON.parse(stdout) as Record<'lost' | 'late' | 'seconds', number>
  const written = writes.get(name) ?? 0
  return {
    way,
    edits,
    lost,
    late,
    editsPerSecond: edits / seconds,
    writes: written,
    wrong: stderr === '' ? await judgeEnd(root, { name, edits, written }) : stderr.slice(0, 2_000),
  }
}

const SETTLE_MS = 10_000

/** What is wrong after the writer ended; the status may need a moment to follow. */
const judgeEnd = async (
  root: string,
  { name, edits, written }: { readonly name: string; readonly edits: number; readonly written: number },
): Promise<string | undefined> => {
  if (written === 0) return 'no status was written meanwhile'
  let wrong: string | undefined
  for (const end = performance.now() + SETTLE_MS; performance.now() < end; await sleep(20)) {
    wrong = look(root, { name, edits })
    if (wrong === undefined) return undefined
  }
  return wrong
}

const look = (root: string, { name, edits }: { readonly name: string; readonly edits: number }): string | undefined => {
  let text: string
  try {
    text = readFileSync(join(root, name), 'utf8')
  } catch {
    return `${name} is missing`
  }
  const { spec, status } = parseDocument(text).toJS() as { spec: { agent: string }; status?: BottleStatus }
  const copies = readdirSync(root).filter((each) => each.includes('conflict') || each.endsWith('~'))
  if (copies.length > 0) return `unexpected copies: ${copies.join(', ')}`
  if (spec.agent !== `claude-${edits}`) return `${name} has ${spec.agent} after ${edits} edits`
  if (status?.specHash !== specHash(spec)) return `the status of ${name} does not belong to its spec`
  return undefined
}

const textOf = (way: string): string =>
  `# every byte stays:  \n${'# filler\n'.repeat(100)}apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n    name: by-${way}\nspec:\n    agent: claude-0   # counts\n    env: {A: "1"}\n`
