import { createCaller } from '../../drivers/smolvm/caller.ts'
import { startCapture } from './capture.ts'
import type { Captured } from './capture.ts'
import { outcomesIn, scriptFor } from './script.ts'
import { sealTargets } from './targets.ts'
import { PLAY_MS, WAIT_S } from './trial.ts'
import type { Trial } from './trial.ts'

/** By the bare guest of smolvm, in a VM. */
export const vmTrial = ({
  smolvm,
  env,
}: {
  readonly smolvm: string
  readonly env: Readonly<Record<string, string | undefined>>
}): Trial => ({
  flags: [],
  machine: '{runtime: microvm, cpus: 1, memory: 512}',
  table: sealTargets,
  play: async ({ bottle, targets, port }, signal) => {
    const { bundleIp, pid } = bottle
    const tried = targets.flatMap(({ attempt }) => ('ip' in attempt && attempt.ip !== bundleIp ? [attempt.ip] : []))
    const capture = startCapture({ pid, bundleIp, tried, port })
    const args = ['machine', 'exec', '--name', bottle.machine, '--', 'sh', '-c', scriptFor(targets, WAIT_S)]
    let stdout = ''
    let captured: Captured
    try {
      stdout = (await createCaller({ path: smolvm, env }).call(args, { deadlineMs: PLAY_MS }, signal)).stdout
    } finally {
      captured = await capture.end()
    }
    return { outcomes: outcomesIn(stdout, targets), captured }
  },
  remove: async () => undefined,
})
