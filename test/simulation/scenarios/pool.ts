import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const NAMES = ['a', 'b', 'c'] as const
const NO_SUBNET = { phase: 'Stalled', reason: 'SubnetPoolExhausted', vm: 'none' } as const

/** Whose first record a disk refused, once or for good: who comes after it was never behind it. */
const refused = ({ world }: Stage): readonly string[] => {
  const { entries } = world.journal
  return NAMES.filter((name) =>
    entries.some(
      ({ target, done, life }, at) =>
        target === `/root/.bottled/bottles/${name}/record.json` && !done && entries[at + 1]?.life === life,
    ),
  )
}

const hasNetwork = ({ world }: Stage, name: string): boolean =>
  Object.values(world.state.networks).some((network) => network.name === `bottle-${name}`)

/** More bottles than subnets: who is first in order of name has one, unless the disk refused its record. */
export const poolScenarios: readonly Scenario[] = [
  {
    name: 'pool-exhausted',
    options: { excluded: ['192.168.0.0/16'], subnetPools: ['10.9.8.0/23'] },
    phases: [
      {
        does: 'three bottles want two subnets',
        act: (stage) => NAMES.forEach((name) => stage.write(`${name}.yaml`, bottle(name))),
        expect: { a: 'Ready', b: 'Ready', c: NO_SUBNET },
        otherwise: (stage) => {
          const last = refused(stage).find((name) => name !== 'c' && !hasNetwork(stage, name))
          return last === undefined ? undefined : { a: 'Ready', b: 'Ready', c: 'Ready', [last]: NO_SUBNET }
        },
      },
      {
        does: 'one goes',
        act: (stage) => stage.remove('a.yaml'),
        expect: { a: 'Gone', b: 'Ready', c: 'Ready' },
        // The same bottles; who has which subnet depends on who was last.
        otherwise: (stage) =>
          refused(stage).some((name) => name !== 'c') ? { a: 'Gone', b: 'Ready', c: 'Ready' } : undefined,
      },
    ],
  },
]
