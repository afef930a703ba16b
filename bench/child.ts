import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Runs a compiled executable or a line of code as a separate process, and measures its cost. */
const CLI = join(dirname(import.meta.dirname), 'cli')

export const executable = (name: 'bottled' | 'bottlectl'): string => join(CLI, `${name}.js`)

export interface Ended {
  readonly tookMs: number
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export const start = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => (texts[stream] += chunk.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.removeListener('exit', kill)
      resolve({ ...texts, code, tookMs: performance.now() - began })
    })
  })
  return { child, ended }
}

export const runOnce = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended & { readonly cpuMs: number }> => {
  const before = endedCpuMs()
  const ended = await start(args, env).ended
  if (ended.code !== 0)
    throw new Error(
      `node ${args.join(' ')} ended with ${ended.code}: ${ended.stdout.slice(-500)}${ended.stderr.slice(-500)}`,
    )
  return { ...ended, cpuMs: endedCpuMs() - before }
}

/** An environment in which no user can keep a key: whatever was parsed before is parsed again. */
export const NOTHING_KEPT = { XDG_STATE_HOME: '/dev/null' } as const

/** CPU time of all children that have ended. Linux. */
const endedCpuMs = (): number => {
  const fields = fieldsOf('self')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

const fieldsOf = (pid: number | 'self'): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')

/** CPU time so far, and resident memory. Linux. */
export const costOf = (pid: number): { readonly cpuMs: number; readonly rssMB: number } => {
  const fields = fieldsOf(pid)
  const ticks = Number(fields[11]) + Number(fields[12])
  const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuMs: ticks * 10, rssMB: (Number(pages) * 1024) / 1e6 }
}

/** Starts node, reads and hashes all files of a folder, and reads as JSON what was kept of them: the same with nothing to parse. */
export const readAndHash = (root: string, stateDir: string): readonly string[] => [
  '--input-type=module',
  '--eval',
  `import { readdirSync, readFileSync } from 'node:fs'
   import { createHash } from 'node:crypto'
   const known = {}
   const parts = ${JSON.stringify(join(stateDir, 'parsed'))}
   for (const name of readdirSync(parts)) Object.assign(known, JSON.parse(readFileSync(parts + '/' + name, 'utf8').slice(65)))
   let count = 0
   for (const name of readdirSync(${JSON.stringify(root)})) {
     if (!name.endsWith('.yaml')) continue
     const hash = createHash('sha256').update(readFileSync(${JSON.stringify(root)} + '/' + name)).digest('hex')
     if (known['yaml:' + hash] !== undefined) count += 1
   }
   console.log(count)`,
]

/** Starts node, reads all files of a folder and parses each: the unavoidable work. */
export const readAndParse = (root: string): readonly string[] => [
  '--input-type=module',
  '--eval',
  `import { readdirSync, readFileSync } from 'node:fs'
   import { parse } from ${JSON.stringify(import.meta.resolve('yaml'))}
   let count = 0
   for (const name of readdirSync(${JSON.stringify(root)}))
     if (name.endsWith('.yaml') && parse(readFileSync(${JSON.stringify(root)} + '/' + name, 'utf8')).kind === 'Bottle') count += 1
   console.log(count)`,
]
