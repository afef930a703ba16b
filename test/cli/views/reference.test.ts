import { readFileSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { COMMON } from '../../../cli/verb/command.ts'
import { verbs } from '../../../cli/commands/index.ts'
import { referencePage } from '../../../cli/views/reference.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('reference page')

test('docs/bottlectl.md matches the code', async () => {
  const page = referencePage(await Promise.all(verbs.map(({ load }) => load())), COMMON)
  const path = new URL('../../../docs/bottlectl.md', import.meta.url).pathname
  if (process.env['BOTTLED_UPDATE'] === 'golden') writeFileSync(path, page)
  assert.fixture(page, readFileSync(path, 'utf8'))
})

test.run()
