import type { Phase, Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const UNDO_MS = 600_000
const HOURS_MS = 7_200_000
const PATH = '/home/agent/work'
const SPEC = 'agent: claude\nsecrets: {KEY: {fromEnv: KEY}}'

const NAMES = ['a', 'b', 'c', 'd'] as const
const all = <T>(value: T): Readonly<Record<string, T>> => Object.fromEntries(NAMES.map((name) => [name, value]))

const vm = ({ world }: Stage) => world.state.machines['bottle-web']

/** The agent leaves something on its disk. */
const made = (spec = SPEC): Phase => ({
  does: 'a bottle is made, and its agent writes to its disk',
  act: (stage) => stage.write('web.yaml', bottle('web', spec)),
  expect: { web: 'Ready' },
  check: (stage) => {
    const machine = vm(stage)
    if (machine !== undefined) machine.copies[PATH] = machine.labels['dev.bottled.uid'] ?? ''
  },
})

/** The same disk, and the uid that it was made under. */
const hasItsDisk = (stage: Stage): void => {
  const machine = vm(stage)
  const uid = machine?.labels['dev.bottled.uid']
  stage.world.guard.check(
    'disk',
    uid !== undefined && machine?.copies[PATH] === uid,
    () => `the VM has another disk or uid: ${JSON.stringify(machine)}`,
  )
}

/** Shorter than the time to undo, and longer than any death, and than a sweep, where the hint was lost. */
const gone = (
  does = 'its file goes',
  act = (stage: Stage): Promise<void> | void => stage.remove('web.yaml'),
): Phase => ({
  does,
  act,
  busyMs: 120_000,
  expect: { web: 'Parked' },
  check: hasItsDisk,
})

const back = (
  does: string,
  act: (stage: Stage) => Promise<void> | void,
  expect: Phase['expect'] = { web: 'Ready' },
) => ({
  does,
  act,
  expect,
  check: hasItsDisk,
})

const over = (ms = UNDO_MS): Phase => ({
  does: 'the time to undo goes by',
  act: (stage) => stage.pass(ms),
  expect: { web: 'Gone' },
})

const scenario = (name: string, ...phases: readonly Phase[]): Scenario => ({
  name: `undo-${name}`,
  phases,
  options: { undoMs: UNDO_MS },
})

/** A document that goes and comes back within the time to undo, or doesn't. */
export const undoScenarios: readonly Scenario[] = [
  scenario(
    'back',
    made(),
    gone(),
    back('its file comes back', (stage) => stage.write('web.yaml', bottle('web', SPEC))),
  ),
  scenario('over', made(), gone(), over()),
  scenario(
    'other-file',
    made(),
    gone(),
    back('its document comes back in another file, with another spec', (stage) =>
      stage.write('deep/other.yaml', bottle('web', `${SPEC}\nenv: {A: "2"}\ngit: true`)),
    ),
  ),
  scenario(
    'twice',
    made(),
    gone(),
    back('its file comes back', (stage) => stage.write('web.yaml', bottle('web', SPEC))),
    gone('it goes again'),
    over(),
  ),
  scenario('named', made(), gone(), {
    does: 'it is deleted by name',
    act: (stage) => stage.request({ kind: 'delete', name: 'web' }),
    expect: { web: 'Gone' },
  }),
  scenario('named-at-once', made(), {
    does: 'its file goes, and it is deleted by name',
    act: async (stage) => {
      stage.remove('web.yaml')
      await stage.request({ kind: 'delete', name: 'web' })
    },
    expect: { web: 'Gone' },
  }),
  scenario('purged', made(), gone(), {
    does: 'it is purged',
    act: (stage) => stage.request({ kind: 'delete', name: 'web', purge: true }),
    expect: { web: 'Gone' },
  }),
  scenario(
    'broken-return',
    made(),
    gone(),
    back(
      'its file comes back, and no YAML is in it',
      (stage) => stage.write('web.yaml', bottle('web', SPEC).replace('metadata:', 'metadata: [')),
      { web: { phase: 'none', vm: 'running' } },
    ),
    back('it is mended', (stage) => stage.write('web.yaml', bottle('web', SPEC))),
  ),
  scenario(
    'invalid-return',
    made(),
    gone(),
    back(
      'its document comes back with a mistake in it',
      (stage) => stage.write('web.yaml', bottle('web', 'agnet: claude')),
      { web: { phase: 'none', reason: 'Invalid', vm: 'running' } },
    ),
  ),
  scenario(
    'while-away',
    made(),
    gone('its file goes while no controller runs', (stage) => {
      stage.hold()
      stage.remove('web.yaml')
      stage.revive()
    }),
    back('it comes back while no controller runs', async (stage) => {
      stage.hold()
      await stage.pass(60_000)
      stage.write('web.yaml', bottle('web', SPEC))
      stage.revive()
    }),
  ),
  scenario('over-while-away', made(), gone(), {
    does: 'the time to undo goes by while no controller runs',
    act: async (stage) => {
      stage.hold()
      await stage.pass(UNDO_MS)
      stage.revive()
    },
    expect: { web: 'Gone' },
  }),
  scenario(
    'suspended',
    made(),
    {
      does: 'it is suspended',
      act: (stage) => stage.edit('web.yaml', (text) => text.replace('spec:\n', 'spec:\n  suspend: true\n')),
      expect: { web: 'Suspended' },
    },
    gone(),
    back(
      'it comes back, still suspended',
      (stage) => stage.write('web.yaml', bottle('web', `suspend: true\n${SPEC}`)),
      {
        web: 'Suspended',
      },
    ),
  ),
  scenario('vm-removed', made(), gone(), {
    does: 'somebody removes the VM',
    act: (stage) => stage.break({ do: 'deleteMachine', name: 'bottle-web' }),
    expect: { web: 'Gone' },
  }),
  scenario(
    'docker-away',
    made(),
    gone(),
    {
      does: 'Docker is away when the time to undo ends',
      act: async (stage) => {
        stage.break({ do: 'daemonDown' })
        await stage.pass(UNDO_MS)
      },
      busyMs: 120_000,
      expect: { web: { phase: 'none', vm: 'stopped' } },
      check: hasItsDisk,
    },
    { does: 'Docker is back', act: (stage) => stage.break({ do: 'daemonUp' }), expect: { web: 'Gone' } },
  ),
  scenario(
    'root-away',
    made(),
    gone(),
    {
      does: "the root can't be read when the time to undo ends",
      act: async (stage) => {
        stage.world.folder.trouble.unreadable = 'EIO'
        await stage.pass(UNDO_MS)
      },
      busyMs: 120_000,
      expect: { web: 'Parked' },
      check: hasItsDisk,
    },
    back('it can be read, and the document is back', (stage) => {
      stage.world.folder.trouble.unreadable = undefined
      stage.write('web.yaml', bottle('web', SPEC))
    }),
  ),
  ...(['back', 'forward'] as const).map((way) =>
    scenario(
      `clock-${way}`,
      made(),
      gone(),
      gone(`the clock is set ${way} two hours`, (stage) => stage.setClock(way === 'back' ? -HOURS_MS : HOURS_MS)),
      over(),
    ),
  ),
  scenario(
    'clock-back-while-away',
    made(),
    gone(),
    gone('the clock is set back two hours while no controller runs', (stage) => {
      stage.hold()
      stage.setClock(-HOURS_MS)
      stage.revive()
    }),
    over(),
  ),
  {
    name: 'undo-mass',
    options: { undoMs: UNDO_MS },
    phases: [
      {
        does: 'four bottles are made',
        act: (stage) => NAMES.forEach((name) => stage.write(`${name}.yaml`, bottle(name))),
        expect: all('Ready'),
      },
      {
        does: 'all files vanish',
        act: (stage) => NAMES.forEach((name) => stage.remove(`${name}.yaml`)),
        expect: all('Retained'),
      },
      {
        does: 'the deletions are confirmed',
        act: (stage) => stage.request({ kind: 'confirm-deletes' }),
        busyMs: 120_000,
        expect: all('Parked'),
      },
      {
        does: 'they are confirmed once more, and one comes back',
        act: async (stage) => {
          await stage.request({ kind: 'confirm-deletes' })
          stage.write('a.yaml', bottle('a'))
        },
        busyMs: 120_000,
        expect: { ...all('Parked'), a: 'Ready' },
      },
      {
        does: 'the time to undo goes by',
        act: (stage) => stage.pass(UNDO_MS),
        expect: { ...all('Gone'), a: 'Ready' },
      },
    ],
  },
]
