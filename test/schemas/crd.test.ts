import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { refusedChanges } from '../../controller/document/spec-changes.ts'
import { parseFile } from '../../controller/document/parse.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { suite } from '../helpers/suite.ts'
import { cases as told, documentOf, strange, updates } from './cases.ts'

/** The API server's own code (test/crd) and ours, on the same specs. */
const test = suite('crd')
const cases = [...told, ...strange()]
const required = (process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('go')
const goFolder = fileURLToPath(new URL('../crd', import.meta.url))
const why = 'compiling the API server takes minutes: npm run test:crd'

/** CEL doesn't see below `git`, which is a flag or an object. The controller says it all the same. */
const ONLY_OURS =
  /^spec\.git\.repositories\[0\]\.credential\.secret \S+ is (not in spec\.secrets|delivered to the guest)/

/** Compiling for the first time takes minutes, later a second. */
const DEADLINE_MS = 900_000

const verdicts = (requests: readonly object[]): readonly string[] => {
  const crd = fileURLToPath(new URL('../../schemas/bottle.crd.yaml', import.meta.url))
  const run = spawnSync('go', ['run', '.', crd], {
    cwd: goFolder,
    input: JSON.stringify(requests),
    encoding: 'utf8',
    timeout: DEADLINE_MS,
    maxBuffer: 2 ** 26,
  })
  if (run.status !== 0) throw new Error(`go run ended with ${run.status}: ${run.stderr}`)
  return JSON.parse(run.stdout) as readonly string[]
}

const TITLE = 'a Kubernetes API server accepts the definition and has the same verdict on every spec and every update'
if (!required) test.skip(TITLE, why)
else {
  test(
    TITLE,
    () => {
      const theirs = verdicts([
        ...cases.map(({ spec, name }) => ({ new: documentOf(spec, name) })),
        ...updates.map(({ before, after }) => ({ old: documentOf(before), new: documentOf(after) })),
      ])
      const ours = [
        ...cases.map(({ spec, name }) => {
          const parsed = parseFile({ path: 'web.json', text: JSON.stringify(documentOf(spec, name)) })
          return [...parsed.complaints, ...parsed.documents.flatMap((document) => document.complaints)]
            .map(({ message }) => message)
            .join('; ')
        }),
        ...updates.map(({ before, after }) =>
          refusedChanges(before as unknown as BottleSpec, after as unknown as BottleSpec, 'web')
            .map(({ message }) => message)
            .join('; '),
        ),
      ]
      const titles = [...cases.map(({ title }) => title), ...updates.map(({ title }) => `update: ${title}`)]
      assert.is(theirs.length, titles.length)
      const differ = titles.flatMap((title, index) =>
        (ours[index] === '') === (theirs[index] === '') || ONLY_OURS.test(ours[index] ?? '')
          ? []
          : [`${title}: we say ${ours[index] || 'good'}, the API server says ${theirs[index] || 'good'}`],
      )
      assert.ok(theirs.filter((verdict) => verdict === '').length > 200, 'hardly anything was accepted')
      assert.ok(theirs.filter((verdict) => verdict !== '').length > 1_000, 'hardly anything was refused')
      assert.equal(differ, [])
    },
    { deadlineMs: DEADLINE_MS },
  )
}

test.run()
