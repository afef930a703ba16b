import type { Break } from '../../../drivers/simulated/simulated.ts'
import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const BUNDLE = 'bottle-web-bundle'

const made = {
  does: 'a bottle is made',
  act: (stage: Stage) => stage.write('web.yaml', bottle('web', 'agent: claude\ngit: true')),
  expect: { web: 'Ready' },
} as const

const subnetOf = ({ world }: Stage): string =>
  Object.values(world.state.networks).find(({ name }) => name === 'bottle-web')?.subnets[0] ?? ''

const isAsAsked = ({ world }: Stage): void => {
  const { containers } = world.state
  const bundle = containers[BUNDLE]
  const { facts, more, ip } = bundle ?? {}
  const ok =
    facts?.restartPolicy === 'no' &&
    facts.dropsCapabilities &&
    facts.noNewPrivileges &&
    facts.readOnlyRoot &&
    facts.memoryMiB === 256
  world.guard.check(
    'world',
    ok && more === undefined && ip?.endsWith('.2') === true,
    () => `the bundle isn't as asked: ${JSON.stringify(bundle)}`,
  )
  world.guard.check(
    'nothing left',
    Object.keys(containers).filter((name) => name !== 'bottle-web-seal').length === 1,
    () => `there are ${Object.keys(containers).join(', ')}`,
  )
}

const changed = (name: string, does: string, change: (stage: Stage) => Break): Scenario => ({
  name: `facts-${name}`,
  phases: [made, { does, act: (stage) => stage.break(change(stage)), expect: { web: 'Ready' }, check: isAsAsked }],
})

/** Containers changed by others, the way to them taken, and clocks that are set. */
export const factScenarios: readonly Scenario[] = [
  changed('updated', 'Docker is told to restart the bundle by itself', () => ({
    do: 'alterContainer',
    name: BUNDLE,
    facts: { restartPolicy: 'always' },
  })),
  changed('remade', 'a tool makes the bundle anew, without its hardening', () => ({
    do: 'remakeContainer',
    name: BUNDLE,
  })),
  changed('renamed', 'the bundle is renamed', () => ({ do: 'renameContainer', name: BUNDLE, to: 'old' })),
  changed('moved', 'the bundle is connected again, at another address', (stage) => ({
    do: 'moveContainer',
    name: BUNDLE,
    ip: subnetOf(stage).replace('0/24', '128'),
  })),
  changed('joined', 'the bundle is connected to another network', () => ({
    do: 'joinContainer',
    name: BUNDLE,
    networkId: 'f'.repeat(64),
    ip: '10.1.1.7',
  })),
  {
    name: 'facts-updated-while-dead',
    phases: [
      made,
      {
        does: 'while no controller runs, the bundle is given memory without end',
        act: (stage) => {
          stage.hold()
          stage.break({ do: 'alterContainer', name: BUNDLE, facts: { memoryMiB: 0 } })
          stage.revive()
        },
        expect: { web: 'Ready' },
        check: isAsAsked,
      },
    ],
  },
  {
    name: 'route-taken',
    phases: [
      made,
      {
        does: 'a VPN takes the addresses of the bottle',
        act: (stage) => stage.break({ do: 'addRoute', cidr: subnetOf(stage), device: 'tun7', first: true }),
        expect: { web: { phase: 'Stalled', reason: 'SubnetTaken', vm: 'stopped' } },
      },
      {
        does: 'it is gone',
        act: (stage) => stage.break({ do: 'removeRoute', cidr: subnetOf(stage) }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'stubborn-bundle',
    phases: [
      made,
      {
        does: 'the network is removed under a bundle that takes no notice of TERM',
        act: async (stage) => {
          stage.break({ do: 'hardenContainer', name: BUNDLE })
          stage.break({ do: 'removeNetwork', name: 'bottle-web' })
        },
        expect: { web: 'Ready' },
      },
    ],
  },
  ...(['back', 'forward'] as const).map((way): Scenario => ({
    name: `clock-set-${way}`,
    phases: [
      made,
      {
        does: `the clock is set ${way} two hours while the bundle crashes again and again`,
        act: async (stage) => {
          for (let crash = 1; crash <= 5; crash++) await crashSoon(stage)
          stage.setClock(way === 'back' ? -7_200_000 : 7_200_000)
          await crashSoon(stage)
          await stage.pass(60_000)
        },
        anyEnd: true,
        expect: { web: 'Ready' },
      },
      {
        does: 'a start fails, and the clock is set again before the controller starts anew',
        act: async (stage) => {
          stage.break({ do: 'fail', fault: { port: 'containers', verb: 'start', code: 'Failed', times: 4 } })
          stage.break({ do: 'killContainer', name: BUNDLE })
          await stage.pass(3_000)
          stage.kill()
          stage.setClock(way === 'back' ? -7_200_000 : 7_200_000)
          await stage.pass(120_000)
        },
        anyEnd: true,
        expect: { web: 'Ready' },
      },
    ],
  })),
]

const crashSoon = async (stage: Stage): Promise<void> => {
  stage.break({ do: 'killContainer', name: BUNDLE, exitCode: 1 })
  await stage.pass(3_000)
}
