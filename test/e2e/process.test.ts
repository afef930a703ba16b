import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inspectContainer } from './engine.ts'
import { patience } from '../helpers/patience.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e process')
const STOP_MS = 5_000

test('a second controller on the root ends with 4 and names the first; one whose holder was killed starts at once', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  const first = rig.start()
  await rig.ready('a')
  const second = await rig.once()
  assert.is(second.code, 4)
  assert.match(second.stderr, new RegExp(`another controller holds this root: pid ${first.pid} on `))
  assert.match(second.stderr, new RegExp(`hint: .*kill ${first.pid}`))
  await first.kill()
  const third = await rig.once()
  assert.is(third.code, 0, third.stderr)
})

test('SIGTERM ends a controller with 0 within seconds and everything stays up; SIGINT with 130', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  const controller = rig.start()
  const { bundle, machine } = await rig.ready('a')
  const begun = performance.now()
  const ended = await controller.stop()
  assert.is(ended.code, 0, ended.stderr)
  assert.ok(performance.now() - begun < STOP_MS * patience())
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.Id, bundle?.id)
  assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.State.Running, true)
  assert.equal(rig.vmProcesses(), [machine?.pid])
  assert.ok(!existsSync(join(rig.state, 'lock')))
  const other = rig.start()
  await rig.until('it holds the lock', () => rig.lockPid() === other.pid)
  process.kill(other.pid, 'SIGINT')
  assert.is((await other.ended).code, 130)
})

test('SIGTERM in the middle of bringing a bottle up ends with 0, and the next --once completes it', async (rig) => {
  rig.setFake({ bootMs: 1_500 })
  rig.write('a.yaml', rig.bottle('a'))
  const controller = rig.start()
  await rig.until('the VM boots', () => rig.vmProcesses().length > 0)
  const ended = await controller.stop()
  assert.is(ended.code, 0, ended.stderr)
  rig.setFake({})
  assert.is((await rig.once()).code, 0)
  assert.is(rig.vmProcesses().length, 1)
})

for (const mode of ['once', 'start'] as const) {
  test(`without Docker ${mode === 'once' ? 'a --once' : 'a controller'} says so, names --simulate, ends with 1 and touches no file`, async (rig) => {
    rig.write('a.yaml', rig.bottle('a'))
    rig.env['DOCKER_HOST'] = `unix://${join(rig.home, 'no-such.sock')}`
    const ended = await (mode === 'once' ? rig.once() : rig.start().ended)
    assert.is(ended.code, 1)
    assert.match(ended.stderr, /^error: Docker is not usable: /)
    assert.match(ended.stderr, /no-such\.sock/)
    assert.match(ended.stderr, /--simulate/)
    assert.equal(readdirSync(rig.root), ['a.yaml'])
    assert.is(rig.read('a.yaml'), rig.bottle('a'))
  })
}

test('without smolvm it says so, names --simulate, ends with 1 and touches no file', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  const ended = await rig.once('--smolvm', join(rig.home, 'no-smolvm'))
  assert.is(ended.code, 1)
  assert.match(ended.stderr, /^error: smolvm is not usable: /)
  assert.match(ended.stderr, /no-smolvm/)
  assert.match(ended.stderr, /--simulate/)
  assert.equal(readdirSync(rig.root), ['a.yaml'])
})

test('a slip in the command line ends with 2, a root that is not there with 1', async (rig) => {
  for (const args of [
    ['run', rig.root, '--onec'],
    ['run', rig.root, '--poll', 'soon'],
    ['run', rig.root, rig.root],
    ['rnu'],
  ]) {
    const ended = await rig.bottled(...args).ended
    assert.is(ended.code, 2, `${args.join(' ')}: ${ended.stderr}`)
    assert.match(ended.stderr, /error: /)
  }
  const ended = await rig.bottled('run', join(rig.root, 'nowhere')).ended
  assert.is(ended.code, 1)
  assert.match(ended.stderr, /nowhere.*doesn't exist/)
  assert.equal(readdirSync(rig.root), [])
})

test('--once with a bottle that is not as asked ends with 3 and says why in a line', async (rig) => {
  rig.write('a.yaml', rig.bottle('a'))
  rig.write('bad.yaml', rig.bottle('bad', 'gti: true'))
  const ended = await rig.once()
  assert.is(ended.code, 3, ended.stdout)
  assert.match(ended.stdout, new RegExp(`^${rig.slug('a')} +Ready$`, 'm'))
  assert.match(ended.stdout, new RegExp(`^${rig.slug('bad')} +Invalid: bad\\.yaml:7:3: .*gti.*git`, 'm'))
  assert.match(ended.stdout, /1 of 2 in the requested state/)
  assert.is(rig.status('bad')?.phase, 'Invalid')
})

test('--once that is not at rest in time ends with 3 and says what it is at, not what an earlier pass waited for', async (rig) => {
  const seconds = Math.ceil(5 * patience())
  rig.setFake({ bootMs: (seconds + 4) * 1_000 })
  rig.write('a.yaml', rig.bottle('a', 'bundle: {env: {BREAK: late}}'))
  const ended = await rig.once('--timeout', `${seconds}s`)
  assert.is(ended.code, 3, ended.stdout + ended.stderr)
  const progress = new RegExp(`^${rig.slug('a')} +Progressing: (create|start) machine/bottle-${rig.slug('a')}: `, 'm')
  assert.match(ended.stdout, progress, ended.stdout)
  assert.match(ended.stdout, new RegExp(`0 of 1 in the requested state; not settled after ${seconds} s`))
})

test.run()
