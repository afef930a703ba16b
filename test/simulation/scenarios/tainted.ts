import type { Scenario } from '../stage.ts'
import { bottle } from './bottle.ts'

const rules = bottle('rules', 'agent: claude\nbundle:\n  mounts: [{source: /w/rules, target: /rules}]')
const writer = bottle('writer', 'agent: claude\nworkspace: {path: /w, mode: mount}')
const queue = bottle('a', 'agent: claude\nbundle:\n  mounts: [{source: /srv/q, target: /q, readOnly: false}]')
const STALLED = { phase: 'Stalled', reason: 'Tainted' } as const

/** Paths of the host that lie where a bottle writes, or come to. */
export const taintScenarios: readonly Scenario[] = [
  {
    name: 'mount-turned-to-root',
    phases: [
      {
        does: 'a bundle may write a folder',
        act: (stage) => stage.write('a.yaml', queue),
        expect: { a: 'Ready' },
      },
      {
        does: 'the folder becomes a link to the root, and the bundle is killed',
        act: (stage) => {
          stage.break({ do: 'turn', path: '/srv/q', target: '/root' })
          stage.break({ do: 'killContainer', name: 'bottle-a-bundle' })
        },
        expect: { a: { ...STALLED, vm: 'stopped' } },
      },
      {
        does: 'it is a folder again',
        act: (stage) => stage.break({ do: 'turn', path: '/srv/q' }),
        expect: { a: 'Ready' },
      },
    ],
  },
  {
    name: 'root-comes-to-lie-in-a-mount',
    phases: [
      {
        does: 'a workspace is mounted',
        act: (stage) => stage.write('writer.yaml', writer),
        expect: { writer: 'Ready' },
      },
      {
        does: 'the path of the root leads into it',
        act: (stage) => stage.break({ do: 'turn', path: '/root', target: '/w/moved' }),
        expect: { writer: { ...STALLED, vm: 'stopped' } },
      },
      {
        does: 'it leads elsewhere again',
        act: (stage) => stage.break({ do: 'turn', path: '/root' }),
        expect: { writer: 'Ready' },
      },
    ],
  },
  {
    name: 'rules-in-a-workspace',
    phases: [
      {
        does: 'one bundle trusts what the agent of another writes; both are new',
        act: (stage) => {
          stage.write('rules.yaml', rules)
          stage.write('writer.yaml', writer)
        },
        expect: { rules: { ...STALLED, vm: 'none' }, writer: 'Ready' },
      },
      {
        does: 'the one that writes goes',
        act: (stage) => stage.remove('writer.yaml'),
        expect: { rules: 'Ready', writer: 'Gone' },
      },
      {
        does: 'it comes back',
        act: (stage) => stage.write('writer.yaml', writer),
        expect: { rules: 'Ready', writer: { ...STALLED, vm: 'none' } },
      },
      {
        does: 'the bundle that trusts is killed',
        act: (stage) => stage.break({ do: 'killContainer', name: 'bottle-rules-bundle' }),
        expect: { rules: 'Ready', writer: { ...STALLED, vm: 'none' } },
      },
      {
        does: 'it is suspended',
        act: (stage) =>
          stage.edit('rules.yaml', (text) => text.replace('agent: claude', 'agent: claude\n  suspend: true')),
        expect: { rules: 'Suspended', writer: 'Ready' },
      },
      {
        does: 'it is resumed',
        act: (stage) => stage.edit('rules.yaml', (text) => text.replace('\n  suspend: true', '')),
        expect: { rules: { ...STALLED, vm: 'stopped' }, writer: 'Ready' },
      },
    ],
  },
]
