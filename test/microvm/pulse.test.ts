import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { createPulse } from './pulse.ts'

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

test.run()
