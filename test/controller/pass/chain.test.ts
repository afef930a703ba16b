import * as assert from 'uvu/assert'
import { NotConvergingError, runChain } from '../../../controller/pass/chain.ts'
import type { Drivers } from '../../../drivers/ports.ts'
import { change, defineReconciler, settled, stuck } from '../../../reconcilers/contract/reconciler.ts'
import type { BottleGoal, Goal, Plan, Reconciler, Situation, Step } from '../../../reconcilers/contract/reconciler.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('chain')

interface World {
  readonly up: Set<string>
  readonly log: string[]
}

/** A thing that is up or down in a world of names. */
const thing = (name: string, world: World, more: (goal: Goal) => Plan | undefined = () => undefined): Reconciler =>
  defineReconciler<boolean>({
    name,
    observe: async () => world.up.has(name),
    plan: ({ goal }, isUp) => {
      const special = more(goal)
      if (special !== undefined) return special
      if ((goal === 'up') === isUp) return settled({ name })
      return change(
        step(
          goal === 'up' ? 'start' : 'stop',
          name,
          () => (goal === 'up' ? world.up.add(name) : world.up.delete(name)),
          world,
        ),
      )
    },
  })

const step = (verb: string, name: string, effect: () => unknown, { log }: World): Step => ({
  verb,
  target: `thing/${name}`,
  because: 'the test says so',
  run: async () => {
    log.push(`${verb} ${name}`)
    effect()
  },
})

const none = {} as Drivers
const run = (goal: BottleGoal, reconcilers: readonly Reconciler[], signal = new AbortController().signal) =>
  runChain(goal, {
    reconcilers,
    situation: (toward, upstream) => ({ goal: toward, upstream }) as unknown as Situation,
    live: none,
    cached: none,
    before: async () => {},
    done: async () => {},
    signal,
  })

test('up goes forwards and down goes backwards', async () => {
  const world: World = { up: new Set(), log: [] }
  const all = ['a', 'b', 'c'].map((name) => thing(name, world))
  await run('up', all)
  await run('down', all)
  assert.equal(world.log, ['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
})

test('parked goes backwards: what keeps data is down, everything else gone', async () => {
  const goals: string[] = []
  const world: World = { up: new Set(), log: [] }
  const note = (name: string) => (goal: Goal) => {
    goals.push(`${name} ${goal}`)
    return settled({ name })
  }
  const all = ['a', 'b', 'c'].map((name) => ({ ...thing(name, world, note(name)), keepsData: name !== 'b' }))
  await run('parked', all)
  assert.equal(goals, ['c down', 'b gone', 'a down'])
})

test('a second walk does nothing', async () => {
  const world: World = { up: new Set(), log: [] }
  const all = ['a', 'b'].map((name) => thing(name, world))
  await run('up', all)
  const before = world.log.length
  const { verdicts } = await run('up', all)
  assert.is(world.log.length, before)
  assert.equal(
    [...verdicts.values()].map(({ verdict }) => verdict),
    ['settled', 'settled'],
  )
})

test('the first verdict that is not settled ends the walk', async () => {
  const world: World = { up: new Set(), log: [] }
  const { verdicts } = await run('up', [
    thing('a', world),
    thing('b', world, () => stuck('Why', 'because')),
    thing('c', world),
  ])
  assert.equal([...verdicts.keys()], ['a', 'b'])
  assert.equal(world.log, ['start a'])
})

test('on the way up nothing waits for what only advises; on the way down everything does', async () => {
  const advises = { condition: 'Sealed', unsettled: 'EdgesOpen', judgedBy: 'c' }
  for (const [what, plan] of [
    ['stuck', () => stuck('Why', 'because')],
    [
      'failed',
      () => change({ verb: 'x', target: 'thing/b', because: 'why', run: () => Promise.reject(new Error('no')) }),
    ],
  ] as const)
    for (const [goal, log, last] of [
      ['up', ['start a', 'start c'], 'c'],
      ['gone', ['stop c'], 'b'],
      ['parked', ['stop c'], 'b'],
      ['down', ['stop c'], 'b'],
    ] as const) {
      const world: World = { up: new Set(goal === 'up' ? [] : ['a', 'b', 'c']), log: [] }
      const all = [thing('a', world), { ...thing('b', world, plan), advises }, thing('c', world)]
      const { verdicts } = await run(goal, all)
      assert.equal(world.log, log, `${what}, ${goal}`)
      assert.is([...verdicts.keys()].at(-1), last)
      assert.is(verdicts.get('b')?.verdict, what)
    }
})

test('later reconcilers are brought down before steps that ask for it, and when a boundary is lost', async () => {
  const world: World = { up: new Set(['b', 'c']), log: [] }
  let made = false
  const boundary = thing('a', world, (goal) =>
    goal !== 'up' || made
      ? settled()
      : { verdict: 'change', downstreamFirst: true, steps: [step('create', 'a', () => (made = true), world)] },
  )
  await run('up', [boundary, thing('b', world), thing('c', world)])
  assert.equal(world.log, ['stop c', 'stop b', 'create a', 'start b', 'start c'])

  world.log.length = 0
  const lost = thing('a', world, (goal) =>
    goal === 'up' ? { verdict: 'stuck', reason: 'Taken', message: '', downstreamFirst: true } : settled(),
  )
  const { verdicts } = await run('up', [lost, thing('b', world), thing('c', world)])
  assert.equal(world.log, ['stop c', 'stop b'])
  assert.is(verdicts.get('a')?.verdict, 'stuck')
})

test('what the policy forbids is not made: what runs stays, may be stopped, and is never left without its boundary', async () => {
  const forbidden = { reason: 'PolicyViolation', message: 'not allowed' }
  const go = async (up: readonly string[], a: (world: World) => Reconciler, toward: BottleGoal = 'up') => {
    const world: World = { up: new Set(up), log: [] }
    const { verdicts } = await runChain(toward, {
      reconcilers: [a(world), thing('b', world)],
      situation: (goal, upstream) => ({ goal, upstream }) as unknown as Situation,
      live: none,
      cached: none,
      before: async () => {},
      done: async () => {},
      forbidden,
      signal: new AbortController().signal,
    })
    return { log: world.log, a: verdicts.get('a'), b: verdicts.get('b')?.verdict }
  }
  const STUCK = { verdict: 'stuck', ...forbidden }
  const planned =
    (verb: string, downstreamFirst: boolean, target = 'thing/a') =>
    (world: World) => {
      let isDone = false
      const done = { ...step(verb, 'a', () => (isDone = true), world), target }
      return thing('a', world, (goal) =>
        goal === 'up' && !isDone
          ? { verdict: 'change', steps: [done], ...(downstreamFirst ? { downstreamFirst } : {}) }
          : settled(),
      )
    }
  const calm = (world: World): Reconciler => thing('a', world)
  assert.equal(await go(['a', 'b'], calm), { log: [], a: settled({ name: 'a' }), b: 'settled' })
  assert.equal(await go([], calm), { log: [], a: STUCK, b: undefined })
  assert.equal(await go(['a'], calm), { log: [], a: settled({ name: 'a' }), b: 'stuck' })
  for (const verb of ['create', 'start', 'remove', 'update', 'copy', 'pull'])
    assert.equal((await go(['b'], planned(verb, false))).log, [], verb)
  for (const verb of ['stop', 'note', 'adopt'])
    assert.equal((await go(['b'], planned(verb, false))).log, [`${verb} a`], verb)
  assert.equal((await go(['b'], planned('update', false, 'record/a'))).log, ['update a'])
  const both = (world: World): Reconciler =>
    thing('a', world, (goal) =>
      goal === 'up'
        ? change(
            step('stop', 'a', () => {}, world),
            step('create', 'a', () => {}, world),
          )
        : undefined,
    )
  assert.equal((await go([], both)).log, [], 'a stop for what may not be made')
  const removing = (world: World): Reconciler =>
    thing('a', world, () =>
      world.up.has('a') ? change(step('remove', 'a', () => world.up.delete('a'), world)) : undefined,
    )
  assert.equal((await go(['a'], removing, 'gone')).log, ['remove a'], 'a deletion')
  const lost = await go(['b'], planned('create', true))
  assert.equal(lost.log, ['stop b'])
  assert.equal(lost.a, { ...STUCK, downstreamFirst: true })
})

test('no step runs while earlier reconcilers were only observed in the cache', async () => {
  const world: World = { up: new Set(), log: [] }
  const stale: World = { up: new Set(['a', 'b']), log: [] }
  const [live, cached] = [{} as Drivers, {} as Drivers]
  const seen: string[] = []
  const found = (name: string): Reconciler => {
    const { plan } = thing(name, world)
    return defineReconciler<boolean>({
      name,
      observe: async (_, drivers) => {
        seen.push(`${drivers === cached ? 'cached' : 'live'} ${name}`)
        return (drivers === cached ? stale : world).up.has(name)
      },
      plan,
    })
  }
  const walk = () =>
    runChain('up', {
      reconcilers: ['a', 'b', 'c'].map(found),
      situation: (goal, upstream) => ({ goal, upstream }) as unknown as Situation,
      live,
      cached,
      before: async () => {},
      done: async () => {},
      signal: new AbortController().signal,
    })
  await walk()
  assert.equal(world.log, ['start a', 'start b', 'start c'])
  for (const name of ['a', 'b', 'c']) stale.up.add(name)
  seen.length = 0
  await walk()
  assert.equal(seen, ['cached a', 'cached b', 'cached c'])
})

test('a step that is planned twice in one walk is a failure, not a loop', async () => {
  const world: World = { up: new Set(), log: [] }
  const dies = defineReconciler<undefined>({
    name: 'dies',
    observe: async () => undefined,
    plan: () => change(step('start', 'dies', () => {}, world)),
  })
  const { verdicts } = await run('up', [dies])
  assert.equal(world.log, ['start dies'])
  assert.is(verdicts.get('dies')?.verdict, 'failed')
})

test('an abort stops before the next step', async () => {
  const world: World = { up: new Set(), log: [] }
  const abort = new AbortController()
  const two = defineReconciler<undefined>({
    name: 'two',
    observe: async () => undefined,
    plan: () =>
      change(
        step('first', 'x', () => abort.abort(), world),
        step('second', 'x', () => {}, world),
      ),
  })
  const { verdicts } = await run('up', [two], abort.signal)
  assert.equal(world.log, ['first x'])
  assert.is(verdicts.get('two')?.verdict, 'failed')
})

test('an error while observing is a result, not a throw', async () => {
  const broken = defineReconciler<undefined>({
    name: 'broken',
    observe: async () => Promise.reject(new Error('no answer')),
    plan: () => settled(),
  })
  const { verdicts } = await run('up', [broken])
  assert.is(verdicts.get('broken')?.verdict, 'failed')
})

/** Plans as it is told, and notes who asked. */
const scripted = (
  name: string,
  plan: (goal: Goal, cached: boolean) => Plan,
  seen: string[],
  cache?: Drivers,
): Reconciler =>
  defineReconciler<boolean>({
    name,
    observe: async ({ goal }, drivers) => {
      seen.push(`${drivers === cache ? 'cached' : 'live'} ${name} ${goal}`)
      return drivers === cache
    },
    plan: ({ goal }, isCached) => plan(goal, isCached),
  })
const unsafe: Plan = { verdict: 'stuck', reason: 'Taken', message: '', downstreamFirst: true }

test('only what comes later is brought down, to the goal down, and only where a plan asks for it', async () => {
  for (const [plan, down] of [
    [unsafe, true],
    [{ verdict: 'wait', reason: 'W', message: '', retryAfterMs: 1, downstreamFirst: true }, true],
    [stuck('Taken', ''), false],
    [{ verdict: 'wait', reason: 'W', message: '', retryAfterMs: 1 }, false],
  ] as const) {
    const world: World = { up: new Set(['a', 'c', 'd']), log: [] }
    const goals: Goal[] = []
    const noting = thing('c', world, (goal) => void goals.push(goal))
    const { stopped } = await run('up', [thing('a', world), thing('b', world, () => plan), noting, thing('d', world)])
    assert.equal(world.log, down ? ['stop d', 'stop c'] : [])
    assert.equal([...new Set(goals)], down ? ['down'] : [])
    assert.equal(
      [...stopped],
      down
        ? [
            ['d', { name: 'd' }],
            ['c', { name: 'c' }],
          ]
        : [],
    )
  }
})

test('on the way down nothing is brought down on top', async () => {
  const seen: string[] = []
  const fine = scripted('b', () => settled(), seen)
  const { verdicts } = await run('gone', [scripted('a', () => unsafe, seen), fine])
  assert.equal(seen, ['live b gone', 'live a gone'])
  assert.is(verdicts.get('a')?.verdict, 'stuck')
})

test('where what comes later can not be brought down, that is the end, and the steps wait', async () => {
  for (const plan of [
    (world: World): Plan => ({
      verdict: 'change',
      downstreamFirst: true,
      steps: [step('create', 'a', () => {}, world)],
    }),
    (): Plan => unsafe,
  ]) {
    const world: World = { up: new Set(), log: [] }
    const busy = thing('b', world, () => stuck('Busy', 'it hangs'))
    const { verdicts, stopped } = await run('up', [thing('a', world, () => plan(world)), busy])
    assert.equal(verdicts.get('a'), { verdict: 'stuck', reason: 'Busy', message: 'it hangs' })
    assert.equal([world.log, stopped.size], [[], 0])
  }
})

const walkCached = (reconcilers: (cache: Drivers) => readonly Reconciler[]) => {
  const [live, cached] = [{} as Drivers, {} as Drivers]
  return runChain('up', {
    reconcilers: reconcilers(cached),
    situation: (goal, upstream) => ({ goal, upstream }) as unknown as Situation,
    live,
    cached,
    before: async () => {},
    done: async () => {},
    signal: new AbortController().signal,
  })
}

test('a boundary that is lost counts as something to do: those before it are asked again first; a wait does not', async () => {
  for (const [plan, again] of [
    [unsafe, true],
    [stuck('S', ''), false],
    [{ verdict: 'wait', reason: 'W', message: '', retryAfterMs: 1 }, false],
    [{ verdict: 'wait', reason: 'W', message: '', retryAfterMs: 1, downstreamFirst: true }, true],
  ] as const) {
    const seen: string[] = []
    await walkCached((cache) => [scripted('a', () => settled(), seen, cache), scripted('b', () => plan, seen, cache)])
    assert.equal(seen, ['cached a up', 'cached b up', ...(again ? ['live a up'] : []), 'live b up'])
  }
})

test('after a step the lists are not asked any more, and the walk goes on', async () => {
  const seen: string[] = []
  const log: string[] = []
  const making = (name: string, cache: Drivers): Reconciler => {
    let isMade = false
    const make = step('make', name, () => (isMade = true), { up: new Set(), log })
    return scripted(name, () => (isMade ? settled() : change(make)), seen, cache)
  }
  const { steps } = await walkCached((cache) => [making('a', cache), making('b', cache)])
  assert.equal([steps, log], [2, ['make a', 'make b']])
  assert.equal(seen, ['cached a up', 'live a up', 'live a up', 'live b up', 'live b up'])
})

test('without lists each look is one', async () => {
  const seen: string[] = []
  await run('up', [scripted('a', () => stuck('S', ''), seen)])
  assert.equal(seen, ['live a up'])
})

test('five rounds are enough, or it does not converge', async () => {
  const rounds = async (needed: number) => {
    const world: World = { up: new Set(), log: [] }
    let count = 0
    const slow = thing('slow', world, () =>
      count < needed ? change(step('make', `part${count}`, () => (count += 1), world)) : settled(),
    )
    const { verdicts, steps } = await run('up', [slow])
    const verdict = verdicts.get('slow')
    return [verdict?.verdict === 'failed' ? String(verdict.error) : verdict?.verdict, steps]
  }
  assert.equal(await rounds(5), ['settled', 5])
  assert.equal(await rounds(6), ['NotConvergingError: make thing/part5 is needed again: the test says so', 5])
  assert.is(new NotConvergingError(undefined).message, 'no plan settles')
})

test('a plan without steps does not converge either', async () => {
  const { verdicts } = await run('up', [scripted('a', () => change(), [])])
  const verdict = verdicts.get('a')
  assert.is(verdict?.verdict === 'failed' && String(verdict.error), 'NotConvergingError: no plan settles')
})

test.run()
