import * as assert from 'uvu/assert'
import { areasOf, idOf, isBelow, isSame, namesAbove, pathsUpFrom, turnIn } from '../../../reconcilers/taint/overlap.ts'
import { place, turn, use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('how places lie to each other')
const missing = (path: string) => place(path, { kind: 'missing', device: '', inode: '' })

test('the same: by path, or by what it is', () => {
  for (const [a, b, same] of [
    [place('/a'), place('/a', { inode: 'other' }), true],
    [place('/a'), place('/b', { inode: '/a' }), true],
    [place('/a'), place('/b', { inode: '/a', device: '2' }), false],
    [missing('/a'), missing('/b'), false],
    [missing('/a'), missing('/a'), true],
  ] as const)
    assert.is(isSame(a, b), same)
})

test('below: by path, or by the folders above', () => {
  for (const [inner, outer, below] of [
    [place('/a/b'), place('/a'), true],
    [place('/a'), place('/a'), false],
    [place('/ab'), place('/a'), false],
    [place('/a'), place('/'), true],
    [place('/'), place('/'), false],
    [missing('/a'), missing('/'), true],
    [place('/a/b', { above: [] }), place('/'), true],
    [place('/x/y', { above: ['1:/a', '1:/x'] }), place('/a', { canonical: '/elsewhere' }), true],
    [missing('/a/b'), missing('/a'), true],
  ] as const)
    assert.is(isBelow(inner, outer), below, `${inner.canonical} ${outer.canonical}`)
})

test('a turn counts strictly below, as who has a folder can’t replace the folder itself', () => {
  const there = place('/r', { via: [turn('/v/x'), turn('/w/l')] })
  assert.is(turnIn(there, place('/w')), '/w/l')
  assert.is(turnIn(there, place('/w/l')), undefined)
  assert.is(turnIn(there, place('/r')), undefined)
})

test('an area is the folder and what is mounted below it', () => {
  const mounted = { ...use('mount', '/w'), mounts: [place('/w/m')] }
  assert.equal(
    areasOf(mounted).map(({ canonical }) => canonical),
    ['/w', '/w/m'],
  )
})

test('the paths from the root down', () => {
  assert.equal(pathsUpFrom('/'), ['/'])
  assert.equal(pathsUpFrom('/a/b'), ['/', '/a', '/a/b'])
})

test('the names under which a place is found', () => {
  assert.is(idOf(place('/a')), '1:/a')
  assert.is(idOf(missing('/a')), '')
  assert.equal([...namesAbove(place('/a/b'))].toSorted(), ['/', '/a', '/a/b', '1:/', '1:/a', '1:/a/b'])
  assert.equal([...namesAbove(place('/'))].toSorted(), ['/', '1:/'])
  assert.equal([...namesAbove({ ...missing('/a'), above: [], via: [turn('/v/l')] })].toSorted(), [
    '/',
    '/a',
    '/v',
    '/v/l',
    '1:/',
    '1:/v',
  ])
})

test.run()
