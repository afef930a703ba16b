import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseJson, valueAt } from '../../drivers/json.ts'
import type { Break } from '../../drivers/simulated/breaks.ts'
import type { Visitor } from './visitor.ts'
import type { Act } from './weeks.ts'

/** Carries out what happens. Nothing waits longer than `LATEST_MS` for a controller. */
export interface Counts {
  readonly readyMs: number[]
  readonly pageMs: number[]
  acts: number
  answered: number
  late: number
}

const LATEST_MS = 60_000

export const soakText = (name: string, level = 'debug'): string =>
  `# ${name}: made to be left alone
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: ${name}}
spec:
  agent: claude
  supervise: true
  env: {LOG_LEVEL: ${level}}
  egress:
    allow:
    - host: b.test
`

export const actOn = async (
  act: Act,
  {
    root,
    visitor,
    change,
    counts,
  }: {
    readonly root: string
    readonly visitor: Visitor
    readonly change: (changes: readonly Break[]) => void
    readonly counts: Counts
  },
): Promise<void> => {
  const path = (name: string): string => join(root, `${name}.yaml`)
  const save = (name: string, text: string): void => {
    // Like an editor.
    writeFileSync(join(root, `.${name}.new`), text)
    renameSync(join(root, `.${name}.new`), path(name))
  }
  const says = (name: string, words: string): boolean => textOf(path(name)).includes(words)
  const until = async (met: () => boolean): Promise<number | undefined> => {
    const began = performance.now()
    while (performance.now() - began < LATEST_MS) {
      if (met()) return performance.now() - began
      await sleep(10)
    }
    counts.late += 1
    return undefined
  }
  switch (act.do) {
    case 'edit':
      return save(act.bottle, soakText(act.bottle, `level-${act.turn}`))
    case 'suspend':
      save(act.bottle, `${soakText(act.bottle)}  suspend: true\n`)
      await sleep(1_000)
      return save(act.bottle, soakText(act.bottle))
    case 'break-file':
      save(act.bottle, `${soakText(act.bottle)}  agnt: [\n`)
      await sleep(500)
      return save(act.bottle, soakText(act.bottle))
    case 'recreate':
      rmSync(path(act.bottle), { force: true })
      await sleep(2_000)
      return save(act.bottle, soakText(act.bottle))
    case 'probe': {
      save(act.bottle, soakText(act.bottle))
      const took = await until(() => says(act.bottle, 'phase: Ready'))
      if (took !== undefined) counts.readyMs.push(took)
      rmSync(path(act.bottle), { force: true })
      return undefined
    }
    case 'fault':
      change(act.changes)
      if (act.undo === undefined) return undefined
      await sleep(300)
      return change(act.undo)
    case 'ask': {
      change([act.change])
      const folder = join(root, '.bottled', 'simulated', 'bottles', act.bottle, 'asks')
      const open = (): string | undefined => openIn(folder)
      if ((await until(() => open() !== undefined)) === undefined) return undefined
      const id = open()
      if (id !== undefined && (await visitor.answer(id, act.answer))) counts.answered += 1
      return undefined
    }
    case 'look':
      counts.pageMs.push(await visitor.look(act.bottle, act.seconds))
      return undefined
  }
}

/** The id of one that waits. */
const openIn = (folder: string): string | undefined => {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const ask = parseJson(textOf(join(folder, name)))
    if (valueAt(ask, ['state']) === 'open') return String(valueAt(ask, ['id']))
  }
  return undefined
}

/** Empty where it isn't there: while a status is written a file is absent for a moment. */
const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
