import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { addRunOptions } from '../../../cli/run/options.ts'
import type { RunOptions } from '../../../cli/run/options.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('run options')

const parse = (...argv: readonly string[]): RunOptions =>
  addRunOptions(new Command('run'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse(argv, { from: 'user' })
    .opts<RunOptions>()

test('a pool that holds no /24 is refused, an excluded block may be as small as it likes', () => {
  assert.throws(() => parse('--subnet-pool', '10.0.0.0/25'), /holds no \/24/)
  assert.equal(parse('--subnet-pool', '10.0.0.0/24', '--subnet-pool', '10.2.0.0/16').subnetPool, [
    '10.0.0.0/24',
    '10.2.0.0/16',
  ])
  assert.equal(parse('--exclude-subnet', '10.0.0.7/32').excludeSubnet, ['10.0.0.7/32'])
})

test('what is done again and again leaves time for something else', () => {
  for (const flag of ['--resync', '--poll']) {
    assert.throws(() => parse(flag, '0'), /100ms at least/)
    assert.throws(() => parse(flag, '99ms'), /100ms at least/)
  }
  assert.is(parse('--poll', '100ms').poll, 100)
  assert.is(parse('--deletion-grace', '0').deletionGrace, 0)
})

test.run()
