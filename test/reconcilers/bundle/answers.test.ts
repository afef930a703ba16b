import * as assert from 'uvu/assert'
import type { Container, Port } from '../../../drivers/ports.ts'
import { planAnswers } from '../../../reconcilers/bundle/answers.ts'
import type { Answers } from '../../../reconcilers/bundle/answers.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { aContainer, aSituation, secondsAgo, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('answers of a bundle')
const NAME = 'bottle-web-bundle'
const no = (port: Port, kind: 'Refused' | 'Unready' | 'Silent' | 'Unroutable') =>
  ({ port, ok: false, kind, message: 'told' }) as const
const yes = (port: Port) => ({ port, ok: true }) as const
const plan = (
  situation: Situation,
  answers: Answers['answers'],
  container: Partial<Container>,
  routed = true,
): readonly string[] => {
  const made = planAnswers(situation, { answers, routed }, aContainer(container))
  return made === undefined ? ['fine'] : words(made)
}
/** It has answered in this run before. */
const answered = (startedAt: string): Situation => aSituation({ record: { bundleAnswered: startedAt } })
const restarted = [`stop bundle/${NAME}: port 9418 is closed`, `start bundle/${NAME}: port 9418 was closed`]
const GOES_DOWN = 'first what comes after goes down'

test('what each port says', () => {
  const since = secondsAgo(10)
  for (const [what, answers, lines] of [
    ['all', [yes('proxy'), yes('git'), yes('supervise')], ['fine']],
    ['none is asked', [], ['fine']],
    ['the proxy refuses', [no('proxy', 'Refused')], [`wait 50 ProxyNotReady: port 8888 of ${NAME}: told`]],
    ['the git gate', [yes('proxy'), no('git', 'Silent')], [`wait 50 GitNotReady: port 9418 of ${NAME}: told`]],
    [
      'the supervise server',
      [yes('proxy'), no('supervise', 'Unready')],
      [`wait 50 SuperviseNotReady: port 9100 of ${NAME}: told`],
    ],
    ['not to be reached', [no('proxy', 'Unroutable')], [`wait 5000 BridgeNotRoutable: port 8888 of ${NAME}: told`]],
  ] as const)
    assert.equal(plan(answered(since), answers, { startedAt: since }), lines, what)
  assert.equal(plan(answered(since), [no('proxy', 'Silent')], { startedAt: since }, false), [
    GOES_DOWN,
    `wait 5000 BridgeNotRoutable: this host has no route to ${NAME}: Docker runs in a VM or rootless; a VM needs a native rootful engine, an agent in a container (machine.runtime) doesn't`,
  ])
})

test('a closed port is an illness after 30 s, or after startTimeout while it has never answered in this run', () => {
  const waits = [`wait 50 GitNotReady: port 9418 of ${NAME}: told`]
  const starting = (startTimeout?: string) =>
    aSituation({
      spec: startTimeout === undefined ? {} : { bundle: { startTimeout } },
      record: { bundleAnswered: 'an earlier start' },
    })
  for (const [what, startedAt, situation, lines] of [
    ['answered, closed for 30 s', secondsAgo(30), answered(secondsAgo(30)), waits],
    ['answered, closed for longer', secondsAgo(31), answered(secondsAgo(31)), restarted],
    ['starting, by default', secondsAgo(300), starting(), waits],
    ['starting for too long', secondsAgo(301), starting(), restarted],
    ['starting, never answered', secondsAgo(300), aSituation(), waits],
    ['starting, with a time of its own', secondsAgo(61), starting('60s'), restarted],
    ['starting, with a shorter time than is needed to be ill', secondsAgo(30), starting('1s'), waits],
    ['the same, for longer', secondsAgo(31), starting('1s'), restarted],
    ['started in the future', secondsAgo(-3_600), answered(secondsAgo(-3_600)), restarted],
    ['started a moment in the future', secondsAgo(-1), answered(secondsAgo(-1)), waits],
  ] as const)
    assert.equal(plan(situation, [no('git', 'Refused')], { startedAt }), lines, what)
  assert.equal(plan(aSituation(), [no('git', 'Refused')], {}), waits, 'a list does not tell since when it runs')
  for (const kind of ['Silent', 'Unready'] as const)
    assert.equal(plan(answered(secondsAgo(900)), [no('git', kind)], { startedAt: secondsAgo(900) }), waits, kind)
})

test('its first answer in a run is noted, once', () => {
  const since = secondsAgo(10)
  const note = [`note bundle/${NAME}: it answers for the first time since its start`]
  for (const [what, situation, container, lines] of [
    ['never before', aSituation(), { startedAt: since }, note],
    ['never before, by a list', aSituation(), {}, note],
    ['in an earlier run', answered(secondsAgo(60)), { startedAt: since }, note],
    ['in this run', answered(since), { startedAt: since }, ['fine']],
    ['by a list', answered(since), {}, ['fine']],
  ] as const)
    assert.equal(plan(situation, [yes('proxy')], container), lines, what)
})

test('a HEALTHCHECK that fails holds the VM back though every port answers', () => {
  const since = secondsAgo(10)
  for (const [health, lines] of [
    ['unhealthy', [`wait 2000 Unhealthy: the HEALTHCHECK of ${NAME} fails`]],
    ['starting', ['fine']],
    ['healthy', ['fine']],
    [undefined, ['fine']],
  ] as const)
    assert.equal(plan(answered(since), [yes('proxy')], { startedAt: since, health }), lines, health ?? 'none')
})

test.run()
