import { hostname } from 'node:os'
import { machineId } from '../../controller/state/lock.ts'
import { containerGuest } from '../../drivers/container/seals/guest-word.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import { createDocker } from '../../drivers/docker/docker.ts'
import { NO_OWNER, openFirewall } from '../../drivers/firewall/helper/open.ts'
import { createSeals, recordProof } from '../../drivers/host/seals.ts'
import { messageOf } from '../../drivers/message.ts'
import { createSmolvm } from '../../drivers/smolvm/smolvm.ts'
import { isOwnBundle, ownBundle } from '../../reconcilers/derive/own-bundle.ts'
import type { Finding } from '../doctor/check.ts'
import { sealFile } from '../policy/own-paths.ts'
import { packageVersion } from '../verb/version.ts'
import { asideFindings, sealFinding } from './finding.ts'
import { proveSeal } from './prove.ts'
import type { ProveOptions } from './prove.ts'
import { recordOf } from './record.ts'

/** Has a guest try the seal, and records what that shows where the controllers of this user look for it. */
export const checkSeal = async (options: ProveOptions): Promise<readonly Finding[]> => {
  const { smolvm, runtime, dockerHost, env } = options
  const userId = process.getuid?.() ?? 0
  const { engine, images } = createDocker({ host: dockerHost, env })
  const file = sealFile(env, runtime)
  const image = options.bundleImage ?? ownBundle(packageVersion())
  // Of others `bottled run` finds out, as it may pull them.
  if (isOwnBundle(image) && !(await images.has(image)))
    return [
      {
        check: 'seal',
        level: 'fail',
        message: `nothing was tried: Docker has no ${image}, and the bottle of the proof needs it`,
        command: 'bottled bundle build',
      },
    ]
  const look = async () => {
    const { version } = await engine.ping()
    const ask = createSmolvm({ path: smolvm, env }).machines.version
    const container = { file: sealFile(env, 'container'), guest: containerGuest() }
    const known = { container, smolvm, env, userId, machineId, version: ask, engine: () => version }
    const shown = await createSeals({ file: sealFile(env, 'microvm'), ...known }).look()
    return (runtime === 'container' ? shown.container : shown).installed
  }
  const before = await look()
  const proof = await proveSeal(options)
  const closed = (await openFirewall({ owner: NO_OWNER, userId, reach: [] }).look()).may
  const record = recordOf({
    verdict: proof.verdict,
    before,
    after: await look(),
    at: new Date().toISOString(),
    host: hostname(),
    bottled: packageVersion(),
    edges: closed ? 'closed' : 'open',
    rows: Math.max(proof.outcomes.length, 1),
  })
  return [sealFinding(proof, runtime), ...asideFindings(proof), await recorded(file, record, runtime)]
}

const recorded = async (
  file: string,
  record: ReturnType<typeof recordOf>,
  runtime: ProveOptions['runtime'],
): Promise<Finding> => {
  const check = 'record'
  if (typeof record === 'string')
    return {
      check,
      level: 'warn',
      message: `nothing is recorded: ${record}`,
      command: `bottled doctor --seal --runtime ${runtime}`,
    }
  try {
    await recordProof(file, record, createDisk())
    return { check, level: 'ok', message: `recorded in ${file}; controllers go by it at their next resync` }
  } catch (error) {
    return { check, level: 'fail', message: `it could not be recorded: ${messageOf(error)}`, command: `rm -r ${file}` }
  }
}
