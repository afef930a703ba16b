import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Failure } from '../outcome/failures.ts'
import { failuresIn } from '../outcome/failures.ts'
import type { UvuEnd } from '../outcome/uvu-end.ts'
import { uvuEnd } from '../outcome/uvu-end.ts'

/** One of the things that `npm run prove` consists of: a program that closes with `N passed, N failed`, or a test file. */
export interface Part {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** After this it counts as one that hangs. */
  readonly limitMs: number
}

export interface PartEnd extends UvuEnd {
  readonly name: string
  readonly seconds: number
  /** What there was no time for, and why a part has no number of its own. */
  readonly notes: readonly string[]
  readonly failures: readonly Failure[]
}

const root = join(import.meta.dirname, '../..')

export const runPart = async ({ name, file, args, env, limitMs }: Part): Promise<PartEnd> => {
  const began = performance.now()
  const end = (counts: Omit<PartEnd, 'name' | 'seconds'>): PartEnd => ({
    name,
    seconds: (performance.now() - began) / 1_000,
    ...counts,
  })
  const words = Object.entries(env).map(([key, value]) => `${key}=${value}`)
  const replay = [...words, 'node --import tsx', file, ...args].join(' ')
  const vanished = (why: string): PartEnd =>
    end({ passed: 0, failed: 1, skipped: 0, notes: [why], failures: [{ what: `${name}: ${why}`, replay }] })
  if (!existsSync(join(root, file))) return vanished(`${file} is not there`)
  const { output, code } = await stream({ file, args, env, limitMs })
  const counts = countsOf(output)
  if (counts === undefined) return vanished(`${file} ended with ${code} and told no numbers`)
  // One that ends badly has failed, whatever it counted.
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
  const found = failed === 0 ? [] : failuresIn(output, { where: name, replay })
  const failures = failed > 0 && found.length === 0 ? [{ what: `${name} ended with ${code}`, replay }] : found
  return end({ ...counts, failed, notes: notesOf(output), failures })
}

const stream = ({
  file,
  args,
  env,
  limitMs,
}: Omit<Part, 'name'>): Promise<{ readonly output: string; readonly code: number | string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0', ...env },
    })
    let output = ''
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      process.stdout.write(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const late = setTimeout(() => child.kill('SIGTERM'), limitMs)
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
    process.on('SIGTERM', pass)
    child.on('close', (code, signal) => {
      clearTimeout(late)
      process.off('SIGTERM', pass)
      resolve({ output, code: code ?? signal ?? 'no code' })
    })
  })

/** The closing line of a program, or the sums of a test file. */
export const countsOf = (output: string): UvuEnd | undefined => {
  const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1)
  if (closing !== undefined) {
    const [, passed, failed, skipped = 0] = closing
    return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }
  }
  return uvuEnd(output)
}

/** What was cut, what was skipped and with which seed: it belongs into the table. */
export const notesOf = (output: string): readonly string[] => {
  const cut = [...output.matchAll(/^(cut by --(?:minutes|stride \d+): .*)$/gm)].map(([, text]) => text ?? '')
  const skipped = [...output.matchAll(/^SKIP {2}(.*)$/gm)].map(([, text]) => `skipped: ${text}`)
  const runs = [...output.matchAll(/^RUNS {2}(.*): (\d+) of (\d+), seed \d+$/gm)].flatMap(([, title, made, wanted]) =>
    made === wanted ? [] : [`cut by --minutes: ${title}, ${made} of ${wanted} runs`],
  )
  return [...cut, ...runs, ...skipped]
}
