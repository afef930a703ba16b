import * as assert from 'uvu/assert'
import { createTable, isSame } from '../../../controller/world/table.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('table')

interface Row {
  readonly key: string | undefined
  readonly value: number
}
const row = (key: string | undefined, value = 1): Row => ({ key, value })
const make = (...rows: readonly Row[]) => {
  const table = createTable<Row>(({ key }) => key)
  table.adopt(rows)
  return table
}

test('rows are found by their key, several of one in the order of the list; what has none is left out', () => {
  const table = make(row('a'), row('b', 2), row('a', 3), row(undefined))
  assert.equal(table.get('a'), [row('a'), row('a', 3)])
  assert.equal(table.get('c'), [])
  assert.equal(table.all(), [row('a'), row('a', 3), row('b', 2)])
})

test('keys of what is new, other, gone or in another order are reported, and no others', () => {
  const first = row('a')
  for (const [what, list, keys] of [
    ['the same', [row('a'), row('b')], []],
    ['another value', [row('a', 2), row('b')], ['a']],
    ['one more', [row('a'), row('b'), row('c')], ['c']],
    ['a twin', [row('a'), row('b'), row('b')], ['b']],
    ['one less', [row('b')], ['a']],
    ['none', [], ['a', 'b']],
  ] as const)
    assert.equal([...make(first, row('b')).adopt(list)], keys, what)
  assert.equal([...make(row('a', 1), row('a', 2)).adopt([row('a', 2), row('a', 1)])], ['a'])
})

test('what is listed as it was stays the same array of the same objects', () => {
  const table = make(row('a'), row('b'))
  const [a, b, all] = [table.get('a'), table.get('b'), table.all()]
  table.adopt([row('a'), row('b')])
  assert.is(table.get('a'), a)
  assert.is(table.all(), all)
  table.adopt([row('a'), row('b', 2)])
  assert.is(table.get('a'), a)
  assert.is.not(table.get('b'), b)
  assert.equal(table.all(), [row('a'), row('b', 2)])
})

test('rows that are kept stay, whatever the list says, until a list counts for them again', () => {
  const table = make(row('a'), row('b'))
  const list = [row('a', 2), row('c')]
  assert.equal([...table.adopt(list, (key) => key !== 'x')], [])
  assert.equal(table.all(), [row('a'), row('b')])
  assert.equal([...table.adopt(list)].toSorted(), ['a', 'b', 'c'], 'though it is the same list')
  assert.equal(table.all(), [row('a', 2), row('c')])
})

test('the very list of last time is not looked through', () => {
  let looks = 0
  const table = createTable<Row>(({ key }) => {
    looks += 1
    return key
  })
  const list = [row('a'), row('b')]
  table.adopt(list)
  table.adopt(list)
  assert.is(looks, 2)
})

test('a row that is put in counts until the next list, also if that is the last one again', () => {
  const list = [row('a'), row('b')]
  const table = make()
  table.adopt(list)
  table.put('a', [])
  table.put('c', [row('c')])
  assert.equal(table.all(), [row('b'), row('c')])
  assert.equal([...table.adopt(list)], ['a', 'c'])
  const before = table.get('a')
  table.put('a', [row('a')])
  assert.is(table.get('a'), before, 'as it was')
  table.put('x', [])
  assert.equal(table.all(), list)
})

test('equal is what has the same JSON', () => {
  for (const [one, other, same] of [
    [1, 1, true],
    [1, '1', false],
    [1, {}, false],
    [{}, 1, false],
    [null, {}, false],
    [{}, null, false],
    [[1, { a: [2] }], [1, { a: [2] }], true],
    [[1, 2], [1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [{}, [], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: { b: 1 } }, { a: { b: 2 } }, false],
  ] as const)
    assert.is(isSame(one, other), same, JSON.stringify([one, other]))
})

test.run()
