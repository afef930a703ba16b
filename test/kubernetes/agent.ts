import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { worldPath } from '../../drivers/simulated/simulation.ts'
import { readWorld } from '../../drivers/simulated/world-file.ts'
import { entry } from '../helpers/entry.ts'

/** `bottled run --kubernetes --simulate` of one node, as a process of its own. */
export interface Agent {
  start(...flags: readonly string[]): void
  /** SIGKILL. */
  kill(): Promise<void>
  stop(): Promise<number>
  /** Its exit code, once it has ended by itself. */
  ended(): Promise<number>
  log(): string
  machines(): Promise<readonly string[]>
}

export const createAgent = (folder: string, options: { readonly kubeconfig: string; readonly node: string }): Agent => {
  const root = join(folder, `agent-${options.node}`)
  mkdirSync(root, { recursive: true })
  let log = ''
  let running:
    | { readonly ended: Promise<number>; readonly end: (signal: NodeJS.Signals) => Promise<number> }
    | undefined
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    const code = (await running?.end(signal)) ?? 0
    running = undefined
    return code
  }
  return {
    start: (...flags) => {
      const argv = [
        'run',
        root,
        '--simulate',
        '--kubernetes',
        '--node',
        options.node,
        '--kubeconfig',
        options.kubeconfig,
      ]
      const child = spawn(
        process.execPath,
        [...entry('bottled'), ...argv, '--deletion-grace', '300ms', '--log-format', 'text', ...flags],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      )
      child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
      const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
      running = {
        ended,
        end: (signal) => {
          child.kill(signal)
          return ended
        },
      }
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    ended: async () => (await running?.ended) ?? 0,
    log: () => log,
    machines: async () => Object.keys((await readWorld(worldPath(join(root, '.bottled')))).machines).toSorted(),
  }
}
