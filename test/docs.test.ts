import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
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

test('docs/errors.md names every reason that the reconcilers and the judgement give', () => {
  const files = ['reconcilers', 'controller'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
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

test('every local link in the documents leads somewhere', () => {
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'examples/README.md']) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.'
    for (const [, target = ''] of read(file).matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.not.throws(
        () => readdirSync(join(root, folder, target.endsWith('/') ? target : join(target, '..'))),
        `${file} → ${target}`,
      )
    }
  }
})

test.run()
