import * as assert from 'uvu/assert'
import { loadBottles } from '../../../cli/bottles/bottles.ts'
import type { BottleView } from '../../../cli/bottles/bottles.ts'
import { removeDocument, writtenOf } from '../../../cli/change/change-file.ts'
import type { CliError } from '../../../cli/print/cli-error.ts'
import type { Session } from '../../../cli/session/session.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('remove document')

const doc = (name: string, rest = ''): string =>
  `# of ${name}\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec:\n  agent: claude\n${rest}`
const STATUS = 'status:\n  phase: Ready\n'

/** The document is looked at, then the file becomes `after`, then it is removed. */
const removing = async (before: string, after: string): Promise<{ readonly left: string; readonly error: unknown }> => {
  const client: Client = await createClient()
  try {
    const session = {
      root: client.root,
      stateDir: client.stateDir,
      lockDir: client.stateDir,
      clock: createClock(),
      signal: new AbortController().signal,
    } as Session
    await client.file('f.yaml', before)
    const view = (await loadBottles(session)).bottles.find(({ name }) => name === 'a') as BottleView
    const seen = await writtenOf(session, view)
    await client.file('f.yaml', after)
    const error = await removeDocument(session, view, seen).catch((thrown: unknown) => thrown)
    return { left: (await loadBottles(session)).bottles.length === 0 ? '' : client.text('f.yaml'), error }
  } finally {
    await client.remove()
  }
}

for (const [title, beside] of [
  ['alone in its file', ''],
  ['beside another', `---\n${doc('b')}`],
] as const) {
  for (const [edit, after] of [
    ['of a field', doc('a').replace('claude', 'codex')],
    ['of a comment', doc('a').replace('# of a', '# of a, and important')],
  ] as const)
    test(`an edit ${edit} between look and removal is kept, and is a conflict: a document ${title}`, async () => {
      const { left, error } = await removing(doc('a') + beside, after + beside)
      assert.is((error as CliError).reason, 'Conflict')
      assert.match((error as CliError).message, /bottle\/a was changed in f\.yaml meanwhile/)
      assert.is(left, after + beside)
    })

  test(`a status that is written in between is no edit: a document ${title}`, async () => {
    assert.equal(await removing(doc('a') + beside, doc('a', STATUS) + beside), {
      left: beside,
      error: undefined,
    })
    assert.is(
      (await removing(doc('a', STATUS) + beside, doc('a', STATUS.replace('Ready', 'Failed')) + beside)).error,
      undefined,
    )
  })
}

test('an edit of a neighbour in between is kept, and is no conflict', async () => {
  const neighbour = `---\n${doc('b').replace('claude', 'codex')}`
  const { left, error } = await removing(`${doc('a')}---\n${doc('b')}`, doc('a') + neighbour)
  assert.is(error, undefined)
  assert.match(left, /codex/)
})

test.run()
