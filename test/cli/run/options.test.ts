import { Command } from 'commander'
import * as assert from 'uvu/assert'
import { wantsCluster } from '../../../cli/run/cluster-wish.ts'
import { addRunOptions, undoMsOf } from '../../../cli/run/options.ts'
import type { RunOptions } from '../../../cli/run/options.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
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
  assert.is(undoMsOf(parse('--kubernetes')), 0)
})

test('a cluster needs a node, and what is about files, or about a cluster alone, is refused in its place', () => {
  assert.is(wantsCluster(parse()), undefined)
  assert.equal(wantsCluster(parse('--kubernetes', '--node', 'n1.example')), { node: 'n1.example' })
  for (const argv of [
    ['--kubernetes'],
    ['--kubernetes', '--node', 'n1,metadata.name=x'],
    ['--kubernetes', '--node', 'n1', '--status', 'sidecar'],
    ['--kubernetes', '--node', 'n1', '--undo', '5m'],
    ['--node', 'n1'],
    ['--kubeconfig', 'f'],
    ['--host-path', '/srv'],
  ])
    assert.throws(
      () => wantsCluster(parse(...argv)),
      (error: unknown) => error instanceof CliError && error.hint !== '',
      argv.join(' '),
    )
})

test('a folder for the bottles of a cluster is absolute, and means nothing more than it says', () => {
  assert.equal(parse('--host-path', '/srv/a', '--host-path', '/srv/b/').hostPath, ['/srv/a', '/srv/b'])
  for (const path of ['srv', '/', '/srv/*', '/srv/../etc', '/srv/{a,b}'])
    assert.throws(() => parse('--host-path', path), /absolute path without wildcards/)
})

test('a default of nothing is not printed', async () => {
  const { out } = await runToEnd(cli('bottled', 'run', '--help'))
  assert.match(out, /--workers <count>.*\(default: 8\)/)
  assert.not.match(out, /default: (false|\[\])/)
})

test.run()
