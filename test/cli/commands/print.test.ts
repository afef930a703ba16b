import * as assert from 'uvu/assert'
import { humanDuration } from '../../../cli/print/age.ts'
import { createColours, isColoured } from '../../../cli/print/colour.ts'
import { alignLines, GUTTER, TABLE } from '../../../cli/print/columns.ts'
import { columnCells, parseOutput } from '../../../cli/print/output-format.ts'
import { fitted } from '../../../cli/print/fitted.ts'
import { naturalOrder } from '../../../cli/print/natural-order.ts'
import { reportError } from '../../../cli/print/error.ts'
import { toYaml } from '../../../cli/print/yaml.ts'
import { evaluate, JsonPathError, parsePath, parseTemplate } from '../../../cli/print/jsonpath.ts'
import { documentSpan } from '../../../cli/change/document-span.ts'
import { StateError } from '../../../controller/state/state-folder.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('print')
const S = 1_000
const M = 60 * S
const H = 60 * M
const D = 24 * H

test('ages are printed as kubectl does', () => {
  for (const [ms, text] of [
    [-2 * S, '<invalid>'],
    [-500, '0s'],
    [0, '0s'],
    [119 * S, '119s'],
    [120 * S, '2m'],
    [9 * M + 30 * S, '9m30s'],
    [10 * M, '10m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [7 * H + 5 * M, '7h5m'],
    [8 * H, '8h'],
    [47 * H, '47h'],
    [48 * H, '2d'],
    [7 * D + 3 * H, '7d3h'],
    [8 * D, '8d'],
    [400 * D, '400d'],
    [730 * D, '2y'],
    [(3 * 365 + 20) * D, '3y20d'],
    [9 * 365 * D, '9y'],
  ] as const)
    assert.is(humanDuration(ms), text)
})

test('a table has three blanks between columns and six characters at least', () => {
  assert.equal(alignLines(['A\tB\tC', 'x\tlonger\ty'], TABLE), ['A     B        C', 'x     longer   y'])
})

test('colour does not widen a column', () => {
  const { paint } = createColours(() => 4711)
  assert.equal(alignLines([`${paint('ab', 'good')}\tx`, 'abcdef\tx'], TABLE)[0], `${paint('ab', 'good')}       x`)
})

test('only marks of this process become colours', () => {
  const mine = createColours(() => 1234)
  const others = createColours(() => 4321)
  assert.is(mine.reveal(`${mine.paint('ok', 'good')}!`), '\u001B[32mok\u001B[0m!')
  for (const forged of [
    others.paint('ok', 'good'),
    '\u001B[32mok\u001B[0m',
    '\u001B[32;1234mok',
    '\u001B[5;1234;1234;1234;1234mblink',
    '\u001B[32;1234;1234;1234;1234;9mok',
  ])
    assert.not.ok(mine.reveal(forged).includes('\u001B'), JSON.stringify(forged))
  assert.is(mine.reveal(mine.paint('a\u001B[2Jb', 'bad')), '\u001B[31ma\\u001b[2Jb\u001B[0m')
})

test('a column ends where a line has no such cell, as in the recorded describe', () => {
  assert.equal(alignLines(['Spec:', '  Agent:\tclaude', '  Env:', '    A:\tb', 'Events:\t<none>'], GUTTER), [
    'Spec:',
    '  Agent:  claude',
    '  Env:',
    '    A:   b',
    'Events:  <none>',
  ])
})

const DATA = {
  items: [{ n: 'a', v: 1, 'x.y': 't', tags: ['p', 'q'] }, { n: 'b', v: 3, tags: [] }, { n: 'c' }],
  ok: true,
}

test('JSONPath works as in kubectl', () => {
  for (const [template, text] of [
    ['{.items[*].n}', 'a b c'],
    ['{.items[0].n}-{.items[-1].n}', 'a-c'],
    ['{.items[0:2].n}', 'a b'],
    ['{.items[?(@.v>1)].n}', 'b'],
    ["{.items[?(@.n=='a')].v}", '1'],
    ['{.items[?(@.v)].n}', 'a b'],
    ["{.items[0]['x.y']}", 't'],
    ['{.items[0].x\\.y}', 't'],
    ['{..n}', 'a b c'],
    ['{.items[0].tags}', '["p","q"]'],
    ['{.nope}', ''],
    ['{$.ok}', 'true'],
    ['{range .items[*]}{.n}={.v};{end}', 'a=1;b=3;c=;'],
    ['{"a\\tb"}', 'a\tb'],
    ['x{.ok}y', 'xtruey'],
    ['{.items[0,2].n}', 'a c'],
    ["{.items[*]['n','v']}", 'a b c 1 3'],
    ["{['items[0].n', 'ok']}", 'a true'],
    ['{range .items[*]}{range .tags[*]}{@}{end};{end}', 'pq;;;'],
    ['{.items[-2:].n}', 'b c'],
    ['{.items[?(@.tags[0]=="p")].n}', 'a'],
    ['{.items[?(@.n!="a")].n}', 'b c'],
    ['{.ok}\\n', 'true\\n'],
  ] as const)
    assert.is(parseTemplate(template)(DATA), text, template)
})

test('custom columns are printed as kubectl does', async () => {
  const output = await parseOutput('custom-columns=N:.n,TAGS:.tags,ALL:.tags[*],O:.o,NO:.nope,B:{.b},NUL:.nul')
  assert.is(output.kind, 'columns')
  if (output.kind !== 'columns') return
  const object = { n: 'a', tags: ['p', 'q'], o: { z: 1, a: [true] }, b: false, nul: null }
  assert.is(columnCells(output.columns, object), 'a\t[p q]\tp,q\tmap[a:[true] z:1]\t<none>\tfalse\t<nil>')
})

test('numbers in names are sorted by value', () => {
  assert.equal(['b10', 'b2', 'a', 'b', 'b2a', '10', '9'].sort(naturalOrder), ['9', '10', 'a', 'b', 'b2', 'b2a', 'b10'])
})

test('everything else is sorted as kubectl does: digits first, then bytes; fewer zeros first', () => {
  for (const sorted of [
    ['9', '-', 'a'],
    ['web2', 'web-1', 'web-2'],
    ['B', 'a'],
    ['a2', 'a02', 'a3'],
    ['a9007199254740992', 'a9007199254740993'],
  ])
    assert.equal(sorted.toReversed().sort(naturalOrder), sorted)
})

test('a line is cut to the width of the terminal', () => {
  assert.is(fitted('abc', 3), 'abc')
  assert.is(fitted('abcd', 3), 'ab…')
  assert.is(fitted('日本語', 5), '日本…')
  assert.is(fitted('👩‍👧 ok', 5), '👩‍👧 ok')
  assert.is(fitted('👩‍👧 ok', 4), '👩‍👧 …')
  assert.is(fitted('a\u001B[31mb', 20), 'a\\u001b[31mb')
  assert.is(fitted('abc', 0), '')
})

test('a template that can not be parsed is refused', () => {
  for (const template of ['{.a', '{.a[}', '{end}', '{range .a}', '{.a[?(x]}'])
    assert.throws(
      () => parseTemplate(template),
      (error: unknown) => error instanceof JsonPathError,
      template,
    )
})

test('a path may be written with or without braces and dot', () => {
  for (const path of ['.ok', 'ok', '{.ok}', '$.ok']) assert.equal(evaluate(parsePath(path), DATA), [true])
})

test('an old YAML reader gets the same strings', () => {
  assert.is(
    toYaml({ b: ['1', { c: '2026-01-01' }], a: 'yes', d: '' }),
    'a: "yes"\nb:\n- "1"\n- c: "2026-01-01"\nd: ""\n',
  )
})

test('colour only on a terminal, unless forced', () => {
  const asked = 'auto' as const
  assert.is(isColoured({ asked, env: {}, terminal: true }), true)
  assert.is(isColoured({ asked, env: {}, terminal: false }), false)
  assert.is(isColoured({ asked, env: { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal: true }), false)
  assert.is(isColoured({ asked, env: { TERM: 'dumb' }, terminal: true }), false)
  assert.is(isColoured({ asked, env: { FORCE_COLOR: '1' }, terminal: false }), true)
  assert.is(isColoured({ asked: 'always', env: { NO_COLOR: '1' }, terminal: false }), true)
})

test('the spans of all documents together are the text', () => {
  const text = '# c\na: 1\n---\nb: |\n  ---x\n---\n# d\nc: 1\n'
  for (const index of [0, 1, 2]) {
    const { before, own, after } = documentSpan(text, index)
    assert.is(before + own + after, text)
    assert.match(own, new RegExp(`^${'abc'[index] ?? ''}: `, 'm'))
  }
})

test('an error about the state folder has a hint, too', () => {
  let text = ''
  const exitCode = reportError(new StateError('UnknownOwner', 'no such owner', 'look at the label'), {
    write: (more) => void (text += more),
  })
  assert.is(exitCode, 1)
  assert.is(text, 'error: no such owner\nhint: look at the label\n')
})

test.run()
