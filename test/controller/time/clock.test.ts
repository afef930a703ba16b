import { execa } from 'execa'
import * as assert from 'uvu/assert'
import { createClock, createSteadyClock } from '../../../controller/time/clock.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('clock')

for (const [kind, create, pass] of [
  ['real', createClock, async () => undefined],
  ['fake', createFakeClock, (clock: ReturnType<typeof createFakeClock>) => clock.advance(30)],
] as const) {
  test(`a sleep on the ${kind} clock takes its time`, async () => {
    const clock = create()
    const start = clock.monotonicMs()
    const slept = clock.sleep(20)
    await pass(clock as ReturnType<typeof createFakeClock>)
    await slept
    assert.ok(clock.monotonicMs() - start >= 19)
  })

  test(`a sleep on the ${kind} clock ends with the reason of its signal`, async () => {
    const clock = create()
    const stop = new AbortController()
    const slept = clock.sleep(60_000, stop.signal).then(
      () => 'slept',
      (reason: unknown) => reason,
    )
    stop.abort('enough')
    assert.is(await slept, 'enough')
    assert.is(await clock.sleep(60_000, stop.signal).catch((reason: unknown) => reason), 'enough')
  })

  test(`a cancelled timer on the ${kind} clock never fires`, async () => {
    const clock = create()
    let fired = 0
    clock.setTimer(5, () => (fired += 1)).cancel()
    clock.setTimer(10, () => (fired += 10))
    const slept = clock.sleep(20)
    await pass(clock as ReturnType<typeof createFakeClock>)
    await slept
    assert.is(fired, 10)
  })
}

test('the fake clock fires in order and lets promises settle between', async () => {
  const clock = createFakeClock()
  const seen: string[] = []
  const loop = async (): Promise<void> => {
    for (let n = 1; n <= 3; n += 1) {
      await clock.sleep(10)
      seen.push(`loop ${n}`)
    }
  }
  const ended = loop()
  clock.setTimer(15, () => seen.push('timer'))
  clock.setTimer(30, () => seen.push('late'))
  await clock.advance(30)
  await ended
  assert.equal(seen, ['loop 1', 'timer', 'loop 2', 'late', 'loop 3'])
  assert.is(clock.next(), undefined)
})

test('a steady clock begins at the time as it is and is never set', async () => {
  const clock = createFakeClock()
  clock.set(5_000)
  const steady = createSteadyClock(clock)
  const begun = clock.now()
  assert.is(steady.now(), begun)
  clock.set(-7_200_000)
  await clock.advance(1_000)
  assert.is(steady.now(), begun + 1_000)
})

test('the monotonic clock is the same for every process of one boot', async () => {
  const clock = createClock()
  const before = clock.monotonicMs()
  const script = "import('./controller/time/clock.ts').then((m) => console.log(m.createClock().monotonicMs()))"
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', '-e', script])
  const between = Number(stdout)
  assert.ok(before < between && between < clock.monotonicMs(), `${before}, ${stdout}`)
})

test('a timer beyond 24.8 days does not fire at once', async () => {
  const clock = createClock()
  let fired = false
  const timer = clock.setTimer(2 ** 31 + 1000, () => (fired = true))
  await clock.sleep(20)
  timer.cancel()
  assert.not(fired)
})

test.run()
