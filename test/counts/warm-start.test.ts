import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { parseFile } from '../../controller/document/parse.ts'
import { createParsedFiles } from '../../controller/parsed/parsed-files.ts'
import type { ParsedFiles } from '../../controller/parsed/parsed-files.ts'
import { startController } from '../simulation/controller.ts'
import type { Controller } from '../simulation/controller.ts'
import { bottle } from '../simulation/scenarios/bottle.ts'
import { createSimulationWorld, STATE } from '../simulation/world.ts'
import { suite } from '../helpers/suite.ts'
import { fileOf, nameOf } from './counting.ts'

/** What is parsed at a start on a hundred bottles, and what is written for the next one. */
const test = suite('counts of a warm start')
const BOTTLES = 100
const OPTIONS = { deadlineMs: 90_000 }
const SEAL = { key: randomBytes(32), version: '1' }

const world = createSimulationWorld({ seed: 1 })
for (let index = 0; index < BOTTLES; index++)
  world.folder.put(fileOf(index), bottle(nameOf(index), 'agent: claude\ngit: true'))

let parsed = 0
let written = 0

/** One life, to its orderly end. Returns how many files it parsed, and how many parts it wrote. */
const live = async (ms: number, seal = SEAL): Promise<{ readonly parsed: number; readonly written: number }> => {
  parsed = 0
  written = 0
  let files: ParsedFiles | undefined
  const controller: Controller = startController(world, {
    instant: true,
    planted: {
      disk: (disk) => {
        files = createParsedFiles({
          stateDir: STATE,
          disk: {
            ...disk,
            writeDurable: (path, text) => {
              written += 1
              return disk.writeDurable(path, text)
            },
          },
          seal,
          turn: async () => undefined,
          onLost: (why) => assert.unreachable(why),
          parseFile: (file) => {
            parsed += 1
            return parseFile(file)
          },
        })
        return disk
      },
      folder: (folder) => ({ ...folder, ...(files === undefined ? {} : { parsed: files }) }),
    },
  })
  await world.clock.advance(ms)
  const ends = [...controller.manager.ends().values()]
  assert.is(ends.filter(({ outcome }) => outcome === 'Ready').length, BOTTLES)
  // Its disk ends with it, so that this comes first.
  const kept = files?.stop()
  await world.clock.advance(0)
  await kept
  await controller.stop()
  return { parsed, written }
}

test(
  'a first start parses each file once, and keeps what they say with their statuses',
  async () => {
    assert.equal(await live(20_000), { parsed: BOTTLES, written: 16 })
  },
  OPTIONS,
)

test(
  'a second start parses nothing and writes nothing',
  async () => {
    assert.equal(await live(20_000), { parsed: 0, written: 0 })
  },
  OPTIONS,
)

test(
  'of what was edited meanwhile, one file is parsed',
  async () => {
    world.folder.put(fileOf(7), (world.folder.read(fileOf(7)) ?? '').replace('claude', 'codex'))
    const { parsed: count, written: parts } = await live(20_000)
    assert.is(count, 1)
    assert.ok(parts === 1 || parts === 2, `${parts}`)
    assert.equal(await live(20_000), { parsed: 0, written: 0 })
  },
  OPTIONS,
)

test(
  'a minute in which nothing happens writes nothing',
  async () => {
    assert.equal(await live(130_000), { parsed: 0, written: 0 })
  },
  OPTIONS,
)

test(
  'another version parses all, once',
  async () => {
    const newer = { ...SEAL, version: '2' }
    assert.equal(await live(20_000, newer), { parsed: BOTTLES, written: 16 })
    assert.equal(await live(20_000, newer), { parsed: 0, written: 0 })
  },
  OPTIONS,
)

test.run()
