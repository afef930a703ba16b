import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { createPulse, guestFaultIn } from './pulse.ts'

const test = suite('pulse')
let folder = ''
test.before(async () => void (folder = await mkdtemp(join(tmpdir(), 'bottle-t-pulse-'))))
test.after(() => rm(folder, { recursive: true, force: true }))

const files = (): { readonly beat: string; readonly console: string } => ({
  beat: join(folder, 'beat'),
  console: join(folder, 'console'),
})

test('a host with a beat is alive, however slow', async () => {
  const pulse = createPulse(files())
  for (const [beat, nowMs] of [
    ['1', 10_000],
    ['2', 110_000],
    ['3', 220_000],
  ] as const) {
    await writeFile(files().beat, beat)
    assert.is(pulse.fault(nowMs), undefined)
  }
})

test('a host without a beat for two minutes hangs', async () => {
  const pulse = createPulse(files())
  await writeFile(files().beat, '1')
  assert.is(pulse.fault(10_000), undefined)
  assert.match(pulse.fault(131_000) ?? '', 'no heartbeat for 121 s')
})

test('one lockup on the console is a stall, three are a fault of the host, and a panic is one at once', async () => {
  const pulse = createPulse(files())
  const lockup = 'watchdog: BUG: soft lockup - CPU#1 stuck for 22s!\n'
  await writeFile(files().console, lockup)
  assert.is(pulse.fault(10_000), undefined)
  await writeFile(files().console, lockup.repeat(3))
  assert.match(pulse.fault(12_000) ?? '', /lockups/)
  await writeFile(files().console, 'Kernel panic - not syncing: Attempted to kill init!\n')
  assert.match(pulse.fault(14_000) ?? '', /panicked/)
})

test('a guest that died or had no turn is the fault of the emulator, and one that is stopped for a reason is not', () => {
  const line = (message: string): string => `{"level":"info","message":"${message}","bottle":"reach"}\n`
  const said = (...messages: readonly string[]): string | undefined =>
    guestFaultIn(messages.map(line).join(''), { isCut: false })
  const started = 'start machine/bottle-reach: it has ended'
  assert.match(said(started) ?? '', /died, and was started again/)
  assert.match(
    said('stop machine/bottle-reach: its process lives, but its guest stays silent', started) ?? '',
    'had no turn',
  )
  assert.is(said('stop machine/bottle-reach: its egress was opened', started), undefined)
  assert.is(said('restart bundle/bottle-reach: it has ended'), undefined)
  assert.is(said(), undefined)
  assert.match(guestFaultIn('', { isCut: true }) ?? '', 'had stopped it')
})

test.run()
