import type { Container, Labels } from '../../ports.ts'
import type { SealRequest } from '../seals.ts'
import type { Judged } from './judge.ts'
import type { Shown } from './tries.ts'

/** What can be done with the holders of seals: on an Engine, or in a simulation. */
export interface Holders {
  /** The container of exactly this name, inspected. */
  find(name: string, signal?: AbortSignal): Promise<Container | undefined>
  carrying(labels: Labels, signal?: AbortSignal): Promise<readonly Container[]>
  /** Names of the containers whose network is that of the container with this id, in any state. */
  joinedTo(id: string, signal?: AbortSignal): Promise<readonly string[]>
  /** Stopped. Throws `NameTaken`, `ImageNotFound`. */
  make(seal: SealRequest, signal?: AbortSignal): Promise<unknown>
  /** Takes a stopped one off these networks and puts it into the one of the seal. */
  move(seal: SealRequest, id: string, from: readonly string[], signal?: AbortSignal): Promise<void>
  start(id: string, signal?: AbortSignal): Promise<void>
  stop(id: string, signal?: AbortSignal): Promise<void>
  remove(id: string, signal?: AbortSignal): Promise<void>
  /** Loads the rules into one that runs, and has it try. */
  load(holder: Container, seal: SealRequest, signal?: AbortSignal): Promise<Shown>
  /** What is loaded in one that runs. */
  judge(holder: Container, signal?: AbortSignal): Promise<Judged>
}
