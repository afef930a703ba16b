import type { Phase, Scenario } from '../stage.ts'
import { bottle } from './bottle.ts'

const made = (spec: string): Phase => ({
  does: 'a bottle is made',
  act: (stage) => stage.write('web.yaml', bottle('web', spec)),
  expect: { web: 'Ready' },
})
const edited = (does: string, from: string, to: string, how: 'rename' | 'in place' = 'rename'): Phase => ({
  does,
  act: (stage) => stage.edit('web.yaml', (text) => text.replace(from, to), how),
  expect: { web: 'Ready' },
})

const three = (level: string): string =>
  ['a', 'b', 'c'].map((name) => bottle(name, `agent: claude\nenv: {L: "${level}"}`)).join('---\n')

const slowly = (does: string, level: string): Phase => ({
  does,
  act: async (stage) => {
    stage.write('all.yaml', three(level), 'slowly')
    await stage.pass(40_000)
  },
  expect: { a: 'Ready', b: 'Ready', c: 'Ready' },
  // Which of the three comes first, and takes its subnet first, is a matter of time.
  anyEnd: true,
  check: ({ world }) => {
    const removed = world.journal.entries.filter(({ verb, target }) => verb === 'remove' && /machine/.test(target))
    world.guard.check('world', removed.length === 0, () => 'a VM was removed while its file was being written')
  },
})

/** One of each update class, and what an editor can do to a file. */
export const editScenarios: readonly Scenario[] = [
  {
    name: 'edit-live',
    phases: [made('agent: claude'), edited('the agent changes', 'agent: claude', 'agent: other', 'in place')],
  },
  {
    name: 'edit-slowly',
    phases: [
      slowly('a script writes three bottles into one file, with pauses', '1'),
      slowly('it writes them again, with another env', '2'),
    ],
  },
  {
    name: 'edit-restart',
    phases: [
      made('agent: claude\nenv: {A: "1", B: "2"}'),
      edited('a key of env changes, one goes', '{A: "1", B: "2"}', '{A: "3"}'),
    ],
  },
  {
    name: 'edit-taken-back',
    phases: [
      made('agent: claude\nenv: {A: "1"}'),
      {
        does: 'a key of env comes, and goes again before a controller that died meanwhile is back',
        act: async (stage) => {
          stage.edit('web.yaml', (text) => text.replace('{A: "1"}', '{A: "1", B: "2"}'))
          for (let step = 0; step < 200 && stage.controller()?.alive() === true; step++)
            await stage.world.clock.advance(50)
          stage.hold()
          stage.edit('web.yaml', (text) => text.replace('{A: "1", B: "2"}', '{A: "1"}'))
          stage.revive()
        },
        anyEnd: true,
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'edit-bundle',
    phases: [
      made('agent: claude\nbundle: {env: {MODE: strict}}'),
      edited('the bundle must be recreated', 'strict', 'open'),
    ],
  },
  {
    name: 'edit-git',
    phases: [
      made('agent: claude'),
      edited('the git gate opens: a new bundle and a restart', 'agent: claude', 'agent: claude\n  git: true'),
    ],
  },
  {
    name: 'edit-recreate',
    phases: [
      made('agent: claude\nmachine: {image: ./one.tar, updatePolicy: Recreate}'),
      edited('the VM must be recreated', 'one.tar', 'two.tar'),
    ],
  },
  {
    name: 'edit-rollout',
    phases: [
      made('agent: claude\nmachine: {image: ./one.tar}'),
      {
        ...edited('the VM would have to be recreated', 'one.tar', 'two.tar'),
        expect: { web: { phase: 'Stalled', reason: 'UpdatePending', vm: 'running' } },
      },
      {
        does: 'a rollout is asked for',
        act: (stage) => stage.request({ kind: 'rollout', name: 'web' }),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'edit-immutable',
    phases: [
      made('agent: claude\nnetwork: {subnet: 192.168.44.0/24}'),
      {
        ...edited('the subnet should change', '192.168.44.0', '192.168.45.0'),
        expect: { web: { phase: 'Degraded', reason: 'ImmutableField', vm: 'running' } },
      },
      edited('it is put back', '192.168.45.0', '192.168.44.0'),
    ],
  },
  {
    name: 'invalid-then-fixed',
    phases: [
      {
        does: 'an invalid bottle is made',
        act: (stage) => stage.write('web.yaml', bottle('web', 'agnet: claude')),
        expect: { web: { phase: 'Invalid', vm: 'none' } },
      },
      edited('it is fixed', 'agnet', 'agent'),
      { ...edited('it is broken again', 'agent', 'agnet'), expect: { web: { phase: 'Degraded', vm: 'running' } } },
      edited('and fixed', 'agnet', 'agent', 'in place'),
    ],
  },
  {
    name: 'unreadable-then-fixed',
    phases: [
      made('agent: claude'),
      {
        does: 'the file is no longer YAML',
        act: (stage) => stage.write('web.yaml', 'apiVersion: [bottled\nkind: "Bottle\n'),
        expect: { web: { phase: 'none', vm: 'running' } },
      },
      {
        does: 'the file is empty',
        act: (stage) => stage.write('web.yaml', '', 'in place'),
        expect: { web: { phase: 'none', vm: 'running' } },
      },
      { does: 'it is written again', act: (stage) => stage.write('web.yaml', bottle('web')), expect: { web: 'Ready' } },
    ],
  },
  {
    name: 'forbidden-then-allowed',
    phases: [
      made('agent: claude'),
      {
        does: 'the file becomes unreadable, and its bundle is killed',
        act: (stage) => {
          stage.world.folder.trouble.refused.set('web.yaml', 'permission denied')
          return stage.break({ do: 'killContainer', name: 'bottle-web-bundle' })
        },
        expect: { web: { phase: 'none', vm: 'running' } },
      },
      {
        does: 'someone with permission edits it, and it is readable again',
        act: (stage) => {
          stage.edit('web.yaml', (text) => text.replace('agent: claude', 'agent: other'))
          stage.world.folder.trouble.refused.delete('web.yaml')
        },
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'renamed-file',
    phases: [
      made('agent: claude\nworkspace: {path: ./repo, mode: copy}'),
      { does: 'its file moves', act: (stage) => stage.move('web.yaml', 'deep/er/site.yaml'), expect: { web: 'Ready' } },
      {
        does: 'it moves and is edited while nobody looks',
        act: (stage) => {
          stage.hold()
          stage.move('deep/er/site.yaml', 'web.yaml')
          stage.edit('web.yaml', (text) => text.replace('agent: claude', 'agent: other'))
          stage.revive()
        },
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'duplicate-name',
    phases: [
      made('agent: claude'),
      {
        does: 'a second document takes its name',
        act: (stage) => stage.write('a-copy.yaml', bottle('web', 'agent: other')),
        // The first by path is the copy.
        expect: { web: { phase: 'none', vm: 'running' } },
        check: ({ world }) => {
          const [copy, own] = [world.folder.read('a-copy.yaml') ?? '', world.folder.read('web.yaml') ?? '']
          world.guard.check(
            'world',
            /DuplicateName/.test(copy) && /phase: Ready/.test(own),
            () => `the copy isn't reported, or the bottle is harmed:\n${copy}\n${own}`,
          )
        },
      },
      { does: 'the copy goes', act: (stage) => stage.remove('a-copy.yaml'), expect: { web: 'Ready' } },
    ],
  },
]
