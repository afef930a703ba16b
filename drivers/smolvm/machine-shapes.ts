import { isRecord, parseJson } from '../json.ts'
import type { Labels, Machine, MachineState } from '../ports.ts'
import { factsOf } from './machine-facts.ts'

/** `machine ls --json` and `machine status --json` in our words. Lenient: fields come and go between minor versions. Pure. */
const STATES: ReadonlySet<string> = new Set(['created', 'running', 'stopped', 'failed', 'unreachable', 'frozen'])

/** Of `machine status --json`; undefined if the text isn't a machine. */
export const parseMachine = (text: string): Machine | undefined => {
  const row = parseJson(text)
  return isRow(row) ? toMachine(row) : undefined
}

/** Undefined if the text isn't a list of machines. */
export const parseMachines = (text: string): readonly Machine[] | undefined => {
  const rows = parseJson(text)
  return Array.isArray(rows) ? rows.flatMap((row) => (isRow(row) ? [toMachine(row)] : [])) : undefined
}

type Row = Readonly<Record<string, unknown>> & { readonly name: string }

const isRow = (row: unknown): row is Row => isRecord(row) && typeof row['name'] === 'string'

const toMachine = (row: Row): Machine => {
  const state = String(row['state'])
  const pid = row['pid']
  return {
    name: row.name,
    labels: toLabels(row['labels']),
    // An unknown word must not start or delete anything.
    state: STATES.has(state) ? (state as MachineState) : 'frozen',
    pid: typeof pid === 'number' ? pid : undefined,
    cpus: Number(row['cpus'] ?? 0),
    memoryMiB: Number(row['memory_mib'] ?? 0),
    storageGiB: typeof row['storage_gb'] === 'number' ? row['storage_gb'] : undefined,
    ...factsOf(row),
    lastExit: exitWords(row['last_exit'], state),
  }
}

const toLabels = (value: unknown): Labels =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, label]) => [key, String(label)])) : {}

/** `last_exit` is history: it stays during a later run. */
const exitWords = (exit: unknown, state: string): string | undefined => {
  if (!isRecord(exit) || state === 'running') return undefined
  const { cause, exit_code: code, signal_name: signal } = exit
  if (typeof signal === 'string') return `${String(cause)} by ${signal}`
  return typeof code === 'number' ? `${String(cause)} with code ${code}` : String(cause)
}
