import type { Expectation } from '../oracles/rest.ts'
import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const NAMES = ['s1', 's2'] as const
/** Longer than any of the others needs; for all they know, for ever. */
const STALL_MS = 5 * 60_000
/** A controller that died in between first waits for the stalled ones, one after another. */
const BUSY_MS = 150_000

const each = <T>(value: T): Readonly<Record<string, T>> => Object.fromEntries(NAMES.map((name) => [name, value]))

interface Stall {
  readonly what: string
  readonly port: 'machines' | 'images'
  readonly verb: string
  readonly target: (name: string) => string
  readonly spec: string
  readonly vm: 'running' | 'stopped' | 'none'
  /** They are there already, and an edit makes them stall. */
  readonly edit?: readonly [string, string]
}

/** More bottles than there are workers, of which one step never moves: everybody else is served. */
const stall = ({ what, port, verb, target, spec, vm, edit }: Stall): Scenario => {
  const make = (stage: Stage): void => {
    for (const name of NAMES) stage.write(`${name}.yaml`, bottle(name, spec.replaceAll('NAME', name)))
  }
  const others = { gone: 'Gone', edited: 'Ready' } as const
  return {
    name: `stalled-${what}`,
    options: { workers: 1 },
    phases: [
      {
        does: 'bottles are made',
        act: (stage) => {
          stage.write('gone.yaml', bottle('gone'))
          stage.write('edited.yaml', bottle('edited', 'agent: claude\nenv: {A: "1"}'))
          if (edit !== undefined) make(stage)
        },
        anyEnd: true,
        expect: { gone: 'Ready', edited: 'Ready', ...(edit === undefined ? {} : each('Ready')) },
      },
      {
        does: `${what} of two bottles stall; one other is deleted, one edited`,
        act: async (stage) => {
          for (const name of NAMES) {
            const fault = {
              port,
              verb,
              target: target(name),
              times: 1_000,
              code: 'Timeout',
              afterMs: STALL_MS,
            } as const
            stage.break({ do: 'fail', fault })
            if (edit !== undefined) stage.edit(`${name}.yaml`, (text) => text.replace(...edit))
          }
          if (edit === undefined) make(stage)
          await stage.pass(2_000)
          stage.remove('gone.yaml')
          stage.edit('edited.yaml', (text) => text.replace('"1"', '"2"'))
        },
        busyMs: BUSY_MS,
        expect: { ...others, ...each<Expectation>({ phase: 'none', vm }) },
      },
      {
        does: 'they move again',
        act: async (stage) => {
          stage.world.state.faults = []
          await stage.pass(STALL_MS)
        },
        // Which of them comes first is a matter of time.
        anyEnd: true,
        expect: { ...others, ...each('Ready') },
      },
    ],
  }
}

const machine = (name: string): string => `bottle-${name}`

export const stallScenarios: readonly Scenario[] = [
  stall({
    what: 'copies',
    port: 'machines',
    verb: 'copyIn',
    target: machine,
    spec: 'agent: claude\nworkspace: {path: ../repo, mode: copy}',
    vm: 'running',
  }),
  stall({ what: 'boots', port: 'machines', verb: 'start', target: machine, spec: 'agent: claude', vm: 'stopped' }),
  stall({
    what: 'stops',
    port: 'machines',
    verb: 'stop',
    target: machine,
    spec: 'agent: claude\nenv: {A: "1"}',
    vm: 'running',
    edit: ['"1"', '"2"'],
  }),
  stall({
    what: 'pulls',
    port: 'images',
    verb: 'pull',
    target: (name) => `${name}:1`,
    spec: 'agent: claude\nbundle: {image: "NAME:1"}',
    vm: 'none',
  }),
]
