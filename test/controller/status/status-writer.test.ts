import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import type { Rewritten } from '../../../controller/folder/rewrite.ts'
import { SpliceError } from '../../../controller/edit/splice-error.ts'
import { createStatusWriter } from '../../../controller/status/status-writer.ts'
import { createStore } from '../../../controller/feed/store.ts'
import type { BottleStatus } from '../../../schemas/bottle.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('status writer')
const status: BottleStatus = { phase: 'Ready', observedGeneration: 1, specHash: 'sha256:1', conditions: [] }

const writing = async (text: string): Promise<{ readonly written: Rewritten; readonly text: string }> => {
  const store = createStore()
  const path = 'a.yaml'
  let now = text
  store.put(path, { sha256: sha256Of(text), text, parsed: parseFile({ path, text }) })
  const writer = createStatusWriter({
    mode: 'inline',
    store,
    stateDir: '/state',
    disk: createMemoryDisk(),
    folder: {
      rewrite: async (_, edit) => {
        try {
          now = edit(now) ?? now
          return { kind: 'written', sha256: sha256Of(now) }
        } catch (error) {
          if (error instanceof SpliceError) return { kind: 'unwritable', why: error.message }
          throw error
        }
      },
    },
  })
  const [document] = store.documents('x')
  if (document === undefined) throw new Error('the text holds no bottle x')
  const written = await writer.write({ document, identity: 'x', status })
  return { written: written as Rewritten, text: now }
}

const bottle = (more = ''): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: x}\nspec: {agent: claude}\n${more}`

test('a document is not written if its status would make it too large to be read', async () => {
  const text = bottle(`# ${'x'.repeat(64 * 1024 - bottle().length - 10)}\n`)
  const { written, text: after } = await writing(text)
  assert.is(after, text)
  assert.match(written.kind === 'unwritable' ? written.why : '', /larger than 64 KiB.*--status sidecar/)
})

test('a file is not written if a status would make it too large to be read', async () => {
  const pad = `---\n# ${'x'.repeat(60 * 1024)}\n{}\n`
  const text = `${bottle()}${pad.repeat(4)}`
  const full = `${text}---\n# ${'x'.repeat(256 * 1024 - text.length - 20)}\n{}\n`
  const { written, text: after } = await writing(full)
  assert.is(after, full)
  assert.match(written.kind === 'unwritable' ? written.why : '', /larger than 256 KiB/)
})

test('a large file with small documents takes a status', async () => {
  const { written, text } = await writing(
    `${bottle()}---\n# ${'x'.repeat(60 * 1024)}\n{}\n---\n# ${'x'.repeat(60 * 1024)}\n{}\n`,
  )
  assert.is(written.kind, 'written')
  assert.match(text, /phase: Ready/)
})

test('a document with as many aliases as allowed takes a status', async () => {
  const env = Array.from({ length: 100 }, (_, at) => `A${at}: *v`).join(', ')
  const { written } = await writing(
    `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: x, labels: {a: &v y}}\nspec: {agent: a, env: {${env}}}\n`,
  )
  assert.is(written.kind, 'written')
})

test.run()
