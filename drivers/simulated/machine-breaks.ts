import type { MachineOpened, SimulatedMachine, World } from './world.ts'

/** Changes to simulated machines that nobody asked us for. Pure but for the given world. */
export type MachineBreak =
  | {
      readonly do: 'stopMachine' | 'killMachine' | 'hangMachine' | 'wakeMachine' | 'deleteMachine'
      readonly name: string
    }
  /** Somebody's `smolvm update`: the seal is no longer ours. */
  | ({
      readonly do: 'openMachine'
      readonly name: string
      readonly allowedCidrs?: readonly string[]
    } & Partial<MachineOpened>)

export const breakMachine = (world: World, change: MachineBreak): void => {
  const machine = world.machines[change.name]
  if (machine === undefined) return
  if (change.do === 'deleteMachine') delete world.machines[change.name]
  else if (change.do === 'openMachine') openMachine(machine, change)
  else if (change.do === 'hangMachine') machine.state = machine.state === 'running' ? 'unreachable' : machine.state
  else if (change.do === 'wakeMachine') machine.state = machine.state === 'unreachable' ? 'running' : machine.state
  else {
    delete machine.boot
    delete machine.pid
    if (machine.state !== 'created') machine.state = 'stopped'
    if (change.do === 'killMachine') machine.lastExit = 'killed by SIGKILL'
    else delete machine.lastExit
  }
}

const openMachine = (
  machine: SimulatedMachine,
  change: Extract<MachineBreak, { readonly do: 'openMachine' }>,
): void => {
  const { allowedCidrs } = change
  if (allowedCidrs !== undefined) machine.allowedCidrs = [...allowedCidrs]
  const opened = Object.entries(change).filter(([key]) => !['do', 'name', 'allowedCidrs'].includes(key))
  if (opened.length > 0) machine.opened = { ...machine.opened, ...Object.fromEntries(opened) }
}
