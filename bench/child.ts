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

export const start = (args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
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

export const runOnce = async (args: readonly string[], allowed: readonly number[] = [0]): Promise<Ended> => {
  const ended = await start(args).ended
  if (!allowed.includes(ended.code ?? -1))
    throw new Error(
      `node ${args.join(' ')} ended with ${ended.code}: ${ended.stdout.slice(-500)}${ended.stderr.slice(-500)}`,
    )
  return ended
}

/** CPU time so far, and resident memory. Linux. */
export const costOf = (pid: number): { readonly cpuMs: number; readonly rssMB: number } => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuMs: ticks * 10, rssMB: (Number(pages) * 1024) / 1e6 }
}

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
