import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as assert from 'uvu/assert'
import { within } from '../../../drivers/calls/within.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('within a time')

/** Settles only when its signal aborts; nothing else holds the signal. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, refuse) => signal.addEventListener('abort', () => refuse(signal.reason as Error), { once: true }))

const nameOf = (error: unknown): string => (error instanceof DOMException ? error.name : String(error))

test('the timeout fires, however often garbage is collected meanwhile', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const collecting = setInterval(collect, 10)
  try {
    const ended = within({ timeoutMs: 150, signal: new AbortController().signal }, endless).catch(nameOf)
    assert.is(await Promise.race([ended, sleep(5_000, 'never')]), 'TimeoutError')
  } finally {
    clearInterval(collecting)
  }
})

test('an abort takes effect at once, also before the call', async () => {
  const stop = new AbortController()
  const ended = within({ timeoutMs: 60_000, signal: stop.signal }, endless).catch(nameOf)
  stop.abort()
  assert.is(await ended, 'AbortError')
  let called = false
  const late = within({ timeoutMs: 60_000, signal: stop.signal }, async () => void (called = true)).catch(nameOf)
  assert.is(await late, 'AbortError')
  assert.not(called)
})

test('the result or error of the call is passed on', async () => {
  const options = { timeoutMs: 60_000, signal: new AbortController().signal }
  assert.is(await within(options, async () => 7), 7)
  assert.is(await within(options, () => Promise.reject(new Error('x'))).catch(String), 'Error: x')
})

test.run()
