import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { filterOf, parseAttributes } from '../../../drivers/git/attributes.ts'
import { bytesOf, filesWithFilter } from '../../../drivers/git/attribute-files.ts'
import { workTreeOf } from '../../../drivers/git/work-tree.ts'
import { needing } from '../../helpers/program.ts'
import { processorTime } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('git attributes')
const withGit = needing(test, 'git')

const filterIn = (text: string, path: string): string | undefined =>
  filterOf(bytesOf(path), [parseAttributes(Buffer.from(text).toString('latin1'), '')])

for (const [text, path, filter] of [
  ['*.yaml filter=bottled', 'a/b.yaml', 'bottled'],
  ['*.yaml filter=bottled\nb.yaml -filter', 'a/b.yaml', undefined],
  ['*.yaml filter=bottled\r\n', 'a.yaml', 'bottled'],
  ['# *.yaml filter=x\n*.yaml filter=bottled # no comment', 'a.yaml', undefined],
  ['[attr]ours filter=bottled\n*.yaml ours', 'a.yaml', 'bottled'],
  ['[attr]a b\n[attr]b a\n*.yaml a filter=bottled', 'a.yaml', 'bottled'],
  ['*.yaml ours\n[attr]ours filter=bottled', 'a.yaml', 'bottled'],
  ['"a b.yaml" filter=bottled', 'a b.yaml', 'bottled'],
  ['"\\303\\244.yaml" filter=bottled', 'ä.yaml', 'bottled'],
  ['/a.yaml filter=bottled', 'b/a.yaml', undefined],
  ['b/** filter=bottled', 'b/c/a.yaml', 'bottled'],
  ['!a.yaml filter=bottled', 'a.yaml', undefined],
  ['a/ filter=bottled', 'a/a.yaml', undefined],
  ['[[:alpha:]].yaml filter=bottled', 'a.yaml', 'bottled'],
  ['[a.yaml filter=bottled', '[a.yaml', undefined],
  [`${'x'.repeat(2_100)} filter=no\n*.yaml filter=bottled`, 'a.yaml', 'bottled'],
] as const)
  test(`${JSON.stringify(text).slice(0, 60)} gives ${path} the filter ${String(filter)}`, () =>
    assert.is(filterIn(text, path), filter))

test('a pattern made to take forever does not', () => {
  const used = processorTime()
  const pattern = `${'*a'.repeat(1_000)}b`
  assert.is(filterIn(`${pattern} filter=x\n**/${pattern} filter=x`, `${'a'.repeat(4_000)}`), undefined)
  const macros = Array.from({ length: 20_000 }, (_, at) => `[attr]m${at} m${at + 1} m${at + 1}`).join('\n')
  assert.is(filterIn(`${macros}\n* m0\n`, 'a.yaml'), undefined)
  assert.ok(used() < 5_000, `${used()} ms`)
})

const PATHS = [
  'a.yaml',
  'b/a.yaml',
  'b/c/a.yaml',
  'b/c/ä-b.yml',
  'b/x y.json',
  'c/[a].yaml',
  '!a.yaml',
  'b/.yaml',
] as const
const PIECES =
  String.raw`* ** ? / **/ /** a b c .yaml [a-c] [!a] [^b ] []a] - \ [[:alpha:]] [[:nope:]] \a \* [a\]] ä " ! # [ *** [b-] [:`.split(
    ' ',
  )
const WORDS = [
  'filter=one',
  'filter=two',
  '-filter',
  '!filter',
  'filter',
  'mac',
  '-mac',
  '!mac',
  'text',
  '=x',
  'filter=',
] as const
const line = fc
  .tuple(
    fc.oneof(
      fc.constant('[attr]mac'),
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }).map((all) => all.join('')),
    ),
    fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }),
    fc.constantFrom(' ', '\t', '  '),
  )
  .map(([pattern, words, gap]) => [pattern, ...words].join(gap))
const file = fc.array(line, { maxLength: 6 }).map((lines) => `${lines.join('\n')}\n`)

withGit(
  'for any attributes and paths the filter is the one that git names',
  async () => {
    const top = mkdtempSync(join(tmpdir(), 'bottle-t-attributes-'))
    const home = join(top, 'home')
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, LC_ALL: 'C' }
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(top, path)), { recursive: true })
      writeFileSync(join(top, path), text)
    }
    try {
      execFileSync('git', ['-C', top, 'init', '-q'], { env })
      for (const path of PATHS) put(path, '')
      const tree = await workTreeOf(top)
      if (tree === undefined) throw new Error('no work tree')
      await fc.assert(
        fc.asyncProperty(file, file, file, file, async (root, inner, info, own) => {
          put('.gitattributes', root)
          put('b/.gitattributes', inner)
          put('.git/info/attributes', info)
          put('home/.config/git/attributes', own)
          const said = execFileSync('git', ['-C', top, 'check-attr', '-z', 'filter', '--', ...PATHS], {
            env,
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          }).split('\0')
          for (const name of ['one', 'two', ''])
            assert.equal(
              await filesWithFilter(
                tree,
                PATHS.map((path) => join(top, path)),
                { name, env },
              ),
              PATHS.filter((_, at) => said[at * 3 + 2] === name).map((path) => join(top, path)),
            )
        }),
        { numRuns: Number(process.env['BOTTLED_RUNS'] ?? 150) },
      )
    } finally {
      rmSync(top, { recursive: true, force: true })
    }
  },
  { deadlineMs: 60_000 },
)

test.run()
