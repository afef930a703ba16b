import type { Fault } from '../../../drivers/simulated/world.ts'
import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const fail = (stage: Stage, fault: Fault): void => stage.break({ do: 'fail', fault })

/** Ten minutes of trying. */
const pullsAreFew = ({ world }: Stage): void => {
  const tries = world.journal.entries.filter(({ port, verb }) => port === 'images' && verb === 'pull').length
  world.guard.check('steady', tries <= 16, () => `${tries} pulls within ten minutes: the backoff does not grow`)
}

const how = (cleanly: true | undefined): { readonly cleanly?: true } => (cleanly === undefined ? {} : { cleanly })

/** What others have, what is missing, and what doesn't answer. */
export const surroundingScenarios: readonly Scenario[] = [
  {
    name: 'subnet-collision',
    phases: [
      {
        does: "a stranger's network and a route have the first two choices of two bottles",
        act: (stage) => {
          stage.break({ do: 'addNetwork', name: 'other', subnet: '192.168.97.0/24' })
          stage.break({ do: 'addRoute', cidr: '192.168.98.0/24', device: 'wg0' })
          stage.write('web.yaml', bottle('web'))
          stage.write('two.yaml', bottle('two'))
        },
        expect: { web: 'Ready', two: 'Ready' },
      },
      {
        does: 'a third comes just as a stranger takes its subnet',
        act: async (stage) => {
          fail(stage, { port: 'networks', verb: 'create', code: 'AddressTaken', times: 1 })
          stage.write('late.yaml', bottle('late'))
          await stage.pass(10)
        },
        // A restart forgets what Docker refused within the last minute, and tries the first candidate again.
        anyEnd: true,
        expect: { web: 'Ready', two: 'Ready', late: 'Ready' },
      },
    ],
  },
  {
    name: 'docker-away',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: 'Docker is away for an hour; meanwhile one is made, one goes',
        act: async (stage) => {
          stage.break({ do: 'daemonDown' })
          await stage.pass(60_000)
          stage.write('b.yaml', bottle('b'))
          stage.remove('a.yaml')
          await stage.pass(3_540_000)
          stage.break({ do: 'daemonUp' })
        },
        expect: { a: 'Gone', b: 'Ready' },
      },
    ],
  },
  ...([undefined, true] as const).map((cleanly): Scenario => ({
    name: cleanly === true ? 'daemon-changed-cleanly' : 'daemon-changed',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: 'another daemon answers',
        act: (stage) => stage.break({ do: 'daemonChanged', id: 'OTHER', ...how(cleanly) }),
        expect: { a: { phase: 'Stalled', reason: 'DaemonChanged', vm: 'running' } },
      },
      {
        does: 'the first is back',
        act: (stage) => stage.break({ do: 'daemonChanged', id: 'SIMULATED', ...how(cleanly) }),
        expect: { a: 'Ready' },
      },
    ],
  })),
  {
    name: 'smolvm-hangs',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: "smolvm's list and look-up time out, and a start goes unanswered",
        act: async (stage) => {
          fail(stage, { port: 'machines', verb: 'list', code: 'Timeout', times: 20 })
          fail(stage, { port: 'machines', verb: 'find', code: 'Timeout', times: 3 })
          fail(stage, { port: 'machines', verb: 'start', code: 'Timeout', times: 1, when: 'after' })
          stage.write('b.yaml', bottle('b'))
          await stage.pass(50_000)
        },
        expect: { a: 'Ready', b: 'Ready' },
      },
    ],
  },
  {
    name: 'secret-missing',
    phases: [
      {
        does: 'a bottle wants a secret that is not there',
        act: (stage) => {
          stage.break({ do: 'lose', path: 'KEY' })
          stage.write('a.yaml', bottle('a', 'agent: claude\nsecrets: {KEY: {fromEnv: KEY}}'))
        },
        busyMs: 120_000,
        expect: { a: { phase: 'Provisioning', reason: 'SecretUnavailable', vm: 'none' } },
      },
      { does: 'it is there', act: (stage) => stage.break({ do: 'restore', path: 'KEY' }), expect: { a: 'Ready' } },
    ],
  },
  {
    name: 'image-missing',
    phases: [
      {
        does: 'a bottle wants an image that nobody has',
        act: (stage) => {
          stage.world.state.registry.splice(0)
          stage.write('a.yaml', bottle('a'))
        },
        busyMs: 600_000,
        expect: { a: { phase: 'Provisioning', vm: 'none' } },
        check: pullsAreFew,
      },
      { does: 'it is there', act: (stage) => void stage.world.state.registry.push('*'), expect: { a: 'Ready' } },
    ],
  },
  {
    name: 'image-missing-after-an-edit',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: 'another image is wanted, which nobody has: the bundle that runs goes on',
        act: (stage) => {
          stage.world.state.registry.splice(0)
          stage.edit('a.yaml', (text) => text.replace('agent: claude', 'agent: claude\n  bundle: {image: "typo:1"}'))
        },
        busyMs: 600_000,
        expect: { a: { phase: 'Degraded', vm: 'running' } },
        check: (stage) => {
          pullsAreFew(stage)
          const images = Object.values(stage.world.state.containers)
            .filter(({ name }) => !name.endsWith('-seal'))
            .map(({ image, state }) => `${image} ${state}`)
          stage.world.guard.check('world', images.join() === 'bundle:1 running', () => `bundles: ${images.join()}`)
        },
      },
      { does: 'it is there', act: (stage) => void stage.world.state.registry.push('*'), expect: { a: 'Ready' } },
    ],
  },
  {
    name: 'image-missing-and-restarts',
    phases: [
      {
        does: 'a bottle wants an image that nobody has, and the controller dies every five seconds',
        act: async (stage) => {
          stage.world.state.registry.splice(0)
          stage.write('a.yaml', bottle('a'))
          for (let turn = 0; turn < 40; turn++) {
            await stage.pass(5_000)
            stage.kill()
          }
        },
        busyMs: 400_000,
        expect: { a: { phase: 'Provisioning', vm: 'none' } },
        check: pullsAreFew,
      },
      { does: 'it is there', act: (stage) => void stage.world.state.registry.push('*'), expect: { a: 'Ready' } },
    ],
  },
  {
    name: 'status-sidecar',
    options: { statusMode: 'sidecar' },
    phases: [
      {
        does: 'a bottle is made',
        act: (stage) => stage.write('a.yaml', bottle('a')),
        expect: { a: { phase: 'none', vm: 'running' } },
      },
      { does: 'its file goes', act: (stage) => stage.remove('a.yaml'), expect: { a: 'Gone' } },
    ],
  },
  {
    name: 'hints-lost',
    phases: [
      {
        does: 'changes give no hints',
        act: (stage) => {
          stage.world.folder.trouble.hints = 'lost'
          stage.write('a.yaml', bottle('a', 'agent: claude\nenv: {A: "1"}'))
        },
        expect: { a: 'Ready' },
      },
      {
        does: 'it is edited',
        act: (stage) => stage.edit('a.yaml', (text) => text.replace('"1"', '"2"'), 'in place'),
        expect: { a: 'Ready' },
      },
      {
        does: 'its file goes, the hint comes twice',
        act: (stage) => {
          stage.world.folder.trouble.hints = 'doubled'
          stage.remove('a.yaml')
        },
        expect: { a: 'Gone' },
      },
    ],
  },
  {
    name: 'aside-left',
    phases: [
      {
        does: 'a bottle is made; every hint says that anything may have changed',
        act: (stage) => {
          stage.world.folder.trouble.hints = 'overflow'
          stage.write('a.yaml', bottle('a'))
        },
        expect: { a: 'Ready' },
      },
      {
        does: 'a crash left its file aside',
        act: (stage) => {
          stage.hold()
          stage.world.folder.leaveAside('a.yaml')
          stage.revive()
        },
        expect: { a: 'Ready' },
      },
    ],
  },
]
