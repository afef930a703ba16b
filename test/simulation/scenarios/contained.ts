import type { Scenario, Stage } from '../stage.ts'
import { bottle } from './bottle.ts'

const SPEC = 'agent: claude\ngit: true\nmachine: {runtime: container, image: "agent:1"}'

const made = {
  does: 'a bottle is made whose agent runs in a container',
  act: (stage: Stage) => stage.write('web.yaml', bottle('web', SPEC)),
  expect: { web: 'Ready' },
} as const

/** Agents in containers: what else can break there, and where another kind of machine takes over. */
export const containedScenarios: readonly Scenario[] = [
  {
    name: 'contained-life',
    phases: [
      made,
      {
        does: 'its env is edited',
        act: (stage) => stage.write('web.yaml', bottle('web', `${SPEC}\nenv: {A: "1"}`)),
        expect: { web: 'Ready' },
      },
      {
        does: 'what seals it is killed',
        act: (stage) => stage.break({ do: 'killContainer', name: 'bottle-web-seal' }),
        expect: { web: 'Ready' },
      },
      {
        does: 'the file is removed, by a person who does not undo it',
        act: (stage) => stage.remove('web.yaml'),
        expect: { web: 'Gone' },
      },
    ],
  },
  {
    name: 'contained-then-vm',
    phases: [
      made,
      {
        does: 'it is to be a VM, at once',
        act: (stage) =>
          stage.write(
            'web.yaml',
            bottle('web', 'agent: claude\ngit: true\nmachine: {image: "agent:1", updatePolicy: Recreate}'),
          ),
        expect: { web: 'Ready' },
      },
    ],
  },
]
