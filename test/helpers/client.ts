import { patience } from './patience.ts'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { toCommand } from '../../cli/verb/command.ts'
import { loadVerbs, verbs } from '../../cli/commands/index.ts'
import { reportError } from '../../cli/print/error.ts'
import { plain } from '../../cli/print/colour.ts'
import { asksJson } from '../../cli/print/reason.ts'
import { createClock } from '../../controller/time/clock.ts'
import { specHash } from '../../controller/document/spec-hash.ts'
import { harmless } from '../../drivers/harmless.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleSpec, BottleStatus } from '../../schemas/bottle.ts'
import { entry } from './entry.ts'
import { steadily } from './steadily.ts'

/** A folder of Bottle files, and bottlectl run on it in this process at a fixed time. */
export const NOW = Date.parse('2026-11-24T12:00:00Z')

export interface Answer {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

export interface Client {
  readonly root: string
  readonly stateDir: string
  file(path: string, text: string): Promise<void>
  /** The record whose status this is: without it, a status in a file doesn't count. */
  record(name: string, status: BottleStatus, change?: Partial<BottleRecord>): Promise<void>
  text(path: string): string
  run(...argv: readonly string[]): Promise<Answer>
  remove(): Promise<void>
}

export const createClient = async (given: { readonly stdin?: string } = {}): Promise<Client> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-client-'))
  const stateDir = join(root, '.bottled')
  const file = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return {
    root,
    stateDir,
    file,
    record: (name, status, change) => writeRecord(stateDir, name, status, change),
    text: (path) => steadily(() => readFileSync(join(root, path), 'utf8')),
    run: async (name = '', ...rest) => {
      let out = ''
      let err = ''
      let exitCode = 0
      const json = asksJson(rest)
      const verb = await verbs.find(({ names }) => names.includes(name))?.load()
      if (verb === undefined) throw new Error(`no verb ${name}`)
      const clock = { ...createClock(), now: () => NOW }
      const session = {
        root,
        lockDir: stateDir,
        stateDir,
        cwd: root,
        clock,
        env: {},
        paint: plain,
        terminal: { stdin: false, stdout: false, stderr: false },
        signal: new AbortController().signal,
        out: (text: string) => void (out += harmless(text)),
        say: (line: string) => void (err += `${harmless(line)}\n`),
        complain: (error: unknown) => reportError(error, { write: (text) => void (err += harmless(text)), json }),
        ask: async () => 'y',
        lend: <Result>(work: () => Promise<Result>) => work(),
        progress: { shown: false, show: () => {}, clear: () => {} },
        stdin: async () => given.stdin ?? '',
      }
      const command = toCommand(verb, {
        ended: (code) => (exitCode = code),
        open: async () => session,
        allVerbs: loadVerbs,
      })
        .exitOverride()
        .configureOutput({ writeErr: () => undefined })
      try {
        await command.parseAsync(rest, { from: 'user' })
      } catch (error) {
        exitCode = reportError(error, { write: (text) => void (err += harmless(text)), json })
      }
      return { exitCode, out, err: err.replaceAll(root, 'ROOT') }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

export const writeRecord = async (
  stateDir: string,
  name: string,
  status: BottleStatus,
  change: Partial<BottleRecord> = {},
): Promise<void> => {
  const { uid = 'u', specHash: hash, observedGeneration: generation } = status
  const record = { version: 1, uid, name, identity: name, file: `${name}.yaml`, generation, specHash: hash, status }
  await mkdir(join(stateDir, 'bottles', name), { recursive: true })
  await writeFile(join(stateDir, 'bottles', name, 'record.json'), JSON.stringify({ ...record, ...change }))
}

/** The real executable, as a child. */
export const runExecutable = (
  argv: readonly string[],
  options: {
    readonly cwd?: string
    readonly nodeArgs?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [...(options.nodeArgs ?? []), ...entry('bottlectl'), ...argv],
      {
        cwd: options.cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
        // Longer than any --timeout that a test asks for.
        timeout: Math.ceil(90_000 * patience()),
      },
      (error, out, err) => resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), out, err }),
    )
  })

/** A program with its arguments, to its end. */
export const runToEnd = ([program = '', ...args]: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
    execFile(program, args, { env, timeout: Math.ceil(90_000 * patience()) }, (error, out, err) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), out, err }),
    )
  })

/** A status as the controller writes it, of a bottle that is ready. */
export const readyStatus = (spec: BottleSpec, name: string, change: Partial<BottleStatus> = {}): BottleStatus => ({
  phase: 'Ready',
  observedGeneration: 3,
  specHash: specHash(spec),
  uid: '0198c0de-0000-7000-8000-000000000001',
  startedAt: '2026-11-23T09:00:00Z',
  network: { name: `bottle-${name}`, subnet: '192.168.133.0/24', gateway: '192.168.133.1' },
  bundle: { name: `bottle-${name}-bundle`, id: '3f2a', ip: '192.168.133.2', image: 'bundle:1', restarts: 0 },
  machine: { name: `bottle-${name}`, state: 'running', pid: 4711 },
  conditions: ['Accepted', 'BundleReady', 'MachineReady', 'MetadataReady', 'NetworkReady', 'Ready'].map((type) => ({
    type,
    status: 'True' as const,
    reason: type === 'Ready' ? 'AllReady' : type === 'Accepted' ? 'Valid' : 'Ready',
    message: '',
    observedGeneration: 3,
    lastTransitionTime: '2026-11-24T11:55:00Z',
  })),
  ...change,
})

/** Compares with test/fixtures/cli/NAME; BOTTLED_UPDATE=golden writes it. */
export const matchesGolden = (name: string, text: string): void => {
  const path = new URL(`../fixtures/cli/${name}`, import.meta.url).pathname
  if (process.env['BOTTLED_UPDATE'] === 'golden') writeFileSync(path, text)
  assert.ok(existsSync(path), `${path} is missing: BOTTLED_UPDATE=golden creates it`)
  assert.fixture(text, readFileSync(path, 'utf8'))
}
