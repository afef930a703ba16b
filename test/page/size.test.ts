import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { buildPage } from '../../release/build-page.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('the built page')
const LARGEST = 60_000
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-page-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

test(`all that a browser loads is less than ${LARGEST / 1_000} kB compressed, and names no other place`, async () => {
  await buildPage(folder)
  const loaded = readdirSync(folder).filter((name) => name !== 'licences.txt')
  assert.equal(loaded.toSorted(), ['icon.svg', 'index.html', 'page.css', 'page.js'])
  const bytes = loaded.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0)
  assert.ok(bytes > 5_000 && bytes < LARGEST, `${bytes} bytes`)
  for (const name of loaded) {
    // Names of namespaces, and the two halves of what an agent asks for.
    const places = readFileSync(join(folder, name), 'utf8').match(/https?:\/\/(?!www\.w3\.org\/)[\w.]+/g)
    assert.is(places, null, name)
  }
})

test('the script writes no HTML: Preact escapes all that it draws', () => {
  for (const name of readdirSync(join(import.meta.dirname, '../../page')).filter((each) => each.endsWith('.ts')))
    assert.not.match(
      readFileSync(join(import.meta.dirname, '../../page', name), 'utf8'),
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
      name,
    )
})

test.run()
