import type { Drivers, Machine, MachineGiven } from '../../drivers/ports.ts'
import { machineName } from '../derive/names.ts'
import { ISOLATION } from './container.ts'
import { hostFolders, noted } from './host-folders.ts'
import { notedSecrets, writeSecrets, writeSmolfile } from './secrets.ts'
import { requireStartable } from './startable.ts'
import { machineShape } from './shape.ts'
import type { MachineShape } from './shape.ts'
import { keepSource } from './source.ts'
import { requireMount } from './paths.ts'
import { holdPaths } from '../contract/hold-paths.ts'
import type { Situation, Step } from '../contract/reconciler.ts'

/** Steps on a VM. A step may be lost at any point: the record announces each effect in advance. */

export const createMachine = (situation: Situation, shape: MachineShape): Step => ({
  verb: 'create',
  target: `machine/${shape.request.name}`,
  because: 'it does not exist',
  slow: true,
  ...(shape.request.container === undefined ? {} : { warns: ISOLATION }),
  run: async (drivers, signal) => {
    const { identity } = situation
    const { spec } = await holdPaths(situation, { part: 'machine' }, signal)
    const { container } = shape.request
    const source = await keepSource(spec, container === undefined ? 'microvm' : 'container', drivers, signal)
    const { trusts: _, ...request } = shape.request
    const folders = await hostFolders(situation, { ...shape, workspace: spec.workspace?.path }, drivers, signal)
    const smolfile = await writeSmolfile(situation, drivers, shape)
    const { records, machines } = drivers
    // Its removal as a container may have been cut short: once the record speaks of a VM, nobody would look for what sealed it.
    if (container === undefined && situation.record.machine?.runtime === 'container')
      await machines.remove(request.name, signal)
    await records.update(identity, {
      machine: {
        envKeys: Object.keys(shape.request.env),
        restartHash: shape.restartHash,
        workspaceCopied: false,
        ...notedSecrets(spec),
        ...(container === undefined ? {} : { runtime: 'container' as const }),
        ...('path' in source ? { source: source.path } : {}),
        ...noted(folders),
      },
    })
    await machines.create({ ...request, ...folders, source, smolfile }, signal)
    await startNow(situation, drivers, signal)
  },
})

/** Of a VM made before bottled noted that, or by a step that a crash cut off, or once smolvm has another version. */
export const noteGiven = (situation: Situation, given: MachineGiven): Step => ({
  verb: 'note',
  target: `machine/${machineName(situation.identity)}`,
  because: `this is how smolvm ${given.version} reports it`,
  quiet: true,
  run: async ({ records }) => {
    const machine = records.read(situation.identity)?.machine
    if (machine !== undefined) await records.update(situation.identity, { machine: { ...machine, given } })
  },
})

export const resealMachine = (situation: Situation, { request }: MachineShape, because: string): Step => ({
  verb: 'reseal',
  target: `machine/${request.name}`,
  because,
  run: async (drivers, signal) => {
    const { bundleIp } = request
    const { mount, given, guestFolder } = situation.record.machine ?? {}
    // As it was made or changed last: what the spec says since is applied afterwards.
    const asMade = { ...request, trusts: guestFolder !== undefined }
    const workspace = mount ?? request.mount?.source
    const folders = await hostFolders(situation, { request: asMade, workspace }, drivers, signal)
    await drivers.machines.reseal(request.name, { bundleIp, ...folders, others: given?.others ?? {} }, signal)
  },
})

export const startMachine = (situation: Situation, because: string): Step => ({
  verb: 'start',
  target: `machine/${machineName(situation.identity)}`,
  because,
  slow: true,
  run: (drivers, signal) => startNow(situation, drivers, signal),
})

const startNow = async (situation: Situation, drivers: Drivers, signal: AbortSignal): Promise<void> => {
  const { identity } = situation
  const { authorities, machines, secrets, records } = drivers
  const name = machineName(identity)
  // A start whose end is unknown may still boot; a second start would kill it and fail itself (smolvm-1.32.md rule 7).
  if (records.read(identity)?.machine?.starting === true) await machines.stop(name, signal)
  const given = await requireStartable(situation, drivers, signal)
  const madeWith = records.read(identity)?.machine?.mount
  const { spec, uses } = await holdPaths(situation, { part: 'machine', madeWith }, signal)
  if (spec.egress !== undefined) await authorities.ensure(identity, signal)
  await mark(drivers, identity, { starting: true, given })
  // Its network may be another one than when it was made, and so may the bundle's image and ports.
  const { container } = machineShape(situation).request
  if (container !== undefined) await machines.change(name, { ...NOTHING, container }, signal)
  await writeSecrets(spec, identity, secrets)
  await machines.start(name, signal)
  await requireMount(situation, uses, drivers, signal)
  await mark(drivers, identity, { starting: false })
}

const NOTHING = { setEnv: {}, removeEnv: [], cpus: undefined, memoryMiB: undefined, storageGiB: undefined }

/** `givesUp`: what it was started with counts no longer; only what it would be started with is judged from here on. */
export const stopMachine = (situation: Situation, because: string, givesUp = false): Step => ({
  verb: 'stop',
  target: `machine/${machineName(situation.identity)}`,
  because,
  run: async (drivers, signal) => {
    await drivers.machines.stop(machineName(situation.identity), signal)
    if (situation.goal !== 'up') await drivers.secrets.remove(situation.identity)
    if (givesUp || situation.goal !== 'up') await situation.taint.release(situation.identity, 'machine')
    await mark(drivers, situation.identity, { starting: false })
  },
})

/** Records since when the guest is silent, or that it answers: both must survive a crash. */
export const noteSilence = ({ identity }: Situation, since: string | undefined): Step => ({
  verb: 'note',
  target: `machine/${machineName(identity)}`,
  because: since === undefined ? 'its guest answers again' : 'its process lives, but its guest is silent',
  run: async ({ records }) => {
    const machine = records.read(identity)?.machine
    if (machine === undefined) return
    const { silentSince: _, ...rest } = machine
    await records.update(identity, { machine: since === undefined ? rest : { ...rest, silentSince: since } })
  },
})

export const removeMachine = ({ identity, goal, taint }: Situation, because: string): Step => ({
  verb: 'remove',
  target: `machine/${machineName(identity)}`,
  because,
  run: async ({ machines, secrets }, signal) => {
    await machines.remove(machineName(identity), signal)
    await taint.release(identity, 'machine')
    if (goal !== 'up') await secrets.remove(identity)
  },
})

export const changeMachine = (situation: Situation, shape: MachineShape, found: Machine): Step => ({
  verb: 'update',
  target: `machine/${shape.request.name}`,
  because: 'env, cpus, memory or storage changed',
  run: async (drivers, signal) => {
    const { identity } = situation
    const { records, machines } = drivers
    const before = records.read(identity)?.machine
    const { env, cpus, memoryMiB, storageGiB } = shape.request
    const keys = Object.keys(env)
    const workspaceCopied = before?.workspaceCopied ?? false
    // What it is, where the record was lost.
    const runtime = found.runtime === 'container' ? { runtime: found.runtime } : {}
    const known = { ...before, workspaceCopied, ...runtime }
    // Old and new keys together and no hash, until the change is done: with the old hash, an edit that is reverted after a
    // crash in between would seem applied, and the VM would keep values that are no longer in the file.
    const envKeys = [...new Set([...(before?.envKeys ?? []), ...keys])]
    await records.update(identity, { machine: { ...known, envKeys, restartHash: '' } })
    const workspace = before?.mount ?? shape.request.mount?.source
    const folders = await hostFolders(situation, { ...shape, workspace }, drivers, signal)
    const isOther = before?.restartHash === '' || before?.guestFolder !== folders.guestFolder
    await machines.change(
      found.name,
      {
        setEnv: env,
        removeEnv: envKeys.filter((key) => !keys.includes(key)),
        cpus,
        memoryMiB,
        storageGiB,
        ...(isOther ? { mounts: folders } : {}),
      },
      signal,
    )
    await writeSmolfile(situation, drivers, shape)
    const { guestFolder: _, ...rest } = known
    const { guestFolder } = folders
    const has = guestFolder === undefined ? rest : { ...rest, guestFolder }
    await records.update(identity, { machine: { ...has, envKeys: keys, restartHash: shape.restartHash } })
  },
})

export const copyWorkspace = (situation: Situation, { guestPath }: { readonly guestPath: string }): Step => ({
  verb: 'copy',
  target: `workspace${guestPath}`,
  because: 'the disk is new',
  slow: true,
  run: async ({ machines, records }, signal) => {
    const { identity } = situation
    const name = machineName(identity)
    if (!(await machines.hasCopy(name, guestPath, signal))) {
      const { workspace } = (await holdPaths(situation, { part: 'machine' }, signal)).spec
      if (workspace !== undefined) await machines.copyIn(name, workspace.path, guestPath, signal)
    }
    const machine = records.read(identity)?.machine
    if (machine !== undefined) await records.update(identity, { machine: { ...machine, workspaceCopied: true } })
  },
})

/** A guest that starts or has stopped is not silent. */
const mark = async (
  { records }: Drivers,
  identity: string,
  { starting, given }: { readonly starting: boolean; readonly given?: MachineGiven | undefined },
): Promise<void> => {
  const machine = records.read(identity)?.machine
  if (machine === undefined) return
  const { starting: before = false, silentSince, ...rest } = machine
  if (before === starting && silentSince === undefined && (given === undefined || machine.given !== undefined)) return
  const known = given === undefined ? rest : { ...rest, given }
  await records.update(identity, { machine: starting ? { ...known, starting } : known })
}
