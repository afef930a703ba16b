import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A private Docker Engine that can be stopped and killed. It lives in its own namespaces (private-world.ts), where its
 * bridges, mounts and rules end with it.
 */
export interface Daemon {
  start(): Promise<void>
  /** SIGTERM ends containers first; SIGKILL leaves them running. Returns once it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const START_MS = 90_000

export const socketOf = (folder: string): string => join(folder, 'docker.sock')

export const createDaemon = (folder: string, cgroup: string): Daemon => {
  let child: ChildProcess | undefined

  const start = async (): Promise<void> => {
    // A killed daemon leaves its pid file, and with few processes a pid is soon reused.
    rmSync(join(folder, 'docker.pid'), { force: true })
    const log = openSync(join(folder, 'dockerd.log'), 'a')
    const args = ['--host', `unix://${socketOf(folder)}`, '--pidfile', join(folder, 'docker.pid'), '--bridge', 'none']
    const roots = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--cgroup-parent', cgroup]
    const own = spawn('dockerd', [...args, ...roots], { stdio: ['ignore', log, log] })
    closeSync(log)
    child = own
    own.once('error', () => undefined)
    for (const end = performance.now() + START_MS; performance.now() < end; await sleep(50)) {
      if (await answers(socketOf(folder))) return
      if (own.pid === undefined || own.exitCode !== null || own.signalCode !== null) break
    }
    throw new Error(`the private dockerd did not come up; its log is ${join(folder, 'dockerd.log')}`)
  }
  return {
    start,
    end: async (signal) => {
      const own = child
      if (own === undefined || own.exitCode !== null || own.signalCode !== null) return
      const ended = new Promise((done) => own.once('exit', done))
      own.kill(signal)
      await ended
    },
  }
}

/** A daemon may accept and hang while it recovers the containers of a killed one. */
const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2_000 }, (reply) => {
      reply.resume()
      resolve(reply.statusCode === 200)
    })
    asked.once('error', () => resolve(false))
    asked.once('timeout', () => asked.destroy())
    asked.end()
  })
