import { parseAsk } from '../../../controller/asks/ask.ts'
import type { Ask } from '../../../controller/asks/ask.ts'
import { judgeContent } from '../../../egress/asks/content.ts'
import { keyOf } from '../../../egress/asks/key.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { compile } from '../../../egress/compile.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import type { Phase, Scenario, Stage } from '../stage.ts'
import { STATE } from '../world.ts'
import { bottle } from './bottle.ts'

const BUNDLE = 'bottle-web-bundle'
const text = (allow: readonly object[] = []): string =>
  bottle('web', ['agent: claude', 'supervise: true', `egress: ${JSON.stringify({ allow })}`].join('\n'))

const EGRESS = { kind: 'egress', host: 'pypi.example', port: 443, why: 'to install' }
const QUESTION = { kind: 'question', question: 'Which one?', choices: ['a', 'b'] }

const PUSH = {
  kind: 'push',
  repository: 'app',
  url: 'https://git.example/acme/app',
  ref: 'refs/heads/agent/x',
  commit: 'b'.repeat(40),
  summary: '1 new commit',
}
const ELSEWHERE = { ...PUSH, url: 'https://git.example/evil/app' }
const reviewed = bottle(
  'web',
  [
    'agent: claude',
    'supervise: true',
    `git: ${JSON.stringify({ repositories: [{ name: PUSH.repository, url: PUSH.url, push: ['agent/*'], review: true }] })}`,
  ].join('\n'),
)

const keyIn = (content: object): string => {
  const judged = judgeContent(content)
  if ('fault' in judged) throw new Error(judged.fault)
  return keyOf(judged.content)
}

const asksIn = ({ world }: Stage): readonly Ask[] =>
  [...world.disk.files].flatMap(([path, file]) => {
    const [, id = ''] = new RegExp(`^${STATE}/bottles/web/asks/([a-z2-7]{8})\\.json$`).exec(path) ?? []
    return parseAsk(file, id) ?? []
  })

/** Each was taken up once, stands so in its file, and its bundle knows it. */
const stands =
  (wanted: readonly (readonly [content: object, state: Ask['state']])[]) =>
  (stage: Stage): void => {
    const { world } = stage
    const asks = asksIn(stage)
    const is = asks.map(({ key, state }) => `${key.slice(0, 8)} ${state}`).toSorted()
    const should = wanted.map(([content, state]) => `${keyIn(content).slice(0, 8)} ${state}`).toSorted()
    world.guard.check('world', is.join() === should.join(), () => `asks are ${is.join()}, not ${should.join()}`)
    const { answers = {} } = world.state.containers[BUNDLE] ?? {}
    for (const [content, state] of wanted)
      world.guard.check(
        'world',
        answers[keyIn(content)]?.state === state,
        () => `its bundle was told ${String(answers[keyIn(content)]?.state)}, not ${state}`,
      )
    const open = wanted.filter(([, state]) => state === 'open').length
    const { status } = world.folder.read('web.yaml') === undefined ? {} : statusIn(world.folder.read('web.yaml') ?? '')
    world.guard.check('world', status === open, () => `status.asks is ${String(status)}, not ${open}`)
    const files = new Set(asks.map(({ id }) => id))
    const events = world.disk.files.get(`${STATE}/bottles/web/events.jsonl`) ?? ''
    const told = [...events.matchAll(/"message":"([a-z2-7]{8}): /g)].map(([, id = '']) => id)
    const unknown = told.filter((id) => !files.has(id))
    world.guard.check('write-ahead', unknown.length === 0, () => `an event is about an ask without a file: ${unknown}`)
    const announced = asks.every((ask) => ask.announced === true)
    world.guard.check('world', announced, () => 'an ask was not announced')
  }

const statusIn = (file: string): { readonly status: number } => ({
  status: Number(/^ {2}asks: (\d+)$/m.exec(file)?.[1] ?? 0),
})

const made: Phase = {
  does: 'a supervised bottle is made',
  act: (stage) => stage.write('web.yaml', text()),
  expect: { web: 'Ready' },
}
const madeReviewed: Phase = {
  does: 'a bottle with a repository under review is made',
  act: (stage) => stage.write('web.yaml', reviewed),
  expect: { web: 'Ready' },
}
const asked = (...contents: readonly object[]): Phase => ({
  does: 'its agent asks',
  act: (stage) => {
    for (const content of contents) stage.break({ do: 'ask', name: BUNDLE, content })
  },
  expect: { web: 'Ready' },
  check: stands(contents.map((content) => [content, 'open'])),
})
/** A person reads what waits first, as bottlectl does. */
const decided = (
  decision: { readonly verdict: 'approve' | 'deny' },
  state: Ask['state'],
  content: object = QUESTION,
): Phase => ({
  does: `a person says ${decision.verdict}`,
  act: async (stage) => {
    const [ask] = asksIn(stage)
    await stage.request({ kind: 'decide', name: 'web', decision: { ask: ask?.id ?? '', by: 'ann', ...decision } })
  },
  expect: { web: 'Ready' },
  check: stands([[content, state]]),
})
/** It is upstream once, however often it is tried. */
const pushed = (does: string, act: NonNullable<Phase['act']>): Phase => ({
  does,
  act,
  expect: { web: 'Ready' },
  check: (stage) => {
    stands([[PUSH, 'approved']])(stage)
    const { pushed: keys = [] } = stage.world.state
    stage.world.guard.check('world', keys.join() === keyIn(PUSH), () => `pushed were ${keys.length}, not one`)
    const [ask] = asksIn(stage)
    stage.world.guard.check('world', ask?.used === true, () => 'its use was not written')
  },
})
const push = (stage: Stage): void => stage.break({ do: 'push', name: BUNDLE, content: PUSH })
const allowed: Phase = {
  does: 'a person allows it in the file',
  act: (stage) => stage.write('web.yaml', text([{ host: 'pypi.example' }])),
  expect: { web: 'Ready' },
  check: stands([[EGRESS, 'approved']]),
}

/** A container needs an image, which bottles that name none are given as they are written. */
const sameButImage = (one: string, other: string): boolean =>
  [one, other].map((each) => each.replace(/^ {2}machine: .*\n/m, '')).every((each, _, [first]) => each === first)

const GRANT = { host: 'pypi.example' }
/** Beside a file that nobody writes: in its record, in force, and in its ask, or in none of them. */
const grants =
  (state: Ask['state'], allow: readonly object[]) =>
  (stage: Stage): void => {
    const { guard, disk, folder, state: now } = stage.world
    const { grants: kept = [] } = JSON.parse(disk.files.get(`${STATE}/bottles/web/record.json`) ?? '{}') as BottleRecord
    const entries = JSON.stringify(kept.map(({ entry }) => entry))
    guard.check('world', entries === JSON.stringify(allow), () => `granted is ${entries}`)
    const states = asksIn(stage).map((ask) => ask.state)
    guard.check('world', states.join() === state, () => `its ask is ${states.join()}, not ${state}`)
    const compiled = compile({ allow } as EgressPolicy, [])
    const hash = now.containers[BUNDLE]?.policy?.hash
    guard.check('world', compiled.ok && hash === compiled.hash, () => `its bundle goes by ${String(hash)}`)
    guard.check('world', sameButImage(folder.read('web.yaml') ?? '', text()), () => 'its file was written')
  }
const judgedBeside = (decision: object): NonNullable<Phase['act']> => {
  return async (stage) => {
    const [ask] = asksIn(stage)
    await stage.request({
      kind: 'decide',
      name: 'web',
      decision: { ask: ask?.id ?? '', by: 'ann', ...decision } as never,
    })
  }
}
/** Its file has no status that says so. */
const RUNS = { web: { phase: 'none', vm: 'running' } } as const
const beside: Scenario = {
  name: 'ask-grant-beside',
  options: { statusMode: 'sidecar' },
  phases: [
    { ...made, expect: RUNS },
    {
      does: 'its agent asks',
      act: (stage) => stage.break({ do: 'ask', name: BUNDLE, content: EGRESS }),
      expect: RUNS,
      check: grants('open', []),
    },
    {
      does: 'a person grants it beside the file',
      act: judgedBeside({ verdict: 'approve', entry: GRANT }),
      expect: RUNS,
      check: grants('approved', [GRANT]),
    },
    {
      does: 'the bundle dies',
      act: (stage) => stage.break({ do: 'killContainer', name: BUNDLE }),
      expect: RUNS,
      check: grants('approved', [GRANT]),
    },
    {
      does: 'a person takes it back',
      act: judgedBeside({ verdict: 'revoke' }),
      expect: RUNS,
      check: grants('approved', []),
    },
  ],
}

/** What agents ask people: taken up once, decided once, and never lost. */
export const askScenarios: readonly Scenario[] = [
  { name: 'ask-deny', phases: [made, asked(QUESTION), decided({ verdict: 'deny' }, 'denied')] },
  { name: 'ask-answer', phases: [made, asked(QUESTION), decided({ verdict: 'approve' }, 'approved')] },
  { name: 'ask-allow', phases: [made, asked(EGRESS), allowed] },
  beside,
  {
    name: 'ask-push',
    phases: [
      madeReviewed,
      asked(PUSH),
      decided({ verdict: 'approve' }, 'approved', PUSH),
      pushed('its agent pushes, twice', (stage) => {
        push(stage)
        push(stage)
      }),
      pushed('the bundle dies', (stage) => stage.break({ do: 'killContainer', name: BUNDLE })),
      pushed('its agent pushes it again', push),
    ],
  },
  {
    name: 'ask-push-elsewhere',
    phases: [
      madeReviewed,
      {
        does: 'its bundle asks for a push to where the file has no such repository',
        act: (stage) => stage.break({ do: 'ask', name: BUNDLE, content: ELSEWHERE }),
        expect: { web: 'Ready' },
        check: stands([[ELSEWHERE, 'denied']]),
      },
    ],
  },
  {
    name: 'ask-restarts',
    phases: [
      made,
      asked(EGRESS, QUESTION),
      {
        does: 'the bundle dies',
        act: (stage) => stage.break({ do: 'killContainer', name: BUNDLE }),
        expect: { web: 'Ready' },
        check: stands([
          [EGRESS, 'open'],
          [QUESTION, 'open'],
        ]),
      },
      {
        does: 'its agent asks the same again, and more, while no controller runs',
        act: (stage) => {
          stage.hold()
          stage.break({ do: 'ask', name: BUNDLE, content: QUESTION })
          stage.break({ do: 'ask', name: BUNDLE, content: { kind: 'question', question: 'More?' } })
          stage.revive()
        },
        expect: { web: 'Ready' },
        check: stands([
          [EGRESS, 'open'],
          [QUESTION, 'open'],
          [{ kind: 'question', question: 'More?' }, 'open'],
        ]),
      },
    ],
  },
  {
    name: 'ask-delete',
    phases: [
      made,
      asked(EGRESS),
      { does: 'the bottle is deleted', act: (stage) => stage.remove('web.yaml'), expect: { web: 'Gone' } },
    ],
  },
]
