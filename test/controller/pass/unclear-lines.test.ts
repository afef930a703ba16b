import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { unclearLines } from '../../../controller/pass/unclear-lines.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('unclear lines')

test('a file that is not YAML and a duplicate each have a line, a valid document has none', () => {
  const store = createStore()
  const put = (path: string, text: string): void =>
    void store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) })
  const bottle = (name: string): string =>
    `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`
  put('a.yaml', bottle('x'))
  put('b.yaml', bottle('y'))
  put('copy.yaml', bottle('x'))
  put('torn.yaml', 'apiVersion: [')
  const lines = unclearLines(store, () => undefined)
  assert.is(lines.length, 2)
  assert.match(lines[0] ?? '', /^torn\.yaml:1:\d+: not YAML/)
  assert.is(lines[1], 'copy.yaml:1: bottle/x is already defined in a.yaml:1: rename or remove one of the two')
})

test('a folder that can not be read has no line: it is reported once, and by itself', () => {
  const store = createStore()
  store.putUnreadableFolders([{ path: 'lost+found/', why: 'no permission' }])
  assert.equal(
    unclearLines(store, () => undefined),
    [],
  )
})

test.run()
