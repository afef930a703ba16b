import { UID } from '../../../reconcilers/derive/names.ts'
import type { Scenario } from '../stage.ts'
import { bottle } from './bottle.ts'

/** Objects with a bottle's names that belong to others. */
export const strangerScenarios: readonly Scenario[] = [
  {
    name: 'stranger-of-our-name',
    phases: [
      {
        does: "a network of the bottle's name exists already, without our labels",
        act: (stage) => {
          stage.break({ do: 'addNetwork', name: 'bottle-web', subnet: '172.30.0.0/24' })
          stage.write('web.yaml', bottle('web'))
        },
        expect: { web: { phase: 'Stalled', reason: 'NameConflict', vm: 'none' } },
      },
      {
        does: 'it is removed',
        act: (stage) => stage.break({ do: 'removeNetwork', name: 'bottle-web' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'strange-bundle',
    phases: [
      {
        does: "a container of the bundle's name exists already, without our labels",
        act: ({ world, write }) => {
          const name = 'bottle-web-bundle'
          const theirs = {
            id: 'f'.repeat(64),
            name,
            image: 'theirs',
            labels: {},
            state: 'running' as const,
            networkId: '',
            ip: '',
            env: {},
            exitCode: 0,
            error: '',
            oomKilled: false,
            readyAt: 0,
            closed: [],
          }
          world.state.containers = { ...world.state.containers, [name]: theirs }
          world.guard.protect()
          write('web.yaml', bottle('web'))
        },
        expect: { web: { phase: 'Stalled', reason: 'NameConflict', vm: 'none' } },
      },
      {
        does: 'it is removed',
        act: (stage) => stage.break({ do: 'removeContainer', name: 'bottle-web-bundle' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'strange-machine',
    phases: [
      {
        does: "a VM of the bottle's name is already running, without our labels",
        act: ({ world, write }) => {
          const name = 'bottle-web'
          const theirs = {
            name,
            labels: {},
            state: 'running' as const,
            booted: true,
            pid: 4242,
            cpus: 1,
            memoryMiB: 512,
            allowedCidrs: [],
            env: {},
            copies: {},
          }
          world.state.machines = { ...world.state.machines, [name]: theirs }
          world.guard.protect()
          write('web.yaml', bottle('web'))
        },
        expect: { web: { phase: 'Stalled', reason: 'NameConflict', vm: 'none' } },
      },
      {
        does: 'it is deleted',
        act: (stage) => stage.break({ do: 'deleteMachine', name: 'bottle-web' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'leftover-network',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('web.yaml', bottle('web')), expect: { web: 'Ready' } },
      {
        does: 'while nobody looks, its network gets the labels of an earlier bottle of its name',
        act: (stage) => {
          stage.hold()
          const { state } = stage.world
          state.networks = Object.fromEntries(
            Object.entries(state.networks).map(([id, network]) => [
              id,
              { ...network, labels: { ...network.labels, [UID]: 'an-earlier-one' } },
            ]),
          )
          stage.revive()
        },
        expect: { web: 'Ready' },
      },
    ],
  },
]
