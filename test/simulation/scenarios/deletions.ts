import type { Scenario } from '../stage.ts'
import { bottle } from './bottle.ts'

const NAMES = ['a', 'b', 'c', 'd'] as const
const all = <T>(value: T): Readonly<Record<string, T>> => Object.fromEntries(NAMES.map((name) => [name, value]))

/** The guards of deletions, and deletions that happen despite trouble. */
export const deletionScenarios: readonly Scenario[] = [
  {
    name: 'mass-deletion',
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
        expect: all('Gone'),
      },
    ],
  },
  {
    name: 'mass-deletion-in-parts',
    phases: [
      {
        does: 'four bottles are made',
        act: (stage) => NAMES.forEach((name) => stage.write(`${name}.yaml`, bottle(name))),
        expect: all('Ready'),
      },
      {
        does: 'three files vanish',
        act: (stage) => ['a', 'b', 'c'].forEach((name) => stage.remove(`${name}.yaml`)),
        expect: { a: 'Retained', b: 'Retained', c: 'Retained', d: 'Ready' },
      },
      {
        does: 'one of them is named: two of three are no mass by themselves',
        act: (stage) => stage.request({ kind: 'delete', name: 'a' }),
        expect: { a: 'Gone', b: 'Retained', c: 'Retained', d: 'Ready' },
      },
      {
        does: 'one comes back',
        act: (stage) => stage.write('b.yaml', bottle('b')),
        expect: { a: 'Gone', b: 'Ready', c: 'Retained', d: 'Ready' },
      },
      {
        does: 'the rest is confirmed',
        act: (stage) => stage.request({ kind: 'confirm-deletes' }),
        expect: { a: 'Gone', b: 'Ready', c: 'Gone', d: 'Ready' },
      },
    ],
  },
  {
    name: 'folder-away',
    phases: [
      {
        does: 'two bottles are made',
        act: (stage) => ['a', 'b'].forEach((name) => stage.write(`${name}.yaml`, bottle(name))),
        expect: { a: 'Ready', b: 'Ready' },
      },
      {
        does: "the root can't be read for ten minutes, then another folder of the same content is in its place",
        act: async (stage) => {
          const { folder } = stage.world
          folder.trouble.unreadable = 'ENOENT'
          await stage.pass(600_000)
          folder.trouble.unreadable = undefined
          folder.replaceRoot()
        },
        expect: { a: 'Ready', b: 'Ready' },
      },
      {
        does: 'a person accepts the new folder',
        act: (stage) => stage.request({ kind: 'confirm-deletes' }),
        expect: { a: 'Ready', b: 'Ready' },
      },
      { does: 'one goes in the new folder', act: (stage) => stage.remove('a.yaml'), expect: { a: 'Gone', b: 'Ready' } },
    ],
  },
  {
    name: 'git-at-work',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: 'its file disappears in a rebase',
        act: (stage) => {
          stage.world.folder.trouble.git = 'rebase-merge'
          stage.remove('a.yaml')
        },
        busyMs: 100_000,
        expect: { a: 'Retained' },
      },
      {
        does: 'its bundle is killed meanwhile',
        act: (stage) => stage.break({ do: 'killContainer', name: 'bottle-a-bundle' }),
        busyMs: 100_000,
        expect: { a: 'Retained' },
      },
      {
        does: 'the rebase ends without it',
        act: (stage) => {
          stage.world.folder.trouble.git = undefined
        },
        expect: { a: 'Gone' },
      },
    ],
  },
  {
    name: 'deleted-while-away',
    phases: [
      {
        does: 'two bottles are made',
        act: (stage) => ['a', 'b'].forEach((name) => stage.write(`${name}.yaml`, bottle(name))),
        expect: { a: 'Ready', b: 'Ready' },
      },
      {
        does: 'one goes while no controller runs',
        act: (stage) => {
          stage.hold()
          stage.remove('a.yaml')
          stage.revive()
        },
        expect: { a: 'Gone', b: 'Ready' },
      },
    ],
  },
  {
    name: 'state-lost',
    phases: [
      {
        does: 'two bottles are made',
        act: (stage) =>
          ['a', 'b'].forEach((name) => stage.write(`${name}.yaml`, bottle(name, 'agent: claude\nenv: {A: "1"}'))),
        expect: { a: 'Ready', b: 'Ready' },
      },
      {
        does: 'all records are lost, and one file',
        act: (stage) => {
          stage.hold()
          stage.world.disk.files.clear()
          stage.world.guard.forget()
          stage.remove('b.yaml')
          stage.revive()
        },
        expect: { a: 'Ready', b: 'Gone' },
      },
    ],
  },
  {
    name: 'old-record',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('a.yaml', bottle('a')), expect: { a: 'Ready' } },
      {
        does: 'the controller is replaced by one that finds the records of an older, and keys of a newer',
        act: (stage) => {
          stage.hold()
          const { files } = stage.world.disk
          const path = '/root/.bottled/bottles/a/record.json'
          const {
            base: _,
            everReady: __,
            status: ___,
            ...old
          } = JSON.parse(files.get(path) ?? '{}') as Record<string, unknown>
          files.set(path, JSON.stringify({ ...old, fromTheFuture: { x: 1 } }))
          stage.revive()
        },
        expect: { a: 'Ready' },
        check: ({ world }) =>
          world.guard.check(
            'world',
            /fromTheFuture/.test(world.disk.files.get('/root/.bottled/bottles/a/record.json') ?? ''),
            () => 'an unknown key of the record was lost',
          ),
      },
    ],
  },
]
