import type { InspectedContainer } from '../docker/container-shapes.ts'
import { factsOf } from '../docker/container-facts.ts'
import type { Machine, MachineState } from '../ports.ts'
import { AGENT, bindsOf, CAPABILITIES, ROLE } from './body.ts'
import type { Kept } from './kept.ts'
import { FOLDER } from './scripts.ts'
import type { HeldSeal } from './seals.ts'

/** An inspected container as the machine that it is. Pure. */
export interface InspectedAgent extends InspectedContainer {
  readonly Created?: string
  readonly State: InspectedContainer['State'] & { readonly Error?: string }
}

/** The last part of a name while a container is made in the place of another; no name of a machine has a dot. */
export const NEXT = '.next'

export const isAgent = (labels: Readonly<Record<string, string>> | null | undefined): boolean =>
  labels?.[ROLE] === AGENT

/** Of the container whose network it has; undefined: it isn't of that kind. */
export const holderOf = (mode: string | undefined): string | undefined => /^container:(.+)$/.exec(mode ?? '')?.[1]

export interface AgentLook {
  readonly name: string
  readonly inspected: InspectedAgent
  /** Undefined: the state folder lost it, or it is another root's. */
  readonly kept: Kept | undefined
  /** What the holder reads back; undefined where none runs. */
  readonly held: HeldSeal | undefined
}

export const machineOf = ({ name, inspected, kept, held }: AgentLook): Machine => {
  const { HostConfig, Config, State, Mounts } = inspected
  const facts = factsOf({ config: Config, host: HostConfig ?? {}, mounts: Mounts ?? [] })
  const { [ROLE]: _, ...labels } = Config.Labels ?? {}
  const { state, lastExit } = stateOf(State)
  const isRunning = state === 'running'
  const mounts = facts.mounts.filter(({ target }) => target !== FOLDER)
  const isMoved = kept !== undefined && !hasMounts(inspected, kept)
  const astray = isRunning ? astrayOf(inspected, held) : undefined
  const extras = extrasOf(inspected)
  return {
    name,
    labels,
    state,
    pid: isRunning ? State.Pid : undefined,
    cpus: facts.cpus,
    memoryMiB: facts.memoryMiB,
    storageGiB: undefined,
    lastExit,
    runtime: 'container',
    ...(astray === undefined ? {} : { astray }),
    network: true,
    allowedCidrs: kept === undefined ? [] : allowedBy(kept, held),
    allowedHosts: [],
    dns: kept?.bundleIp,
    dnsOptions: [],
    ports: 0,
    // What it is to have comes with the next start.
    mounts: isMoved && !isRunning ? bindsOf(kept.mounts).length : mounts.length,
    createdAt: createdAtOf(inspected, kept),
    others: extras.length === 0 ? {} : { extras: JSON.stringify(extras) },
  }
}

/** Of its disk: seconds since 1970. */
export const createdAtOf = ({ Id, Created }: InspectedAgent, kept: Kept | undefined): number =>
  kept?.first?.ids.includes(Id) === true ? kept.first.createdAt : Math.floor(Date.parse(Created ?? '') / 1_000)

/** What its seal lets out; where none runs, what it will be at the next start, or what others had made of it. */
export const allowedBy = (
  { bundleIp, parts, opened }: Pick<Kept, 'bundleIp' | 'parts' | 'opened'>,
  held: HeldSeal | undefined,
): readonly string[] => {
  // A holder that was just started lets nothing out: that is no change of what it is to be.
  if (held === undefined || held.allowedCidrs.length === 0) return opened ?? [`${bundleIp}/32`]
  const more = held.ports.some((port) => !parts.ports.includes(port)) ? ['0.0.0.0/0'] : []
  return [...new Set([...held.allowedCidrs, ...more])]
}

/** It lets out what was asked, no more and no less. */
export const isSealed = (kept: Pick<Kept, 'bundleIp' | 'parts'>, held: HeldSeal): boolean =>
  held.allowedCidrs.length > 0 && allowedBy(kept, held).join() === `${kept.bundleIp}/32`

const astrayOf = ({ HostConfig }: InspectedAgent, held: HeldSeal | undefined): string | undefined => {
  const holder = holderOf(HostConfig?.NetworkMode)
  if (held === undefined) return 'the container that holds its seal has ended'
  if (holder !== held.holder) return 'its network is not the one that is sealed'
  // Then the agent's network is an earlier one, which has no device any more.
  return held.allowedCidrs.length === 0 ? 'the container that holds its seal was started anew' : undefined
}

/** As `bindsOf`; the order says nothing. */
export const hasMounts = ({ Mounts }: InspectedAgent, { mounts }: Pick<Kept, 'mounts'>): boolean => {
  const has = (Mounts ?? [])
    .filter(({ Type, Destination }) => Type === 'bind' && Destination !== FOLDER)
    .map(({ Source = '', Destination = '', RW }) => `${Source}\n${Destination}\n${RW === false}`)
  const asked = bindsOf(mounts).map(({ Source, Target, ReadOnly }) => `${Source}\n${Target}\n${ReadOnly}`)
  return has.length === asked.length && asked.every((each) => has.includes(each))
}

/** What we never ask for, whoever made it so. */
const extrasOf = ({ HostConfig, Config, Mounts }: InspectedAgent): readonly string[] => {
  const facts = factsOf({ config: Config, host: HostConfig ?? {}, mounts: Mounts ?? [] })
  const own = CAPABILITIES.map((name) => `the capability ${name}`)
  return [
    ...facts.extras.filter((extra) => !own.includes(extra)),
    ...(facts.dropsCapabilities ? [] : ['the usual capabilities']),
    ...(facts.noNewPrivileges ? [] : ['new privileges']),
    ...(holderOf(HostConfig?.NetworkMode) === undefined ? [`the network ${HostConfig?.NetworkMode ?? ''}`] : []),
    ...(facts.restartPolicy === 'no' ? [] : [`the restart policy ${facts.restartPolicy}`]),
  ]
}

/** Ended as asked: by itself, or by the signals of a stop. */
const CLEAN = new Set([0, 129, 130, 137, 143])

const stateOf = ({
  Status,
  ExitCode = 0,
  OOMKilled,
  Error: why,
}: InspectedAgent['State']): { readonly state: MachineState; readonly lastExit: string | undefined } => {
  const of = (state: MachineState, lastExit?: string) => ({ state, lastExit })
  switch (Status) {
    case 'created':
      return of('created')
    case 'running':
      return of('running')
    case 'paused':
    case 'restarting':
      return of('unreachable')
    default:
      if (OOMKilled === true) return of('failed', 'it was out of memory')
      if (CLEAN.has(ExitCode)) return of('stopped')
      return of('failed', why === undefined || why === '' ? `it ended with code ${ExitCode}` : why.slice(0, 300))
  }
}
