import type { Break } from '../../drivers/simulated/breaks.ts'
import { bundleName, machineName, networkName } from '../../reconcilers/derive/names.ts'

/** What people, agents and machines do to 200 bottles, by a seed. Pure. */
export type Act =
  | { readonly do: 'edit' | 'suspend' | 'break-file' | 'recreate'; readonly bottle: string; readonly turn: number }
  | { readonly do: 'probe'; readonly bottle: string }
  | { readonly do: 'fault'; readonly changes: readonly Break[]; readonly undo?: readonly Break[] }
  | { readonly do: 'ask'; readonly bottle: string; readonly change: Break; readonly answer: 'approve' | 'deny' }
  | { readonly do: 'look'; readonly bottle: string; readonly seconds: number }

/** Shares of a hundred. */
const SHARES = { edit: 34, suspend: 8, 'break-file': 4, recreate: 3, probe: 8, fault: 22, ask: 6, look: 15 } as const

/** The next thing that happens. `random` in [0, 1). */
export const nextAct = (random: () => number, turn: number, bottles: readonly string[]): Act => {
  let left = random() * 100
  const kind = (Object.keys(SHARES) as (keyof typeof SHARES)[]).find((each) => (left -= SHARES[each]) < 0) ?? 'edit'
  const bottle = bottles[Math.floor(random() * bottles.length)] ?? ''
  switch (kind) {
    case 'probe':
      return { do: kind, bottle: `probe-${turn}` }
    case 'fault':
      return faultOf(random, bottle)
    case 'ask':
      return askOf(random, bottle, turn)
    case 'look':
      return { do: kind, bottle, seconds: 1 + random() * 4 }
    default:
      return { do: kind, bottle, turn }
  }
}

const faultOf = (random: () => number, bottle: string): Act => {
  const container = bundleName(bottle)
  const machine = machineName(bottle)
  const faults: readonly (readonly [changes: readonly Break[], undo?: readonly Break[]])[] = [
    [[{ do: 'killContainer', name: container, exitCode: 137 }]],
    [[{ do: 'removeContainer', name: container }]],
    [[{ do: 'removeNetwork', name: networkName(bottle) }]],
    [[{ do: 'killMachine', name: machine }]],
    [[{ do: 'deleteMachine', name: machine }]],
    [[{ do: 'hangMachine', name: machine }], [{ do: 'wakeMachine', name: machine }]],
    [[{ do: 'flushEdges' }]],
    [[{ do: 'closePort', name: container, port: 'proxy' }], [{ do: 'openPort', name: container, port: 'proxy' }]],
  ]
  // Docker is away for a moment, once in many faults.
  if (random() < 0.02) return { do: 'fault', changes: [{ do: 'daemonDown' }], undo: [{ do: 'daemonUp' }] }
  const [changes = [], undo] = faults[Math.floor(random() * faults.length)] ?? []
  return { do: 'fault', changes, ...(undo === undefined ? {} : { undo }) }
}

const askOf = (random: () => number, bottle: string, turn: number): Act => {
  const content =
    random() < 0.5
      ? { kind: 'egress', host: `h${turn}.test`, port: 443, why: 'to try it', minutes: 30 }
      : { kind: 'question', question: `May I, for the ${turn}th time?`, choices: ['yes', 'no'] }
  return {
    do: 'ask',
    bottle,
    change: { do: 'ask', name: bundleName(bottle), content },
    answer: random() < 0.5 && content.kind === 'egress' ? 'approve' : 'deny',
  }
}
