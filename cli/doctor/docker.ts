import { access, constants } from 'node:fs/promises'
import { createDocker } from '../../drivers/docker/docker.ts'
import { findSocket } from '../../drivers/docker/socket.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { programAt } from '../session/program-at.ts'
import type { Check, Facts, Finding } from './check.ts'
import { messageOf } from '../../drivers/message.ts'

/** The socket, the daemon behind it, and whether this host can reach its bridges. */
export const docker: Check = {
  name: 'docker',
  run: async ({ dockerHost, env, runtime }) => {
    const fail = (message: string, command: string, hint?: string): readonly Finding[] => [
      { check: 'docker', level: 'fail', message, command, ...(hint === undefined ? {} : { hint }) },
    ]
    const hintOf = (error: unknown): string | undefined => (isDriverError(error) ? error.hint : undefined)
    let socket: string
    try {
      socket = await findSocket({ host: dockerHost, env })
    } catch (error) {
      const isHere =
        programAt('dockerd', { cwd: '/', path: `${env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` }) !== undefined
      return fail(messageOf(error), isHere ? START : 'sudo apt-get install docker.io', hintOf(error))
    }
    const allowed = await access(socket, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    )
    if (!allowed) return fail(`no permission to use ${socket}`, 'sudo usermod -aG docker "$USER"', 'then log in again')
    try {
      const daemon = await createDocker({ host: dockerHost, env }).engine.ping()
      const found: Finding = {
        check: 'docker',
        level: 'ok',
        message: `Docker ${daemon.version}, API ${daemon.apiVersion}, ${daemon.operatingSystem} at ${socket}`,
      }
      if (daemon.rootless) return [found, unroutable('rootless Docker', runtime)]
      if (/docker desktop/i.test(daemon.operatingSystem)) return [found, unroutable('Docker Desktop', runtime)]
      return [found]
    } catch (error) {
      return fail(messageOf(error), START, hintOf(error))
    }
  },
}

const START = 'sudo systemctl start docker'

const unroutable = (what: string, runtime: Facts['runtime']): Finding =>
  runtime === 'container'
    ? {
        check: 'docker',
        level: 'warn',
        message: `this host has no route to the bridges of ${what}: bundles are asked from inside their containers, and their edges stay open`,
        hint: 'an Engine that runs on this host as root has neither',
      }
    : {
        check: 'docker',
        level: 'fail',
        instead: 'container',
        message: `this host has no route to the bridges of ${what}: bundles of VMs would be BridgeNotRoutable`,
        command: 'bottled doctor --docker-host unix:///var/run/docker.sock',
        hint: 'a Docker Engine that runs on this host as root can be reached; bottled run takes the same flag. Agents in containers need no such route',
      }
