import type { BottleView } from './bottles.ts'
import { guarded } from '../print/output-format.ts'
import { CliError } from '../print/cli-error.ts'
import { evaluate, parsePath, printed } from '../print/jsonpath.ts'

/** A goal of `--for`. `met(undefined)`: the bottle does not exist. */
export interface Goal {
  readonly kind: 'condition' | 'delete' | 'create' | 'jsonpath'
  met(seen: { readonly view: BottleView; readonly object: unknown } | undefined): boolean
}

export const parseFor = (text: string): Goal => {
  if (text === 'delete') return { kind: 'delete', met: (seen) => seen === undefined }
  if (text === 'create') return { kind: 'create', met: (seen) => seen !== undefined && seen.view.left === undefined }
  const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(text)
  if (condition !== null) return conditionGoal(condition[1] ?? '', condition[2] ?? 'true')
  const path = /^jsonpath=(\{.*\}|[^{}=]+)(?:=(.*))?$/s.exec(text)
  if (path !== null) return pathGoal(path[1] ?? '', path[2])
  throw new CliError(
    `unrecognized condition: "${text}"`,
    "write condition=Ready, delete, create or jsonpath='{.status.phase}'=Ready",
    2,
  )
}

/** Counts only if it was judged for the spec that is in the file. */
export const conditionGoal = (type: string, wanted: string): Goal => ({
  kind: 'condition',
  met: (seen) => {
    if (seen === undefined || seen.view.stale || seen.view.left !== undefined) return false
    const { status } = seen.view
    const found = status?.conditions.find((condition) => condition.type.toLowerCase() === type.toLowerCase())
    const generation = (seen.object as { readonly metadata?: { readonly generation?: number } }).metadata?.generation
    if (generation !== undefined && (found?.observedGeneration ?? generation) < generation) return false
    return found?.status.toLowerCase() === wanted.toLowerCase()
  },
})

const pathGoal = (path: string, wanted: string | undefined): Goal => {
  const compiled = guarded(() => parsePath(path))
  return {
    kind: 'jsonpath',
    met: (seen) => {
      if (seen === undefined) return false
      // A stale status says nothing about now.
      const object = seen.view.stale ? { ...(seen.object as object), status: undefined } : seen.object
      const found = evaluate(compiled, object)
      return wanted === undefined
        ? found.length > 0
        : found.length > 0 && found.every((value) => printed(value) === wanted.replace(/^(['"])(.*)\1$/, '$2'))
    },
  }
}
