import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const made = {
  does: 'a bottle is made',
  act: (stage: Stage) => stage.write('web.yaml', bottle('web', 'agent: claude\ngit: true')),
  expect: { web: 'Ready' },
} as const

/** What its file says of its seal. */
const says =
  (status: string, reason: string, words = '') =>
  ({ world }: Stage): void => {
    const text = world.folder.read('web.yaml') ?? ''
    const line = text.split('\n').find((each) => each.includes('{type: Sealed,')) ?? ''
    world.guard.check(
      'told',
      line.replaceAll('"', '').includes(`status: ${status}, reason: ${reason},`) && line.includes(words),
      () => `its status doesn't say ${status} ${reason} ${words}:\n${text}`,
    )
  }

const tried = (leaks: readonly string[] | undefined, from?: 'container') => (stage: Stage) =>
  stage.break({ do: 'trySeal', leaks, ...(from === undefined ? {} : { from }) })

/** What `bottled doctor --seal` records, while bottles run. */
export const sealScenarios: readonly Scenario[] = [
  {
    name: 'seal-proven',
    phases: [
      { ...made, check: says('Unknown', 'NotProven') },
      {
        does: 'a guest tries the seal, and reaches its bundle only',
        act: tried([]),
        expect: { web: 'Ready' },
        check: says('True', 'Proven'),
      },
      {
        does: 'smolvm is upgraded',
        act: (stage) => stage.break({ do: 'upgradeSmolvm', version: '1.40.0', reports: {} }),
        expect: { web: 'Ready' },
        check: says('Unknown', 'NotProven', '1.40.0 now'),
      },
      { does: 'a guest tries it again', act: tried([]), expect: { web: 'Ready' }, check: says('True', 'Proven') },
      {
        does: 'the record of it is lost',
        act: tried(undefined),
        expect: { web: 'Ready' },
        check: says('Unknown', 'NotProven'),
      },
    ],
  },
  {
    name: 'seal-mismatch',
    phases: [
      made,
      { does: 'a guest tries the seal', act: tried([]), expect: { web: 'Ready' }, check: says('True', 'Proven') },
      {
        does: 'somebody opens the VM to the world',
        act: (stage) => stage.break({ do: 'openMachine', name: 'bottle-web', allowedCidrs: ['0.0.0.0/0'] }),
        expect: { web: { phase: 'Stalled', reason: 'EgressDrift', vm: 'stopped' } },
        check: says('False', 'PolicyMismatch'),
      },
      {
        does: 'a rollout is asked for',
        act: (stage) => stage.request({ kind: 'rollout', name: 'web' }),
        expect: { web: 'Ready' },
        check: says('True', 'Proven'),
      },
    ],
  },
  {
    name: 'seal-leak',
    phases: [
      made,
      {
        does: 'a guest gets out',
        act: tried(['1.1.1.1, by TCP']),
        expect: { web: { phase: 'Stalled', reason: 'Leak', vm: 'stopped' } },
        check: says('False', 'Leak', '1.1.1.1'),
      },
      {
        does: 'another bottle is written, and the first is edited',
        act: (stage) => {
          stage.write('new.yaml', bottle('new'))
          stage.edit('web.yaml', (text) => text.replace('claude', 'codex'))
        },
        expect: {
          web: { phase: 'Stalled', reason: 'Leak', vm: 'stopped' },
          new: { phase: 'Stalled', reason: 'Leak', vm: 'none' },
        },
      },
      {
        does: 'it is closed, and a guest tries it again',
        act: tried([]),
        expect: { web: 'Ready', new: 'Ready' },
        check: says('True', 'Proven'),
      },
    ],
  },
  {
    name: 'seal-leak-upgraded',
    phases: [
      made,
      {
        does: 'a guest gets out',
        act: tried(['x']),
        expect: { web: { phase: 'Stalled', reason: 'Leak', vm: 'stopped' } },
      },
      {
        does: 'smolvm is upgraded: nobody knows whether it still does',
        act: (stage) => stage.break({ do: 'upgradeSmolvm', version: '1.40.0', reports: {} }),
        expect: { web: 'Ready' },
        check: says('Unknown', 'NotProven', '1.40.0 now'),
      },
    ],
  },
  {
    name: 'seal-contained',
    phases: [
      {
        does: 'a bottle is made whose agent runs in a container',
        act: (stage) =>
          stage.write('web.yaml', bottle('web', 'agent: claude\nmachine: {runtime: container, image: "agent:1"}')),
        expect: { web: 'Ready' },
        check: says('True', 'Tried', 'listed as they were loaded'),
      },
      {
        does: 'the guest of a VM gets out, which is another seal',
        act: tried(['x']),
        expect: { web: 'Ready' },
        check: says('True', 'Tried'),
      },
      {
        does: 'a container gets out',
        act: tried(['1.1.1.1, by TCP'], 'container'),
        expect: { web: { phase: 'Stalled', reason: 'Leak', vm: 'stopped' } },
        check: says('False', 'Leak', '1.1.1.1'),
      },
      {
        does: 'it is closed, and a container tries it again',
        act: tried([], 'container'),
        expect: { web: 'Ready' },
        check: says('True', 'Proven'),
      },
    ],
  },
  {
    name: 'seal-allowed',
    options: { unsealed: 'allow' },
    phases: [
      made,
      { does: 'a guest gets out', act: tried(['x']), expect: { web: 'Ready' }, check: says('False', 'Leak') },
      {
        does: 'the VM is killed',
        act: (stage) => stage.break({ do: 'killMachine', name: 'bottle-web' }),
        expect: { web: 'Ready' },
        check: says('False', 'Leak'),
      },
      { does: 'it is closed', act: tried([]), expect: { web: 'Ready' }, check: says('True', 'Proven') },
    ],
  },
]
