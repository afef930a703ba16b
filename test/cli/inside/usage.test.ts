import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { measureVm } from '../../../cli/inside/measure.ts'
import { usageOfStats } from '../../../cli/inside/usage.ts'
import { usageLine } from '../../../cli/print/usage-table.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('usage')

const STATS = {
  read: '2026-12-01T12:00:02.000000000Z',
  preread: '2026-12-01T12:00:01.000000000Z',
  cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 } },
  precpu_stats: { cpu_usage: { total_usage: 1_250_000_000 } },
  memory_stats: { usage: 50 * 2 ** 20, stats: { inactive_file: 10 * 2 ** 20 } },
  networks: { eth0: { rx_bytes: 5 * 2 ** 20, tx_bytes: 1 }, eth1: { rx_bytes: 2 ** 20, tx_bytes: 2 } },
}

test('of two samples of Docker: a quarter of a processor, memory without what can be dropped, all networks', () => {
  const usage = usageOfStats(STATS, { SizeRw: 3 * 2 ** 20 })
  assert.equal(usage, {
    cores: 0.25,
    memoryBytes: 40 * 2 ** 20,
    diskBytes: 3 * 2 ** 20,
    receivedBytes: 6 * 2 ** 20,
    sentBytes: 3,
  })
  assert.is(usageLine({ bottle: 'a', part: 'bundle', usage }), 'a\tbundle\t250m\t40Mi\t3Mi\t6Mi\t1Mi')
})

test('an answer that makes no sense is unknown, not a number', () => {
  const backwards = { ...STATS, cpu_stats: { cpu_usage: { total_usage: 1 } } }
  const stopped = { ...STATS, preread: '0001-01-01T00:00:00Z', precpu_stats: {} }
  for (const stats of [backwards, stopped, { ...STATS, preread: STATS.read }, {}, null, 'x', { networks: 3 }])
    assert.is(usageOfStats(stats, null).cores, undefined)
  const usage = usageOfStats({ memory_stats: { usage: '5' }, networks: { a: { rx_bytes: -1 } } }, { SizeRw: 'x' })
  assert.is(usageLine({ bottle: 'a', part: 'bundle', usage }), 'a\tbundle\t<unknown>\t<unknown>\t<unknown>\t0Mi\t0Mi')
})

needing(test, 'bash')('a VM is measured by its process, and a process that is none is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-usage-'))
  const never = new AbortController().signal
  writeFileSync(join(folder, 'disk'), Buffer.alloc(3 * 2 ** 20, 1))
  const busy = spawn('bash', ['-c', 'while :; do :; done', '_boot-vm', join(folder, 'boot-config.json')])
  const other = spawn('sleep', ['1000'])
  const ends = [once(busy, 'exit'), once(other, 'exit')]
  try {
    const usage = await measureVm(busy.pid ?? 0, never)
    assert.ok((usage?.cores ?? 0) > 0 && (usage?.cores ?? 9) < 1.5, String(usage?.cores))
    assert.ok((usage?.memoryBytes ?? 0) > 2 ** 19)
    assert.ok((usage?.diskBytes ?? 0) >= 3 * 2 ** 20)
    assert.is(await measureVm(other.pid ?? 0, never), undefined)
  } finally {
    busy.kill('SIGKILL')
    other.kill('SIGKILL')
    await Promise.all(ends)
    rmSync(folder, { recursive: true, force: true })
  }
  assert.is(await measureVm(busy.pid ?? 0, never), undefined)
})

test.run()
