import { randomUUID, randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { createClock } from '../../controller/time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import { createFolder } from '../../controller/folder/folder.ts'
import type { ParsedFiles } from '../../controller/parsed/parsed-files.ts'
import { noteRun } from '../../controller/state/last-run.ts'
import { notePolicy } from '../../controller/state/policy-note.ts'
import { policyName } from '../../controller/policy/policy.ts'
import { acquireLock } from '../../controller/state/lock.ts'
import { createLogger } from '../../controller/report/log.ts'
import { createManager } from '../../controller/manager.ts'
import { folderSource } from '../../controller/source/folder-source.ts'
import { openState, refuseNewer } from '../../controller/state/owner.ts'
import { createStateKeeper } from '../../controller/state/state-keeper.ts'
import { openAccess } from '../../drivers/access/shared-folder.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import { noteRoot } from '../../drivers/host/known-roots.ts'
import { createGitIndex } from '../../drivers/git/git-index.ts'
import { ownBundle } from '../../reconcilers/derive/own-bundle.ts'
import { packageVersion } from '../verb/version.ts'
import { openNotice } from '../systemd/notice.ts'
import { statusLine } from '../systemd/status-line.ts'
import { rootsFolder, ownPaths, ownPrograms } from '../policy/own-paths.ts'
import { wantsCluster } from './cluster-wish.ts'
import { canonicalFolder, explain } from './folders.ts'
import type { ClusterParts } from './kubernetes.ts'
import { createNotifier } from './notify.ts'
import { undoMsOf } from './options.ts'
import type { RunOptions } from './options.ts'
import type { Listener } from '../listen/listen.ts'
import { createOutput } from './output.ts'
import { openParsedFiles } from './parsed.ts'
import { refuseShared, refuseSharedState } from './refuse-shared.ts'
import { listenForSignals } from './signals.ts'
import { codeOf, supervise } from './supervise.ts'
import { allPolicyFiles } from '../policy/policy-file.ts'
import { openPolicy } from '../policy/policy-source.ts'

/**
 * `bottled run`: checks the requirements, takes the lock, reconciles.
 *
 * Flow: Docker and smolvm must answer before any file is touched. Guarantees: one controller per root; SIGTERM and
 *   SIGINT let running steps reach their next checkpoint and leave VMs and containers up; the process ends within 30 s,
 *   whatever hangs, and at once at a second signal. Caveats: returns the exit code; timers of a stopped manager may still be
 *   pending.
 */
export const run = async (rootArgument: string, options: RunOptions): Promise<number> => {
  const root = await canonicalFolder(rootArgument)
  // As given: where that leads through a symbolic link, the link may be turned.
  const given = resolve(rootArgument)
  const base = options.stateDir === undefined ? join(given, '.bottled') : resolve(options.stateDir)
  const stateDir = options.simulate ? join(base, 'simulated') : base
  const stderr = createOutput(process.stderr)
  const log = createLogger({
    format: options.logFormat,
    level: options.logLevel,
    terminal: process.stderr.isTTY,
    write: stderr.write,
  })
  const clock = createClock()
  const disk = createDisk({ within: base })
  const stopping = listenForSignals(() => log.warn('not everything has stopped in time: it ends now'))
  const access = await openAccess()
  await refuseShared(access, { root: given, state: base, allowed: options.allowSharedRoot })
  const clusterWish = wantsCluster(options)
  const ownPolicy = await openPolicy({
    env: process.env,
    cwd: process.cwd(),
    named: options.policy,
    dockerHost: options.dockerHost,
  })
  const policyPlaces = allPolicyFiles({ env: process.env, cwd: process.cwd() }, [options.policy, ownPolicy.policy.file])
  const real = options.simulate
    ? undefined
    : await (await import('./real-drivers.ts')).openRealDrivers(options, stopping.signal).catch((error: unknown) => {
        if (stopping.signal.aborted) return undefined
        throw error
      })
  if (stopping.signal.aborted) return codeOf(stopping.signal)

  await refuseNewer(disk, stateDir)
  const lock = await acquireLock(base, { simulated: options.simulate }).catch(explain(base))
  const notice = openNotice(process.env, { warn: log.warn })
  let cluster: ClusterParts | undefined
  let listener: Listener | undefined
  let parsed: ParsedFiles | undefined
  try {
    cluster =
      clusterWish &&
      (await (
        await import('./kubernetes.ts')
      ).openCluster(clusterWish, { options, clock, log, env: process.env, stop: stopping.signal }))
    if (clusterWish !== undefined && cluster === undefined) return codeOf(stopping.signal)
    const policy = cluster?.narrowed(ownPolicy) ?? ownPolicy
    await refuseSharedState(access, base)
    if (options.listen !== undefined)
      listener = await (
        await import('../listen/listen.ts')
      ).openListener(options.listen, {
        tokenFile: options.listenTokenFile,
        // It shows the files of a root, which a cluster's agent has none of.
        ...(clusterWish === undefined
          ? { page: { root, lockDir: base, stateDir, tools: options, env: process.env, warn: log.warn } }
          : {}),
      })
    await noteRun(base, options.simulate).catch(explain(base))
    await notePolicy(
      base,
      { file: policy.policy.file, pools: options.subnetPool, runtime: options.runtime },
      disk,
    ).catch(explain(base))
    const owner = await openState({
      root: given,
      stateDir,
      disk,
      adopt: options.adopt,
      newId: () => `bottled-${randomBytes(8).toString('hex')}`,
      version: packageVersion(),
    }).catch(explain(base))
    const simulation =
      real === undefined
        ? await (await import('./simulated-drivers.ts')).openSimulatedDrivers({ base, clock, disk })
        : undefined
    const drivers = simulation?.drivers ?? (await real?.drivers({ owner: owner.owner.id, stateDir, disk }))
    if (drivers === undefined) throw new Error('no drivers')
    if (!options.simulate) {
      const known = { owner: owner.owner.id, root: given, stateDir }
      await noteRoot(rootsFolder(process.env), known).catch((error: unknown) =>
        log.warn(`other roots' controllers don't learn of this one: ${messageOf(error)}`),
      )
    }
    if (owner.copiedFrom !== undefined) {
      log.warn(
        `this root was copied or moved and has a new owner id; objects of the old id are not touched (to take them over: --adopt ${owner.copiedFrom})`,
      )
    }
    log.info(`the policy is ${policyName(policy.policy)}`)
    const folder = createFolder({
      root: given,
      stateDir: base,
      clock,
      access: options.allowSharedRoot ? undefined : access,
    })
    if (cluster === undefined) parsed = await openParsedFiles({ stateDir, disk, clock, env: process.env, log })
    const keeper = await createStateKeeper({
      base,
      stateDir,
      root: given,
      simulated: options.simulate,
      lock,
      owner,
      disk,
      isRootKnown: folder.isKnown,
      restore: async () => {
        await simulation?.restore()
        return drivers.records.restore()
      },
    })
    const manager = createManager({
      drivers: listener?.counted(drivers) ?? drivers,
      ...(listener === undefined ? {} : { meter: listener.meter }),
      source:
        cluster?.source ??
        folderSource({
          folder: { ...folder, ...(parsed === undefined ? {} : { parsed }) },
          statusMode: options.status,
          git: createGitIndex({ env: process.env }),
        }),
      disk,
      keeper,
      onTaken: (error) => stopping.abort(error),
      clock,
      random: Math.random,
      newUid: randomUUID,
      log,
      owner,
      settings: {
        bundleImage: options.bundleImage ?? (options.simulate ? 'simulated/bundle' : ownBundle(packageVersion())),
        root,
        stateDir,
        own: [
          ...ownPaths({ root: given, stateDir: base, policies: policyPlaces, env: process.env }),
          ...ownPrograms({ smolvm: options.smolvm, env: process.env, cwd: process.cwd() }),
          ...(cluster?.own ?? []),
        ],
        userId: process.getuid?.() ?? 1000,
        subnets: { pools: options.subnetPool, excluded: options.excludeSubnet },
        runtime: options.runtime,
        unsealed: options.unsealed,
      },
      policy,
      ...(options.notify === undefined ? {} : { onAsk: createNotifier(options.notify, { warn: log.warn }) }),
      machines: real?.machines ?? { uid: 0, dataFolder: 'simulated' },
      simulated: options.simulate,
      workers: options.workers,
      resyncMs: options.resync,
      pollMs: options.poll,
      graceMs: options.deletionGrace,
      undoMs: undoMsOf(options),
      allowMassDelete: options.allowMassDelete,
      acceptDaemon: options.acceptDaemon,
      acceptMachines: options.acceptMachines,
    })
    listener?.watch(manager.state)
    stopping.signal.addEventListener('abort', notice.stopping, { once: true })
    if (listener !== undefined) log.info(`metrics are served at ${listener.at}`)
    stderr.onLost((why) => manager.warn('LogLost', `the log is not written: ${why}; the controller works on`))
    return await supervise(manager, options, {
      stop: stopping.signal,
      onStart: (bottles) => {
        log.info(watching(cluster?.what ?? root, bottles))
        notice.ready(() => statusLine(manager.state()))
        const edges = drivers.firewall.last()
        if (edges?.may === false)
          log.warn(`${edges.why}: the edges of bundles stay open; bottled doctor says what that means`)
      },
    })
  } finally {
    notice.close()
    cluster?.close()
    await listener?.close()
    await parsed?.stop()
    await lock.release()
    if (stopping.signal.aborted) log.info('stopped; VMs and containers stay up')
  }
}

/** A start with nothing to do would be silent. */
const watching = (what: string, bottles: number): string =>
  `watching ${what}, ${bottles} ${bottles === 1 ? 'bottle' : 'bottles'}`
