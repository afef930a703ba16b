import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import type { Machine, MachineRequest, Machines } from '../../../drivers/ports.ts'
import type { DriverErrorCode } from '../../../drivers/errors.ts'
import { DriverError } from '../../../drivers/errors.ts'

/** What can be done to a world of machines on demand, and seen of it from outside. */
export interface MachinesHarm {
  /** VM processes that live, whoever knows of them. */
  living(): Promise<number>
  /** What a guest was started with. */
  envOf(name: string): Promise<Readonly<Record<string, string>>>
  kill(name: string): Promise<void>
  /** Its process lives, the guest is silent. */
  hang(name: string): Promise<void>
  failStarts(times: number): Promise<void>
  slowBoots(ms: number): Promise<void>
}

/** A world that holds machines, and what its tests ask of it. */
export interface MachinesWorld {
  readonly machines: Machines
  /** Absolute path of a Smolfile that says this. */
  smolfile(env: Readonly<Record<string, string>>, bundleIp: string): Promise<string>
  /** An existing folder of the host, with something in it. */
  readonly folder: string
  /** Where things can be made to go wrong. */
  readonly harm?: MachinesHarm
  /** Machines that ran and ended though nobody ended them, where guests do that: a test that fails over one is asked once more. */
  lost?(): Promise<readonly string[]>
  /** Called after each test, when its machines are gone. */
  cleanup(): Promise<void>
}

export interface Bench extends MachinesWorld {
  /** Names made by the test start with it. */
  readonly tag: string
  request(change?: Partial<MachineRequest>): Promise<MachineRequest>
  create(change?: Partial<MachineRequest>): Promise<string>
  found(name: string): Promise<Machine>
}

/** Adds a test that gets a bench of its own. */
export type Check = (title: string, body: (bench: Bench) => Promise<void>) => void

export const NO_CHANGE = { setEnv: {}, removeEnv: [], cpus: undefined, memoryMiB: undefined, storageGiB: undefined }

/** The error that was due. */
export const refuses = async (code: DriverErrorCode, call: () => Promise<unknown>): Promise<DriverError> => {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.instance(error, DriverError, `no refusal, but ${code} was due`)
  assert.is((error as DriverError).code, code, (error as DriverError).message)
  return error as DriverError
}

export type HarmCheck = (title: string, body: (bench: Bench, harm: MachinesHarm) => Promise<void>) => void

export const createBench = (world: MachinesWorld): Bench => {
  const tag = `bottle-t-${randomBytes(5).toString('hex')}`
  const request: Bench['request'] = async (change = {}) => {
    const env = change.env ?? { A: '1' }
    const bundleIp = change.bundleIp ?? '192.168.77.2'
    return {
      name: tag,
      labels: { 'dev.bottled.owner': tag, 'dev.bottled.hash': 'sha256:0=1' },
      source: { kind: 'bare' },
      smolfile: await world.smolfile(env, bundleIp),
      env,
      bundleIp,
      mount: undefined,
      command: [],
      cpus: 1,
      memoryMiB: 256,
      storageGiB: undefined,
      ...change,
    }
  }
  return {
    ...world,
    tag,
    request,
    create: async (change) => {
      const asked = await request(change)
      await world.machines.create(asked)
      return asked.name
    },
    found: async (name) => {
      const machine = await world.machines.find(name)
      if (machine === undefined) throw new Error(`machine ${name} isn't found`)
      return machine
    },
  }
}

/**
 * Asks one thing of a world of its own, and leaves no machine in it. Throws what was found wrong; gives it as words where
 * a machine had ended by itself, which may be the reason.
 */
export const playOn = async (
  make: () => Promise<MachinesWorld>,
  body: (bench: Bench) => Promise<void>,
): Promise<string | undefined> => {
  const world = await make()
  const bench = createBench(world)
  try {
    await body(bench)
    return undefined
  } catch (error) {
    const lost = (await world.lost?.()) ?? []
    if (lost.length === 0) throw error
    return `${lost.join(', ')} had ended by itself; ${String(error)}`
  } finally {
    for (const machine of await world.machines.list())
      if (machine.name.startsWith(bench.tag)) await world.machines.remove(machine.name)
    await world.cleanup()
  }
}
