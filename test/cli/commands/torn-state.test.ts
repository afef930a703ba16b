import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { simulatedSurvey } from '../../../cli/preview/survey.ts'
import type { Session } from '../../../cli/session/session.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { createClient, readyStatus } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('torn state')

/** A power cut on a disk that lies, an editor, a full disk: each file ends in the middle, or is something else. */
const TORN = ['', '{', '{"version": 1, "id": "bott', '[]', 'null', '\u0000\u0000\u0000', 'a: [b']
const FILES = [
  'owner',
  'lock',
  'last-run',
  'events.jsonl',
  'requests/r1.json',
  'requests/r1.answer.json',
  'bottles/alpha/record.json',
  'bottles/alpha/metadata.json',
  'bottles/alpha/status.yaml',
  'bottles/alpha/events.jsonl',
]
const VERBS: readonly (readonly string[])[] = [
  ['get', 'bottles', '-o', 'wide'],
  ['describe', 'bottle', 'alpha'],
  ['events'],
  ['diff'],
  ['plan', 'alpha', '--docker-host', 'unix:///nowhere', '--smolvm', '/nowhere'],
]
const SPEC = { agent: 'claude' as const }

for (const file of FILES)
  test(`no verb that reads shows a raw error of a parser where ${file} is torn`, async () => {
    const client = await createClient()
    try {
      await client.file(
        'a.yaml',
        'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec: {agent: claude}\n',
      )
      await client.file('.bottled/bottles/alpha/status.yaml', JSON.stringify({ status: readyStatus(SPEC, 'alpha') }))
      for (const text of TORN) {
        await client.file(`.bottled/${file}`, text)
        for (const argv of VERBS) {
          const { exitCode, err } = await client.run(...argv)
          const told = `${argv.join(' ')} with ${JSON.stringify(text)}: ${exitCode} ${err}`
          assert.not.match(err, /SyntaxError|Unexpected|JSON|Flow sequence|TypeError|Cannot read/, told)
          if (err.startsWith('error:')) assert.match(err, new RegExp(`ROOT/\\.bottled/${file}.*\\nhint: `), told)
        }
      }
    } finally {
      await client.remove()
    }
  })

test('a torn world of a simulated run is an error with its path, and what to do', async () => {
  const client = await createClient()
  try {
    for (const text of TORN) {
      await client.file('.bottled/simulated/world.json', text)
      const error: unknown = await simulatedSurvey({ stateDir: join(client.stateDir, 'simulated') } as Session).catch(
        (thrown: unknown) => thrown,
      )
      assert.ok(isDriverError(error), JSON.stringify(text))
      assert.match(error.message, /world\.json/)
      assert.match(error.hint ?? '', /remove it/)
    }
  } finally {
    await client.remove()
  }
})

test.run()
