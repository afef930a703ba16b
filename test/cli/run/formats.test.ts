import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { newerState } from '../../../controller/state/format.ts'
import { machineId } from '../../../controller/state/lock.ts'
import { runToEnd } from '../../helpers/client.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

/** State as each format left it: `test/fixtures/state-N` stays as it is. */
const test = suite('formats of state')
const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'state-1')

interface Place {
  readonly root: string
  readonly state: string
  run(...flags: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }>
  bottlectl(...words: readonly string[]): ReturnType<Place['run']>
  json(path: string): Readonly<Record<string, unknown>>
  change(path: string, by: (value: Record<string, unknown>) => object): void
}

const restored = async (body: (place: Place) => Promise<void>): Promise<void> => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-format-')))
  try {
    const root = join(base, 'root')
    mkdirSync(root)
    cpSync(join(FIXTURE, 'a.yaml'), join(root, 'a.yaml'))
    cpSync(join(FIXTURE, 'state'), join(root, '.bottled'), { recursive: true })
    for (const folder of ['.bottled', '.bottled/simulated']) writeFileSync(join(root, folder, '.gitignore'), '*\n')
    const state = join(root, '.bottled', 'simulated')
    const { dev, ino } = statSync(root, { bigint: true })
    const machine = await machineId()
    const owner = readFileSync(join(state, 'owner'), 'utf8')
    writeFileSync(
      join(state, 'owner'),
      owner.replace('@ROOT@', root).replace('@MACHINE@', machine).replace('@ROOTID@', `${dev}:${ino}`),
    )
    const play = async (words: readonly string[]) => {
      const own = [`XDG_STATE_HOME=${join(base, 's')}`, `XDG_CACHE_HOME=${join(base, 'c')}`]
      const { exitCode, out, err } = await runToEnd(['/usr/bin/env', ...own, ...words])
      return { exitCode, out, err }
    }
    const json = (path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(state, path), 'utf8')) as Record<string, unknown>
    await body({
      root,
      state,
      run: (...flags) => play(cli('bottled', 'run', root, '--simulate', '--once', ...flags)),
      bottlectl: (...words) => play(cli('bottlectl', '-d', root, ...words)),
      json,
      change: (path, by) => writeFileSync(join(state, path), JSON.stringify({ ...json(path), ...by(json(path)) })),
    })
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

const machinesOf = ({ json }: Place): unknown => json('world.json')['machines']
const uidOf = ({ json }: Place, name: string): unknown => json(`bottles/${name}/record.json`)['uid']

test(
  'state of format 1 is taken over with another default image of bundles: no VM stops, no uid changes',
  () =>
    restored(async (place) => {
      const before = [machinesOf(place), uidOf(place, 'one'), uidOf(place, 'two')]
      assert.ok(Object.keys(before[0] as object).length === 2)
      const { exitCode, out, err } = await place.run('--bundle-image', 'new/bundle:0.2.0')
      assert.is(exitCode, 0, err)
      assert.match(out, /^one +Ready\ntwo +Ready$/m)
      assert.equal([machinesOf(place), uidOf(place, 'one'), uidOf(place, 'two')], before)
      // The bundles are those of the new version.
      assert.match(err, /"create bundle\/bottle-one-bundle/)
      assert.not.match(err, /machine\/bottle-/)
      assert.match(String(place.json('owner')['writtenBy']), /^\d+\.\d+\.\d+/)
    }),
  { deadlineMs: 120_000 },
)

test(
  'what a later version of the same format adds is kept, and changes nothing',
  () =>
    restored(async (place) => {
      const before = machinesOf(place)
      place.change('owner', () => ({ writtenBy: '0.9.0', later: { a: 1 } }))
      place.change('bottles/one/record.json', () => ({ later: true }))
      place.change('bottles/one/metadata.json', () => ({ later: true }))
      const { exitCode, err } = await place.run('--bundle-image', 'old/bundle:0.1.0')
      assert.is(exitCode, 0, err)
      assert.equal(machinesOf(place), before)
      assert.not.match(err, /"reason":"(Created|Removed|Stopped|Started)"/)
      assert.equal(place.json('owner')['later'], { a: 1 })
      assert.is(place.json('bottles/one/record.json')['later'], true)
    }),
  { deadlineMs: 120_000 },
)

test(
  'a newer format is refused by bottled and bottlectl with both versions named, and nothing is touched',
  () =>
    restored(async (place) => {
      place.change('owner', () => ({ version: 2, writtenBy: '9.8.7' }))
      const before = readFileSync(join(place.root, 'a.yaml'), 'utf8')
      const world = readFileSync(join(place.state, 'world.json'), 'utf8')
      for (const refused of [
        await place.run(),
        await place.bottlectl('get', 'bottles'),
        await place.bottlectl('delete', 'bottle', 'one'),
      ]) {
        assert.is(refused.exitCode, 1)
        assert.match(refused.err, /^error: .* has format 2 of bottled 9\.8\.7; this bottled knows format 1$/m)
        assert.match(refused.err, /^hint: run bottled 9\.8\.7 or newer/m)
      }
      assert.match((await place.bottlectl('doctor')).out, /^fail +format .*format 2 of bottled 9\.8\.7/m)
      assert.is(readFileSync(join(place.root, 'a.yaml'), 'utf8'), before)
      assert.is(readFileSync(join(place.state, 'world.json'), 'utf8'), world)
      assert.not.ok(existsSync(join(place.root, '.bottled', 'lock')))
    }),
  { deadlineMs: 120_000 },
)

test('what an owner file says of its writer is believed only if it is a version', () => {
  const of = (owner: object): string => newerState(JSON.stringify(owner), '/s')?.message ?? 'fine'
  assert.is(of({ version: 1, writtenBy: '9' }), 'fine')
  assert.is(of({ version: 3 }), 'the state in /s has format 3; this bottled knows format 1')
  assert.is(of({ version: 3, writtenBy: '1; rm -r /\n' }), 'the state in /s has format 3; this bottled knows format 1')
  for (const text of [undefined, '', '[]', '{"version": "2"}']) assert.is(newerState(text, '/s'), undefined)
})

test.run()
