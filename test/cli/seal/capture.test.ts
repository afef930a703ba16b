import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { startCapture } from '../../../cli/seal/capture.ts'
import type { Captured } from '../../../cli/seal/capture.ts'
import { socketsIn } from '../../../cli/seal/sockets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('capture of a VM')

/** Looks at a process while it keeps these connections open; `grandchild`: what it started has them. */
const seen = async (
  to: readonly { readonly host: string; readonly port: number }[],
  options: {
    readonly bundleIp: string
    readonly tried: readonly string[]
    readonly port: number
    readonly grandchild?: true
  },
): Promise<Captured> => {
  const connects = `
    const { connect } = require('node:net')
    Promise.all(${JSON.stringify(to)}.map((each) => new Promise((done) => connect(each, done)))).then(() => console.log('up'))
    setInterval(() => {}, 1000)`
  const wraps = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(connects)}], { stdio: 'inherit' })`
  const child = spawn(process.execPath, ['-e', options.grandchild === true ? wraps : connects], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    await once(child.stdout, 'data')
    const capture = startCapture({ pid: child.pid, ...options })
    return await capture.end()
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid)
  }
}

/** Servers that keep what connects, on 127.0.0.1 and its neighbours. */
const withServers = async (body: (port: number, other: number) => Promise<void>): Promise<void> => {
  const { createServer } = await import('node:net')
  const servers = [createServer(), createServer()]
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0)
    await once(server, 'listening')
    ports.push((server.address() as { readonly port: number }).port)
  }
  try {
    await body(ports[0] ?? 0, ports[1] ?? 0)
  } finally {
    for (const server of servers) server.close()
  }
}

test('connections to the bundle alone are no leak; one to what was tried is, and one to this host by loopback', async () => {
  await withServers(async (bundle, other) => {
    const bundleIp = '127.0.0.2'
    const options = { bundleIp, tried: ['127.0.0.9'], port: other }
    const only = await seen([{ host: bundleIp, port: bundle }], options)
    assert.equal([only.kind, only.kind === 'captured' ? only.leaks : ''], ['captured', []])
    const tried = { host: '127.0.0.9', port: bundle }
    const leaking = await seen([{ host: bundleIp, port: bundle }, tried], options)
    assert.equal(leaking.kind === 'captured' ? leaking.leaks : leaking.why, [
      `127.0.0.9, as a socket of its VM to port ${bundle} shows`,
    ])
    const home = await seen([{ host: '127.0.0.1', port: other }], options)
    assert.equal(home.kind === 'captured' ? home.leaks.length : home.why, 1)
  })
})

test('what the VM started counts as well', async () => {
  await withServers(async (bundle, other) => {
    const way = { host: '127.0.0.9', port: bundle }
    const options = { bundleIp: '127.0.0.2', tried: ['127.0.0.9'], port: other, grandchild: true } as const
    const leaking = await seen([way], options)
    assert.equal(leaking.kind === 'captured' ? leaking.leaks.length : leaking.why, 1)
  })
})

test('where not even the connection to the bundle is seen, or there is no such process, nothing was captured', async () => {
  const blind = await seen([], { bundleIp: '127.0.0.2', tried: [], port: 1 })
  assert.match(blind.kind === 'none' ? blind.why : '', "the VM's connections to its bundle were not seen either")
  for (const [pid, words] of [
    [undefined, "isn't known"],
    [2 ** 22 + 1, 'has ended'],
  ] as const) {
    const captured = await startCapture({ pid, bundleIp: '127.0.0.2', tried: [], port: 1 }).end()
    assert.match(captured.kind === 'none' ? captured.why : '', words)
  }
})

test('the tables of the kernel are read as they are written', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0',
    '   1: 0209A8C0:9C40 01010101:0050 02 00000000:00000000 00:00000000 00000000     0        0 101 1 0',
    '   2: 0000000000000000FFFF00000209A8C0:9C40 0000000000000000FFFF0000FEA9FEA9:0050 01 0:0 00:0 0 0 0 102 1 0',
    '   3: 00000000000000000000000000000000:9C40 B80D0120000000000000000005000000:01BB 01 0:0 00:0 0 0 0 103 1 0',
    'nonsense',
    '',
  ].join('\n')
  assert.equal(socketsIn(table), [
    { inode: '101', ip: '1.1.1.1', port: 80 },
    { inode: '102', ip: '169.254.169.254', port: 80 },
    { inode: '103', ip: '2001:db8::5', port: 443 },
  ])
})

test.run()
