import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { worldPath } from '../../drivers/simulated/simulation.ts'
import { readWorld } from '../../drivers/simulated/world-file.ts'
import { entry } from './entry.ts'

/** `bottled run --simulate` as a process of its own, on real files. */
export const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec: {agent: claude}\n`

export interface Place {
  readonly root: string
  readonly state: string
  machines(): Promise<readonly string[]>
  start(...flags: readonly string[]): {
    stderr(): string
    /** The exit code. */
    readonly ended: Promise<number>
    stop(): Promise<number>
  }
}

export const withPlace = async (inside: boolean, work: (place: Place) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-away-'))
  const root = join(parent, 'root')
  const state = inside ? join(root, '.bottled') : join(parent, 'state')
  await mkdir(root)
  const stops: (() => Promise<number>)[] = []
  try {
    await work({
      root,
      state,
      machines: async () => Object.keys((await readWorld(worldPath(state))).machines).toSorted(),
      start: (...flags) => {
        const argv = [
          'run',
          root,
          '--simulate',
          '--deletion-grace',
          '100ms',
          '--undo',
          '0',
          '--log-format',
          'text',
          ...flags,
        ]
        const child = spawn(
          process.execPath,
          [...entry('bottled'), ...argv, ...(inside ? [] : ['--state-dir', state])],
          {
            stdio: ['ignore', 'ignore', 'pipe'],
          },
        )
        let stderr = ''
        child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
        const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
        const stop = (): Promise<number> => {
          child.kill('SIGTERM')
          return ended
        }
        stops.push(stop)
        return { stderr: () => stderr, ended, stop }
      },
    })
  } finally {
    await Promise.all(stops.map((stop) => stop()))
    await rm(parent, { recursive: true, force: true })
  }
}

/** A hint may be lost under load: what it told of is found by the sweep of each minute. */
const LATEST_MS = 100_000

export const until = async (what: string, met: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + LATEST_MS; Date.now() < end; await sleep(50)) if (await met()) return
  throw new Error(`not within ${LATEST_MS / 1_000} s: ${what}`)
}

export const ready = (count: number, stderr: () => string) => () => stderr().split('the bottle is ready').length > count
