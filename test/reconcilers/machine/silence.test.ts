import * as assert from 'uvu/assert'
import { planSilent } from '../../../reconcilers/machine/silence.ts'
import { NOW, aMachine, aSituation, createCalls, runAll, secondsAgo, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('silence')
const machine = { envKeys: [], restartHash: '', workspaceCopied: true }
const planOf = (silentSince?: string) =>
  planSilent(
    aSituation({ record: { machine: { ...machine, ...(silentSince === undefined ? {} : { silentSince }) } } }),
    aMachine(),
  )
const waiting = (since: string, ms: number): readonly string[] => [
  `wait ${ms} MachineSilent: the guest of machine bottle-web is silent since ${since}; it is restarted after 10 s of silence`,
]

test('a silent guest has ten seconds; noted by a clock that was set back since, it has them anew', () => {
  const stop = ['stop machine/bottle-web: its process lives, but its guest stays silent']
  for (const [since, lines] of [
    [secondsAgo(0), waiting(secondsAgo(0), 10_000)],
    [secondsAgo(9), waiting(secondsAgo(9), 1_000)],
    [secondsAgo(10), stop],
    [secondsAgo(60), stop],
    [secondsAgo(-2), waiting(secondsAgo(-2), 10_000)],
    [secondsAgo(-3_600), ['note machine/bottle-web: its process lives, but its guest is silent']],
  ] as const)
    assert.equal(words(planOf(since)), lines)
})

test('since when it is silent is noted first', async () => {
  const plan = planOf()
  assert.equal(words(plan), ['note machine/bottle-web: its process lives, but its guest is silent'])
  const { drivers, calls } = createCalls({ 'records.read': { machine } })
  await runAll(plan, drivers)
  assert.equal(calls.at(-1), `records.update("web", ${JSON.stringify({ machine: { ...machine, silentSince: NOW } })})`)
  const unknown = aSituation()
  assert.equal(words(planSilent(unknown, aMachine())), words(plan))
})

test.run()
