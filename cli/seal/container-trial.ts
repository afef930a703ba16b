import { execIn } from '../../drivers/docker/exec.ts'
import type { Connection } from '../../drivers/docker/connection.ts'
import { perlFor } from './container-script.ts'
import { containerTargets } from './container-targets.ts'
import { makePerlFolder } from './perl-folder.ts'
import { outcomesIn } from './script.ts'
import { PLAY_MS, WAIT_S } from './trial.ts'
import type { Trial } from './trial.ts'

/**
 * By an agent's container, once as root with the capabilities that an agent has, once as an ordinary user.
 *
 * Assumptions: this host's perl runs in a container of this host's Docker.
 */
export const containerTrial = async (connection: Connection): Promise<Trial> => {
  const folder = await makePerlFolder()
  return {
    flags: ['--runtime', 'container'],
    machine: `{runtime: container, cpus: 1, memory: 512, image: ${JSON.stringify(folder.path)}, command: [/usr/bin/perl, -e, "sleep 60 while 1"]}`,
    table: (facts) => {
      const rows = containerTargets({ ...facts, device: DEVICE })
      return USERS.flatMap(({ suffix }) => rows.map((row) => ({ ...row, what: `${row.what}${suffix}` })))
    },
    play: async ({ bottle, targets }, signal) => {
      const outcomes = []
      const size = targets.length / USERS.length
      for (const [at, { user }] of USERS.entries()) {
        const rows = targets.slice(at * size, (at + 1) * size)
        const { stdout } = await execIn(
          connection,
          {
            operation: `try the seal in container ${bottle.machine}`,
            container: bottle.machine,
            command: perlFor(rows, WAIT_S),
            user,
            deadlineMs: PLAY_MS,
            mostBytes: MOST_BYTES,
          },
          signal,
        )
        const played = outcomesIn(stdout, rows)
        if (played === undefined) return { outcomes: undefined, captured: undefined }
        outcomes.push(...played)
      }
      return { outcomes, captured: undefined }
    },
    remove: folder.remove,
  }
}

const USERS = [
  { user: '0:0', suffix: '' },
  { user: '1000:1000', suffix: ', as an ordinary user' },
] as const

/** Of the holder, which has one network. */
const DEVICE = 'eth0'
const MOST_BYTES = 8 * 1024 * 1024
