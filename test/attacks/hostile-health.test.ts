import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createAnnouncer } from '../../controller/report/announcer.ts'
import { reportDenials } from '../../controller/report/egress-denials.ts'
import { createEvents } from '../../controller/report/events.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { judge } from '../../drivers/probe/judge.ts'
import { attacks } from './attack.ts'

/** What a bundle says of itself to the controller's probe. */
const attack = attacks('hostile-health')
const record = { uid: 'u', name: 'one', identity: 'one', subnet: '10.0.7.0/24' } as BottleRecord
const PROBES = 500

const ANSWERS: Readonly<Record<string, (nth: number) => unknown>> = {
  'another 20 hosts each time': (nth) =>
    Array.from({ length: 20 }, (_, n) => ({ host: `h${n}.${nth}.example`, reason: 'NotAllowed', count: 1 })),
  'one host a thousand times, with counts that go up, down and away': (nth) =>
    nth % 3 === 0
      ? undefined
      : Array.from({ length: 1_000 }, (_, n) => ({ host: 'a.example', reason: 'NotAllowed', count: (n * nth) % 97 })),
  'control characters, line ends, long names and what is no denial at all': (nth) => [
    { host: `a\n{"level":60}${nth}`, reason: 'NotAllowed', count: 1 },
    { host: `\u001b]0;x\u0007${nth}`, reason: 'NotAllowed', count: 1 },
    { host: `\u202e${nth}`, reason: 'NotAllowed', count: 1 },
    { host: `${nth}`, reason: 'NotAllowed: bottlectl delete --all', count: 1 },
    { host: `${nth}${'x'.repeat(300)}`, reason: 'NotAllowed', count: 1 },
    { host: `${nth}`, reason: 'NotAllowed', count: 'many' },
    { host: `${nth}`, reason: 'NotAllowed', count: -1 },
    { __proto__: null, host: ['x'], reason: {}, count: 1 },
    null,
    nth,
  ],
  'no list': (nth) => ({ length: 1e9, 0: nth }),
}

for (const [way, denialsOf] of Object.entries(ANSWERS))
  attack(
    {
      party: 'bundle',
      aim: 'floods log and events, or displaces what is to be seen in them',
      way: `/health that tells as denied: ${way}`,
      seen: 'at most ten events, each of one plain line; other events of the bottle are recorded all the same',
      enforcedBy: 'controller',
    },
    async () => {
      const stateDir = mkdtempSync(join(tmpdir(), 'bottle-t-health-'))
      try {
        const lines: string[] = []
        const say = (message: string): void => void lines.push(message)
        const clock = { now: () => 0 } as Parameters<typeof createEvents>[0]['clock']
        const disk = createDisk()
        await disk.writeDurable(join(stateDir, 'bottles', 'one', 'record.json'), '{}')
        const events = createEvents({ stateDir, clock, disk })
        const announcer = createAnnouncer(events, { info: say, warn: say } as Parameters<typeof createAnnouncer>[1])
        let nth = 0
        const probes = reportDenials(
          {
            ask: async () => {
              const text = JSON.stringify({ status: 'healthy', denials: denialsOf(nth++) })
              return judge('proxy', '10.0.7.2:8888', { connected: true, failure: '', status: 200, text })
            },
            askInside: async () => [],
          },
          { all: () => [record], denied: announcer.denied, now: clock.now },
        )
        for (let n = 0; n < PROBES; n++)
          assert.is((await probes.ask({ ip: '10.0.7.2', port: 'proxy', thorough: false })).ok, true)
        assert.ok(lines.length <= 10, `${lines.length} lines`)
        for (const line of lines) assert.match(line, /^[!-~]{1,253} was denied \([A-Za-z]{1,40}\): [ -~]+$/)
        announcer.warn(record, 'EgressDrift', 'its seal is open')
        await events.flush()
        assert.ok((await events.read('one')).some(({ reason }) => reason === 'EgressDrift'))
      } finally {
        rmSync(stateDir, { recursive: true, force: true })
      }
    },
  )

attack.run()
