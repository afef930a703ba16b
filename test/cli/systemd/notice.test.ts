import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openNotice } from '../../../cli/systemd/notice.ts'
import { statusLine } from '../../../cli/systemd/status-line.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('systemd notice')

test('without a socket nothing is sent', () => {
  let sent = 0
  const notice = openNotice(
    { WATCHDOG_USEC: '1' },
    {
      warn: () => {},
      send: async () => {
        sent += 1
        return { exitCode: 0, spawnError: undefined }
      },
    },
  )
  notice.ready(() => 'x')
  notice.stopping()
  notice.close()
  assert.is(sent, 0)
})

test('the names of the socket and of the watchdog are inherited by no child', () => {
  const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1', WATCHDOG_PID: '2', PATH: '/bin' }
  openNotice(env, { warn: () => {} }).close()
  assert.equal(env, { PATH: '/bin' })
})

test('one message is on its way at a time, the last one waits, and a failure is said once', async () => {
  const sent: string[] = []
  const warned: string[] = []
  let end: (() => void) | undefined
  const notice = openNotice(
    { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '180000000', WATCHDOG_PID: '7' },
    {
      pid: 7,
      warn: (text) => warned.push(text),
      send: (args) => {
        sent.push(args.join(' '))
        return new Promise((resolve) => {
          end = () => resolve({ exitCode: 1, spawnError: undefined })
        })
      },
    },
  )
  notice.ready(() => 'one\nREADY=0')
  notice.stopping()
  notice.stopping()
  assert.equal(sent, ['READY=1 STATUS=one\\u000aREADY=0'])
  for (let round = 0; round < 2; round += 1) {
    end?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.is(sent.length, 2)
  assert.match(sent[1] ?? '', /^STOPPING=1 /)
  assert.is(warned.length, 1)
  notice.close()
})

/** What systemd does: a datagram socket, and an end for each barrier. */
const LISTENER = `
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    text, fds, _, _ = socket.recv_fds(s, 4096, 4)
    for fd in fds: os.close(fd)
    print(repr(text.decode()), flush=True)
`

needing(test, 'python3', 'systemd-notify')(
  'systemd hears that it is ready, its heartbeat with the status of then, and that it stops',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bottle-t-notice-'))
    const socket = join(folder, 's')
    const child = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    const heard: string[] = []
    const reader = createInterface({ input: child.stdout })
    const until = async (pattern: RegExp): Promise<void> => {
      while (!heard.some((line) => pattern.test(line))) await once(reader, 'line')
    }
    reader.on('line', (line) => heard.push(line))
    try {
      await until(/^bound$/)
      const warned: string[] = []
      let count = 0
      const notice = openNotice(
        { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '300000', PATH: process.env['PATH'] },
        { warn: (text) => warned.push(text) },
      )
      notice.ready(() => `round ${(count += 1)}`)
      await until(/READY=1\\nSTATUS=round 1/)
      await until(/WATCHDOG=1\\nSTATUS=round [2-9]/)
      notice.stopping()
      await until(/STOPPING=1/)
      notice.close()
      assert.equal(warned, [])
    } finally {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  },
  { deadlineMs: 60_000 },
)

test('the status counts bottles by phase and names what is waited for', () => {
  assert.is(statusLine({ phases: new Map(), waitsFor: [] }), '0 bottles')
  assert.is(
    statusLine({
      phases: new Map([
        ['Ready', 10],
        ['Failed', 0],
        ['Pending', 2],
      ]),
      waitsFor: ['docker'],
    }),
    '12 bottles: 10 Ready, 2 Pending; waits for docker',
  )
})

test.run()
