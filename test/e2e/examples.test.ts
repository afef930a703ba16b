import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import * as assert from 'uvu/assert'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { suite } from '../helpers/suite.ts'
import { REPO, spawnCli } from './controller-process.ts'

/** Each example as a person would try it: copied into a folder, beside the host files that it names. */
const test = suite('e2e examples')
const folder = join(REPO, 'examples')
const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name))

interface Tried {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly suspend?: boolean }
  readonly status?: BottleStatus
}

test('each example comes up under --simulate --once, all in one folder, and only its status changes', async () => {
  const base = mkdtempSync(join(tmpdir(), 'bottle-t-examples-'))
  try {
    const root = join(base, 'bottles')
    mkdirSync(root)
    for (const name of files) copyFileSync(join(folder, name), join(root, name))
    cpSync(join(folder, 'bundle'), join(root, 'bundle'), { recursive: true })
    for (const name of ['npm-token', 'agent.tar', 'agent.smolmachine']) writeFileSync(join(root, name), name)
    const env = { PATH: process.env['PATH'] ?? '', HOME: base, ANTHROPIC_API_KEY: 'not-a-key' }
    const once = await spawnCli(['run', root, '--simulate', '--once', '--timeout', '60s', '--log-format', 'text'], env)
      .ended
    assert.is(once.code, 0, once.stdout + once.stderr)
    let count = 0
    for (const name of files) {
      const [before, after] = [readFileSync(join(folder, name), 'utf8'), readFileSync(join(root, name), 'utf8')]
      for (const document of parseAllDocuments(after)) {
        const { metadata, spec, status } = document.toJS() as Tried
        count += 1
        assert.is(status?.phase, spec.suspend === true ? 'Suspended' : 'Ready', metadata.name)
        assert.is(status?.simulated, true)
        assert.match(once.stdout, new RegExp(`^${metadata.name} +${status?.phase}$`, 'm'))
      }
      const without = (text: string): unknown =>
        parseAllDocuments(text).map((document) => ({ ...(document.toJS() as object), status: undefined }))
      assert.equal(without(after), without(before))
      // The text before the first status is unchanged, comments included.
      if (name.endsWith('.yaml')) assert.ok(before.startsWith(after.slice(0, after.search(/^status:/m))), name)
    }
    assert.ok(count > files.length)
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})

test.run()
