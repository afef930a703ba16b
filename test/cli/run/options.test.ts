import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { addRunOptions, undoMsOf } from '../../../cli/run/options.ts'
import type { RunOptions } from '../../../cli/run/options.ts'
import { cli } from '../../helpers/entry.ts'
import { runToEnd } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('run options')

const parse = (...argv: readonly string[]): RunOptions =>
  addRunOptions(new Command('run'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse(argv, { from: 'user' })
    .opts<RunOptions>()

test('a pool smaller than a /24 is refused; an excluded block may have any size', () => {
  assert.throws(() => parse('--subnet-pool', '10.0.0.0/25'), /is smaller than a \/24/)
  assert.equal(parse('--subnet-pool', '10.0.0.0/24', '--subnet-pool', '10.2.0.0/16').subnetPool, [
    '10.0.0.0/24',
    '10.2.0.0/16',
  ])
  assert.equal(parse('--exclude-subnet', '10.0.0.7/32').excludeSubnet, ['10.0.0.7/32'])
})

test('an interval must be at least 100ms', () => {
  for (const flag of ['--resync', '--poll']) {
    assert.throws(() => parse(flag, '0'), /the minimum is 100ms/)
    assert.throws(() => parse(flag, '99ms'), /the minimum is 100ms/)
  }
  assert.is(parse('--poll', '100ms').poll, 100)
  assert.is(parse('--deletion-grace', '0').deletionGrace, 0)
  assert.is(undoMsOf(parse()), 600_000)
  assert.is(undoMsOf(parse('--once')), 0)
  assert.is(undoMsOf(parse('--undo', '0')), 0)
  assert.is(undoMsOf(parse('--once', '--undo', '1h')), 3_600_000)
})

test('a default of nothing is not printed', async () => {
  const { out } = await runToEnd(cli('bottled', 'run', '--help'))
  assert.match(out, /--workers <count>.*\(default: 8\)/)
  assert.not.match(out, /default: (false|\[\])/)
})

test.run()
