import type { Scenario } from '../stage.ts'
import { bottle } from './bottle.ts'

/** From the first file to the last. */
export const lifeScenarios: readonly Scenario[] = [
  {
    name: 'bring-up',
    phases: [
      { does: 'a file is made', act: (stage) => stage.write('web.yaml', bottle('web')), expect: { web: 'Ready' } },
    ],
  },
  {
    name: 'bring-up-whole',
    phases: [
      {
        does: 'a bottle with everything is made, by an editor that writes in place',
        act: (stage) =>
          stage.write(
            'team/web.yaml',
            bottle(
              'web',
              'agent: claude\nidentity: web-1\nworkspace: {path: ../repo, mode: copy}\nenv: {LOG_LEVEL: debug, A: "1"}\nsecrets: {KEY: {fromEnv: KEY}}\ngit: true\nsupervise: true\nbundle: {env: {MODE: strict}, resources: {memory: 512}}\nmachine: {image: ./agent.tar, cpus: 2, memory: 2048}',
            ),
            'in place',
          ),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'delete',
    phases: [
      {
        does: 'a bottle with secrets is made',
        act: (stage) => stage.write('web.yaml', bottle('web', 'agent: claude\nsecrets: {KEY: {fromEnv: KEY}}')),
        expect: { web: 'Ready' },
      },
      { does: 'its file goes', act: (stage) => stage.remove('web.yaml'), expect: { web: 'Gone' } },
    ],
  },
  {
    name: 'delete-and-again',
    phases: [
      { does: 'a bottle is made', act: (stage) => stage.write('web.yaml', bottle('web')), expect: { web: 'Ready' } },
      {
        does: 'its file goes, and another of the name comes while it is torn down',
        act: async (stage) => {
          stage.remove('web.yaml')
          await stage.pass(2_250)
          stage.write('web2.yaml', bottle('web', 'agent: other'))
        },
        anyEnd: true,
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'suspend-resume',
    phases: [
      {
        does: 'a bottle is made',
        act: (stage) => stage.write('web.yaml', bottle('web', 'agent: claude\nsecrets: {KEY: {fromEnv: KEY}}')),
        expect: { web: 'Ready' },
      },
      {
        does: 'it is suspended',
        act: (stage) => stage.edit('web.yaml', (text) => text.replace('spec:\n', 'spec:\n  suspend: true\n')),
        expect: { web: 'Suspended' },
      },
      {
        does: 'it is resumed',
        act: (stage) => stage.edit('web.yaml', (text) => text.replace('  suspend: true\n', '')),
        expect: { web: 'Ready' },
      },
    ],
  },
  {
    name: 'born-suspended',
    phases: [
      {
        does: 'a suspended bottle is made',
        act: (stage) => stage.write('web.yaml', bottle('web', 'agent: claude\nsuspend: true')),
        expect: { web: 'Suspended' },
      },
      { does: 'its file goes', act: (stage) => stage.remove('web.yaml'), expect: { web: 'Gone' } },
    ],
  },
  {
    name: 'retain',
    phases: [
      {
        does: 'a bottle is made',
        act: (stage) => stage.write('web.yaml', bottle('web', 'agent: claude\ndeletionPolicy: Retain')),
        expect: { web: 'Ready' },
      },
      { does: 'its file goes', act: (stage) => stage.remove('web.yaml'), expect: { web: 'Retained' } },
      {
        does: 'its bundle is killed',
        act: (stage) => stage.break({ do: 'killContainer', name: 'bottle-web-bundle' }),
        expect: { web: 'Retained' },
      },
      {
        does: 'its file comes back',
        act: (stage) => stage.write('back/web.yaml', bottle('web', 'agent: claude\ndeletionPolicy: Retain')),
        expect: { web: 'Ready' },
      },
      {
        does: 'it goes for good',
        act: async (stage) => {
          stage.remove('back/web.yaml')
          await stage.request({ kind: 'delete', name: 'web', purge: true })
        },
        expect: { web: 'Gone' },
      },
    ],
  },
  {
    name: 'two-at-once',
    phases: [
      {
        does: 'two bottles come in one file, and one in JSON',
        act: (stage) => {
          stage.write('pair.yaml', `${bottle('a')}---\n${bottle('b', 'agent: claude\ngit: true')}`)
          stage.write(
            'c.json',
            JSON.stringify(
              {
                apiVersion: 'bottled.dev/v1alpha1',
                kind: 'Bottle',
                metadata: { name: 'c' },
                spec: { agent: 'claude' },
              },
              undefined,
              2,
            ),
          )
        },
        expect: { a: 'Ready', b: 'Ready', c: 'Ready' },
      },
      {
        does: 'one of them is cut out of the file',
        act: (stage) => stage.write('pair.yaml', bottle('b', 'agent: claude\ngit: true'), 'in place'),
        anyEnd: true,
        expect: { a: 'Gone', b: 'Ready', c: 'Ready' },
      },
    ],
  },
]
