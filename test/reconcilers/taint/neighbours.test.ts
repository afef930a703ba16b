import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { createNeighbours, taintOf } from '../../../reconcilers/taint/neighbours.ts'
import type { OneUse } from '../../../reconcilers/taint/neighbours.ts'
import type { Use } from '../../../reconcilers/taint/overlap.ts'
import { aPlace } from '../../parts/a-taint.ts'
import { place, turn, use as useOf } from '../../parts/uses.ts'
import { holds } from '../../helpers/property.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('neighbours')

const folder = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map((parts) => `/${parts.join('/')}`)
const id = fc.constantFrom('1', '2', '3', '4', '5')
const aUse: fc.Arbitrary<Use> = fc
  .record({
    path: folder,
    writable: fc.boolean(),
    role: fc.constantFrom('workspace' as const, 'bundle-mount' as const, 'secret' as const),
    inode: id,
    above: fc.array(
      id.map((one) => `1:${one}`),
      { maxLength: 2 },
    ),
    turn: fc.option(folder, { nil: undefined }),
    mounted: fc.option(folder, { nil: undefined }),
  })
  .map(({ path, writable, role, inode, above, turn, mounted }) => ({
    field: [role],
    role,
    path,
    writable,
    place: aPlace(path, 'folder', { inode, above, via: turn === undefined ? [] : [{ path: turn, above: [] }] }),
    mounts: mounted === undefined ? [] : [aPlace(mounted, 'folder', { inode: '9' })],
  }))

test('the index finds whatever a look at all of them finds', async () => {
  await holds(
    'neighbours',
    fc.property(fc.array(aUse, { maxLength: 6 }), aUse, (uses, mine) => {
      const neighbours = createNeighbours()
      const all: OneUse[] = uses.map((use, at) => ({ identity: `b${at}`, name: `b${at}`, use, isHeld: false }))
      for (const { identity, name, use } of all) neighbours.set({ identity, name }, 'declared', [use])
      const me = { identity: 'me', use: mine }
      const tainting = (found: readonly OneUse[]) => found.filter((one) => taintOf(me, one)).map(({ name }) => name)
      assert.equal(tainting(neighbours.writersOver(mine)).toSorted(), tainting(all))
      const tainted = (found: readonly OneUse[]) => found.filter((one) => taintOf(one, me)).map(({ name }) => name)
      assert.equal(tainted(neighbours.usersWithin(mine)).toSorted(), tainted(all))
    }),
    2_000,
  )
})

test('what was replaced isn’t found any more', () => {
  const neighbours = createNeighbours()
  const bottle = { identity: 'b', name: 'b' }
  const use = (path: string): Use => ({
    field: ['w'],
    role: 'workspace',
    path,
    writable: true,
    place: aPlace(path),
    mounts: [],
  })
  neighbours.set(bottle, 'declared', [use('/w')])
  neighbours.set(bottle, 'machine', [use('/w')])
  assert.equal(
    neighbours.writersOver(use('/w/x')).map(({ isHeld }) => isHeld),
    [false, true],
  )
  neighbours.set(bottle, 'declared', [use('/v')])
  assert.is(neighbours.writersOver(use('/w/x')).length, 1)
  neighbours.set(bottle, 'machine', [])
  assert.equal(neighbours.writersOver(use('/w/x')), [])
  assert.is(neighbours.writersOver(use('/v/x')).length, 1)
  assert.is(neighbours.writerOn('1')?.name, 'b')
  neighbours.forget('b', 'declared')
  assert.is(neighbours.writerOn('1'), undefined)
  assert.equal(neighbours.of('b', 'declared'), [])
})

test('what is mounted below a folder counts as the folder does', () => {
  const writing = { identity: 'w', use: { ...useOf('mount', '/w'), mounts: [place('/w/m', { inode: '/data' })] } }
  const how = (use: Use) => taintOf({ identity: 'b', use }, writing)
  assert.is(how(useOf('secret', '/data/key')), 'lies in')
  assert.is(how(useOf('ro', '/data')), 'is')
  assert.is(how(useOf('ro', '/other')), undefined)
  assert.is(
    how(useOf('secret', '/keys/a', { via: [turn('/data/link')] })),
    'is reached through /data/link, which lies in',
  )
})

test('a field can’t taint itself; another field of the bottle can, though it writes, too', () => {
  const among = (use: Use, writing: Use) => taintOf({ identity: 'b', use }, { identity: 'b', use: writing })
  const looped = useOf('rw', '/q', { via: [turn('/q/x/link')] })
  assert.is(among(looped, looped), undefined)
  const second = { ...looped, field: ['spec', 'bundle', 'mounts', 1, 'source'] }
  assert.is(among(second, looped), 'is reached through /q/x/link, which lies in')
  assert.is(among(useOf('rw', '/w'), useOf('mount', '/w')), 'is')
})

test.run()
