import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import * as assert from 'uvu/assert'
import { picture } from '../docs/pictures/draw.ts'
import { suite } from './helpers/suite.ts'

const test = suite('docs')
const root = new URL('..', import.meta.url).pathname
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const page = read('docs/errors.md')
const named = new Set([...page.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, word]) => word))

/** The strings of a union type. */
const union = (path: string, type: string): readonly string[] => {
  const text = read(path)
  const from = text.indexOf(`type ${type} =`)
  assert.ok(from >= 0, `${path} has no ${type}`)
  const body = text.slice(from).split(/\n\n|\nexport/)[0] ?? ''
  return [...body.matchAll(/'([A-Z][A-Za-z]+)'/g)].map(([, word]) => word ?? '')
}

for (const [path, type] of [
  ['drivers/errors.ts', 'DriverErrorCode'],
  ['controller/document/complaint.ts', 'ComplaintCode'],
  ['controller/edit/splice-error.ts', 'SpliceErrorCode'],
  ['controller/state/state-folder.ts', 'StateErrorCode'],
  ['egress/policy.ts', 'Reason'],
] as const) {
  test(`docs/errors.md names every ${type}`, () => {
    const codes = union(path, type)
    assert.ok(codes.length > 3)
    assert.equal(
      codes.filter((code) => !named.has(code)),
      [],
    )
  })
}

/** Names of the policy's rules, which look like paths. */
const rules = ((): readonly string[] => {
  const text = read('controller/policy/finding.ts')
  const body = text.slice(text.indexOf('type Rule =')).split(/\n\n|\nexport/)[0] ?? ''
  return [...body.matchAll(/'([a-z]+\/[a-z-]+)'/g)].map(([, rule = '']) => rule)
})()

test('docs/policy.md names every rule of the policy, and no other', () => {
  assert.ok(rules.length > 20)
  const written = [
    ...read('docs/policy.md').matchAll(
      /`((?:level|paths|secrets|images|bundle|network|runtimes|limits|egress)\/[a-z-]+)`/g,
    ),
  ].map(([, rule = '']) => rule)
  assert.equal([...new Set(written)].toSorted(), rules.toSorted())
})

/** Paths below a folder, relative to the root. */
const walk = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\.git|node_modules|dist|coverage)$/.test(entry.name) ? [] : walk(path, ending)
    return entry.isFile() && entry.name.endsWith(ending) ? [path] : []
  })
const pages = walk('.', '.md').filter((path) => !path.startsWith('test/fixtures/'))

test('docs/errors.md names every reason that the reconcilers and judge.ts give', () => {
  const files = ['reconcilers', 'controller'].flatMap((folder) => walk(folder, '.ts'))
  const reasons = files.flatMap((file) =>
    [...read(file).matchAll(/(?:(?:stuck|wait|unsafe|refuse|atRest)\(\s*|reason: )'([A-Z][A-Za-z]+)'/g)].map(
      ([, word]) => word ?? '',
    ),
  )
  assert.ok(reasons.length > 25)
  const silent = new Set(['Stopped', 'Held'])
  assert.equal(
    [...new Set(reasons)].filter((reason) => !named.has(reason) && !silent.has(reason)),
    [],
  )
})

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')

/** As GitHub creates them. */
const anchorsOf = (text: string): readonly string[] => {
  const seen = new Map<string, number>()
  return [...withoutCode(text).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
}

/** Relative links and pictures without a target. */
const deadLinks = (page: string, text: string): readonly string[] =>
  [
    ...withoutCode(text)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(\s*<?([^)\s>]+)|\b(?:src|href)="([^"]+)"|^\[[^\]]+\]:\s*(\S+)/gm),
  ]
    .map(([, inline, html, reference]) => inline ?? html ?? reference ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(dirname(page), path))
      if (file.startsWith('..') || !existsSync(join(root, file))) return true
      return anchor !== undefined && !(file.endsWith('.md') && anchorsOf(read(file)).includes(anchor))
    })
    .map((target) => `${page} → ${target}`)

/** Paths that the docs ask a person to create. */
const TO_BE_WRITTEN = new Set(['reconcilers/dns.ts', 'reconcilers/dns/', 'NAME.ts'])

/** Paths into the repository, and bare names of sources, that don't exist. */
const deadPaths = (page: string, text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?<![\w./~-])((?:schemas|egress|drivers|reconcilers|controller|cli|test|bench|docs|examples|\.ci)\/[\w./-]*\w\/?)/g,
    ),
    ...text.matchAll(/`([\w-]+\.ts)`/g),
  ]
    .map(([, path = '']) => path)
    .filter((path) => !TO_BE_WRITTEN.has(path) && !rules.includes(path) && !existsSync(join(root, path)))
    .map((path) => `${page}: ${path}`)

test('every relative link in every page leads to a file and a heading in it', () => {
  assert.ok(pages.includes('README.md') && pages.includes('docs/decisions/README.md'))
  assert.equal(
    pages.flatMap((page) => deadLinks(page, read(page))),
    [],
  )
})

test('every path in every page exists', () => {
  assert.equal(
    pages.flatMap((page) => deadPaths(page, read(page))),
    [],
  )
})

test('a bad link and a bad path are found anywhere', () => {
  const text =
    '[a](errors.md) [b](erors.md) [c](errors.md#reasons-of-conditions) [d](errors.md#reasons) [e](#none) [f](../../x)\n![g](pictures/no.svg) [h](https://a.example/b) `[i](no.md)`\n```\n[j](no.md)\n```\n'
  assert.equal(deadLinks('docs/proof.md', text), [
    'docs/proof.md → erors.md',
    'docs/proof.md → errors.md#reasons',
    'docs/proof.md → #none',
    'docs/proof.md → ../../x',
    'docs/proof.md → pictures/no.svg',
  ])
  assert.equal(
    deadPaths('README.md', 'see `controller/pass/judge.ts`, `judge.ts`, `controller/judge.ts` and drivers/x/.'),
    ['README.md: controller/judge.ts', 'README.md: drivers/x/', 'README.md: judge.ts'],
  )
})

test('ARCHITECTURE names exactly the rooms; those of the verbs share a line', () => {
  const rooms = ['schemas', 'egress', 'page', 'bundle', 'drivers', 'reconcilers', 'controller', 'cli'].flatMap(
    (layer) => walk(layer, '.ts').map((path) => `${dirname(path)}/`.replace(/^(cli\/commands\/).*/, '$1')),
  )
  const listed = [...read('ARCHITECTURE.md').matchAll(/^\| `([a-z-/]+\/)` \|/gm)].map(([, room = '']) => room)
  assert.equal(listed.toSorted(), [...new Set(rooms)].toSorted())
})

test('every decision has its three parts, and a line in the index', () => {
  const decisions = walk('docs/decisions', '.md').filter((path) => /\/\d{3}-/.test(path))
  assert.ok(decisions.length > 15)
  const index = read('docs/decisions/README.md')
  for (const path of decisions) {
    const number = path.slice(15, 18)
    const headings = [...read(path).matchAll(/^##? (.*)$/gm)].map(([, heading = '']) => heading)
    assert.match(headings[0] ?? '', new RegExp(`^${number}: .`), path)
    assert.equal(headings.slice(1), ['Context', 'Decision', 'Consequence'], path)
    assert.ok(index.includes(`| [${number}](${path.slice(15)}) | `), `${path} in the index`)
  }
})

test('the picture matches its text: npm run pictures', () => {
  assert.fixture(picture(), read('docs/pictures/bottle.svg'))
})

test('README shows the output of the demo', () => {
  const demo = read('cli/demo.ts')
  const said = [...read('README.md').matchAll(/^(\d\. .*)$/gm)].map(([, line = '']) => line)
  assert.is(said.length, 5)
  for (const line of said) assert.ok(demo.includes(line), line)
})

test.run()
