import * as assert from 'uvu/assert'
import { DriverError } from '../../../drivers/errors.ts'
import type { BottleRecord, Container } from '../../../drivers/ports.ts'
import { bundleRequest } from '../../../reconcilers/bundle/request.ts'
import {
  createBundle,
  noteAnswer,
  pullImage,
  removeBundle,
  startBundle,
  stopBundle,
} from '../../../reconcilers/bundle/steps.ts'
import { change } from '../../../reconcilers/contract/reconciler.ts'
import type { Step } from '../../../reconcilers/contract/reconciler.ts'
import { FACTS, aContainer, aSituation, createCalls, runAll } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('steps of a bundle')
const END = '2026-01-01T00:00:05Z'
const BUNDLE_END = { at: END, crashes: 2, generation: 1 }

const run = async (step: Step, answers: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> => {
  const { drivers, calls } = createCalls(answers)
  await runAll(change(step), drivers)
  return calls
}

test('pull asks for the image', async () => {
  assert.equal(await run(pullImage('i:1', false)), ['images.pull("i:1")'])
})

test('create starts what it made, by its id, and notes how it is otherwise than asked: no drift then', async () => {
  const request = bundleRequest(aSituation(), 'i:1')
  const facts = FACTS
  const swapless = { ...facts, pids: 0 }
  const given = (differences: readonly string[]) =>
    `records.update("web", ${JSON.stringify({ bundleGiven: { id: 'new', differences }, bundleAnswered: 'undefined' })})`
  const cleared = 'records.update("web", {"bundleGiven":"undefined","bundleAnswered":"undefined"})'
  const told = ['its limit of processes is none and not 128']
  for (const [what, record, found, writes] of [
    ['as asked', {}, aContainer({ id: 'new', facts }), []],
    ['otherwise', {}, aContainer({ id: 'new', facts: swapless }), [given(told)]],
    ['another by then', {}, aContainer({ id: 'other', facts: swapless }), []],
    ['gone by then', {}, undefined, []],
    ['without facts', {}, aContainer({ id: 'new' }), []],
    [
      'as asked, and the one before was not',
      { bundleGiven: { id: 'old', differences: told } },
      aContainer({ id: 'new', facts }),
      [cleared],
    ],
    ['as asked, and the one before had answered', { bundleAnswered: END }, aContainer({ id: 'new', facts }), [cleared]],
  ] as const) {
    const step = createBundle(aSituation({ record: record as Partial<BottleRecord> }), request, 'why')
    const calls = await run(step, { 'containers.create': { id: 'new' }, 'containers.find': found })
    const keep = (_: string, value: unknown): unknown => (value === undefined ? 'undefined' : value)
    assert.equal(
      calls,
      [
        `containers.create(${JSON.stringify(request, keep)})`,
        'containers.find("bottle-web-bundle")',
        ...writes,
        'containers.start("new")',
      ],
      what,
    )
  }
})

test('that it answered is noted with its start', async () => {
  assert.equal(await run(noteAnswer(aSituation(), aContainer({ startedAt: END }))), [
    `records.update("web", {"bundleAnswered":"${END}"})`,
  ])
})

test('what the record says of a start before it is made', async () => {
  const start = (record: Partial<BottleRecord>, container: Partial<Container>, crashes?: number) =>
    run(startBundle(aSituation({ record }), aContainer(container), 'why', crashes))
  const exited = { state: 'exited', finishedAt: END } as const
  for (const [what, record, container, crashes, restarts] of [
    [
      'the first restart',
      {},
      exited,
      1,
      `{"bundleRestarts":1,"bundleAnswered":"undefined","bundleEnd":{"at":"${END}","crashes":1,"generation":1}}`,
    ],
    [
      'another end',
      { bundleRestarts: 4, bundleEnd: { ...BUNDLE_END, at: '2025-12-31T00:00:00Z' } },
      exited,
      3,
      `{"bundleRestarts":5,"bundleAnswered":"undefined","bundleEnd":{"at":"${END}","crashes":3,"generation":1}}`,
    ],
    [
      'the same end again',
      { bundleRestarts: 4, bundleEnd: BUNDLE_END },
      exited,
      2,
      `{"bundleRestarts":4,"bundleAnswered":"undefined","bundleEnd":{"at":"${END}","crashes":2,"generation":1}}`,
    ],
    [
      'it was stopped by us while it ran',
      { bundleRestarts: 4, bundleEnd: BUNDLE_END },
      { state: 'running', finishedAt: END },
      undefined,
      '{"bundleRestarts":5,"bundleAnswered":"undefined","bundleEnd":"undefined"}',
    ],
    [
      'no crash is counted unless told',
      {},
      exited,
      undefined,
      `{"bundleRestarts":1,"bundleAnswered":"undefined","bundleEnd":{"at":"${END}","crashes":0,"generation":1}}`,
    ],
    [
      'nothing is known of its end',
      {},
      { state: 'exited' },
      1,
      '{"bundleRestarts":1,"bundleAnswered":"undefined","bundleEnd":"undefined"}',
    ],
  ] as const)
    assert.equal(
      await start(record, container, crashes),
      [`records.update("web", ${restarts})`, 'containers.start("c1")'],
      what,
    )
  assert.equal(await start({}, { state: 'created' }), ['containers.start("c1")'], 'the first start is no restart')
})

test('a container that no start brings back marks its network', async () => {
  const failing = async (
    code: 'StartFailed' | 'AddressTaken',
    detail: string,
    attachments?: Container['attachments'],
  ) => {
    const { drivers, calls } = createCalls({
      'containers.start': () => Promise.reject(new DriverError({ code, operation: 'start', detail })),
    })
    const step = startBundle(
      aSituation(),
      aContainer({ state: 'created', ...(attachments === undefined ? {} : { attachments }) }),
      'why',
    )
    const end = await runAll(change(step), drivers).then(
      () => 'fine',
      (error: Error) => error.message,
    )
    assert.match(end, detail)
    return calls.slice(1)
  }
  const haunted = ['records.update("web", {"hauntedNetwork":"n1"})']
  assert.equal(await failing('StartFailed', 'task c1 already exists'), haunted)
  assert.equal(await failing('StartFailed', 'mkdir x: file exists'), haunted)
  assert.equal(await failing('StartFailed', 'it preexists'), [])
  assert.equal(await failing('StartFailed', 'existsnot'), [])
  assert.equal(await failing('StartFailed', 'no such file'), [])
  assert.equal(await failing('AddressTaken', 'it exists'), [])
  assert.equal(await failing('StartFailed', 'it exists', []), ['records.update("web", {"hauntedNetwork":"undefined"})'])
})

test('an end of our own is no crash: those before it are forgotten first', async () => {
  for (const [make, verb] of [
    [stopBundle, 'stop'],
    [removeBundle, 'remove'],
  ] as const) {
    assert.equal(await run(make(aSituation(), aContainer(), 'why')), [`containers.${verb}("c1")`])
    assert.equal(await run(make(aSituation({ record: { bundleEnd: BUNDLE_END } }), aContainer(), 'why')), [
      'records.update("web", {"bundleEnd":"undefined"})',
      `containers.${verb}("c1")`,
    ])
  }
})

test.run()
