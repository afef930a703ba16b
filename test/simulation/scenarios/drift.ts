import type { Break } from '../../../drivers/simulated/simulated.ts'
import type { Scenario, Stage } from '../stage.ts'
import type { World } from '../world.ts'
import { bottle } from './bottle.ts'

const made = {
  does: 'a bottle is made',
  act: (stage: Stage) => stage.write('web.yaml', bottle('web', 'agent: claude\ngit: true')),
  expect: { web: 'Ready' },
} as const

const drift = (name: string, does: string, ...changes: readonly Break[]): Scenario => ({
  name: `drift-${name}`,
  phases: [made, { does, act: (stage) => changes.forEach((change) => stage.break(change)), expect: { web: 'Ready' } }],
})

/** Changes to Docker and smolvm behind our back. */
export const driftScenarios: readonly Scenario[] = [
  drift('bundle-killed', 'the bundle is killed', { do: 'killContainer', name: 'bottle-web-bundle' }),
  drift('bundle-wedged', 'the bundle ends, and Docker can never start it again', {
    do: 'wedgeContainer',
    name: 'bottle-web-bundle',
  }),
  drift('bundle-removed', 'the bundle is removed', { do: 'removeContainer', name: 'bottle-web-bundle' }),
  drift('network-removed', 'the network is removed under it', { do: 'removeNetwork', name: 'bottle-web' }),
  drift('vm-killed', 'the VM is killed', { do: 'killMachine', name: 'bottle-web' }),
  drift('vm-hangs', 'the guest falls silent', { do: 'hangMachine', name: 'bottle-web' }),
  {
    name: 'drift-vm-busy',
    phases: [
      made,
      {
        does: 'the guest is too busy to answer for a while',
        act: async (stage) => {
          stopsBefore.set(stage.world, stopsOf(stage.world))
          stage.break({ do: 'hangMachine', name: 'bottle-web' })
          await stage.pass(6_000)
          stage.break({ do: 'wakeMachine', name: 'bottle-web' })
        },
        expect: { web: 'Ready' },
        check: ({ world }) => {
          const stops = stopsOf(world) - (stopsBefore.get(world) ?? 0)
          world.guard.check('steady', stops === 0, () => 'a VM was stopped whose guest was only busy')
        },
      },
    ],
  },
  drift('vm-deleted', 'the VM is deleted', { do: 'deleteMachine', name: 'bottle-web' }),
  drift(
    'all-gone',
    'everything is removed',
    { do: 'deleteMachine', name: 'bottle-web' },
    { do: 'removeContainer', name: 'bottle-web-bundle' },
    { do: 'removeNetwork', name: 'bottle-web' },
  ),
  drift('daemon-restarted', 'the daemon restarts', { do: 'daemonRestarted' }),
  {
    name: 'drift-crash-loop',
    phases: [
      made,
      {
        does: 'the bundle crashes again and again, and the bottle is suspended for a moment',
        act: async (stage) => {
          for (let crash = 1; crash <= 5; crash++) await crashSoon(stage)
          stage.edit('web.yaml', (text) => text.replace('spec:\n', 'spec:\n  suspend: true\n'))
          await stage.pass(5_000)
          stage.edit('web.yaml', (text) => text.replace('  suspend: true\n', ''))
          await crashSoon(stage)
        },
        // The number of restarts depends on which life saw it end, and when.
        anyEnd: true,
        expect: { web: 'Ready' },
      },
    ],
  },
  drift('edges-flushed', 'the rules of the firewall are flushed', { do: 'flushEdges' }),
  {
    name: 'drift-edges-refused',
    phases: [
      made,
      {
        does: 'a guest tries the seal, then rules are flushed and can no longer be set',
        act: (stage) => {
          stage.break({ do: 'trySeal', leaks: [] })
          stage.break({ do: 'flushEdges' })
          stage.break({ do: 'refuseEdges', why: 'iptables is not installed' })
        },
        expect: { web: 'Ready' },
        check: ({ world }) => {
          const told = world.folder.read('web.yaml') ?? ''
          world.guard.check(
            'told',
            /reason: EdgesOpen/.test(told),
            () => `its status doesn't say that its edges are open:\n${told}`,
          )
        },
      },
      {
        does: 'they can be set again',
        act: (stage) => stage.break({ do: 'refuseEdges', why: undefined }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'drift-port-closed',
    phases: [
      made,
      {
        does: 'its git gate closes for a while',
        act: (stage) => stage.break({ do: 'closePort', name: 'bottle-web-bundle', port: 'git' }),
        busyMs: 200_000,
        expect: { web: { phase: 'Degraded', reason: 'GitNotReady', vm: 'running' } },
      },
      {
        does: 'it opens',
        act: (stage) => stage.break({ do: 'openPort', name: 'bottle-web-bundle', port: 'git' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'drift-egress',
    phases: [
      made,
      {
        does: 'somebody opens the VM to the world',
        act: (stage) => stage.break({ do: 'openMachine', name: 'bottle-web', allowedCidrs: ['0.0.0.0/0'] }),
        expect: { web: { phase: 'Stalled', reason: 'EgressDrift', vm: 'stopped' } },
      },
      {
        does: 'a rollout is asked for',
        act: (stage) => stage.request({ kind: 'rollout', name: 'web' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'drift-seal',
    phases: [
      made,
      {
        does: 'somebody lets the VM reach a host, publishes a port of it and gives it a device',
        act: (stage) =>
          stage.break({
            do: 'openMachine',
            name: 'bottle-web',
            allowedHosts: ['example.com'],
            ports: 1,
            others: { gpu: 'true' },
          }),
        expect: { web: { phase: 'Stalled', reason: 'EgressDrift', vm: 'stopped' } },
      },
      {
        does: 'a rollout is asked for',
        act: (stage) => {
          removesBefore.set(stage.world, removesOf(stage.world))
          return stage.request({ kind: 'rollout', name: 'web' })
        },
        expect: { web: 'Ready' },
        check: ({ world }) => {
          const removes = removesOf(world) - (removesBefore.get(world) ?? 0)
          world.guard.check('disk', removes === 0, () => 'a disk was lost though smolvm could take the change back')
        },
      },
    ],
  },
  {
    name: 'drift-flag',
    phases: [
      made,
      {
        does: 'a new smolvm says more of each VM',
        act: (stage) => {
          stopsBefore.set(stage.world, stopsOf(stage.world))
          stage.break({ do: 'upgradeSmolvm', version: '1.40.0', reports: { mode: '"auto"' } })
        },
        expect: { web: 'Ready' },
        check: ({ world }) => {
          const stops = stopsOf(world) - (stopsBefore.get(world) ?? 0)
          world.guard.check('steady', stops === 0, () => 'a VM was stopped for a new version of smolvm')
        },
      },
      {
        does: 'somebody sets a flag of it that nobody knows',
        act: (stage) => stage.break({ do: 'openMachine', name: 'bottle-web', others: { ssh_agent: 'true' } }),
        expect: { web: { phase: 'Stalled', reason: 'EgressDrift', vm: 'stopped' } },
      },
      {
        does: 'a rollout is asked for',
        act: (stage) => stage.request({ kind: 'rollout', name: 'web' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'drift-address-stolen',
    phases: [
      made,
      {
        does: 'a stranger takes the address of its bundle',
        act: (stage) => stage.break({ do: 'stealAddress', network: 'bottle-web', ip: bundleIp(stage) }),
        expect: { web: { phase: 'Stalled', reason: 'AddressTaken', vm: 'stopped' } },
      },
      {
        does: 'the stranger goes',
        act: (stage) => {
          for (const { name } of Object.values(stage.world.state.containers))
            if (name.startsWith('thief')) stage.break({ do: 'removeContainer', name })
        },
        expect: { web: 'Ready' },
      },
    ],
  },
]

const stopsBefore = new WeakMap<World, number>()

const stopsOf = ({ journal }: World): number =>
  journal.entries.filter(({ port, verb }) => port === 'machines' && verb === 'stop').length

const removesBefore = new WeakMap<World, number>()

const removesOf = ({ journal }: World): number =>
  journal.entries.filter(({ port, verb }) => port === 'machines' && verb === 'remove').length

const crashSoon = async (stage: Stage): Promise<void> => {
  stage.break({ do: 'killContainer', name: 'bottle-web-bundle', exitCode: 1 })
  await stage.pass(3_000)
}

const bundleIp = ({ world }: Stage): string => world.state.containers['bottle-web-bundle']?.ip ?? ''
