import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { askText } from '../../../controller/asks/ask.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { Action, Done, Preview } from '../../../page/wire.ts'
import type { AskContent } from '../../../egress/asks/content.ts'
import { readyStatus } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'
import { bottleText, serving } from './serving.ts'
import type { Served } from './serving.ts'

/** What the page does: shown first, and then just that. */
const test = suite('the actions of the page')

const SPEC = { agent: 'claude', supervise: true, egress: { allow: [{ host: 'b.test' }] } } as const
const TEXT = bottleText(
  'web',
  '\n  agent: claude\n  supervise: true\n  egress:\n    allow:   # by hand\n    - host: b.test',
)

const withAsk = async (client: Client, content: AskContent): Promise<void> => {
  await client.file('web.yaml', TEXT)
  const status = readyStatus(SPEC, 'web', { asks: 1, specHash: specHash(SPEC) })
  await client.record('web', status)
  await writeFile(join(client.stateDir, 'bottles', 'web', 'status.yaml'), JSON.stringify({ status }))
  const folder = join(client.stateDir, 'bottles', 'web', 'asks')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'aaaaaaaa.json'),
    askText({
      version: 1,
      id: 'aaaaaaaa',
      uid: status.uid ?? '',
      key: 'k',
      state: 'open',
      content,
      openedAt: new Date().toISOString(),
    }),
  )
}
const HOST: AskContent = { kind: 'egress', host: 'pypi.test', port: 443, why: 'to <b>install</b>', minutes: 30 }

const preview = async ({ ask }: Served, action: Action): Promise<Preview> => {
  const { status, text } = await ask('/api/preview', { method: 'POST', body: JSON.stringify(action) })
  assert.is(status, 200, text)
  return JSON.parse(text) as Preview
}
const carryOut = ({ ask }: Served, id: string | undefined): ReturnType<Served['ask']> =>
  ask('/api/do', { method: 'POST', body: JSON.stringify({ id }) })

test('an ask is on the stream with what its agent says, and an approval writes the very lines that it showed', () =>
  serving(async (served) => {
    const { client } = served
    await withAsk(client, HOST)
    const stream = await served.follow()
    const { asks } = await stream.until(({ asks: found = [] }) => found.length > 0)
    assert.equal(asks?.[0]?.content, HOST)
    stream.end()
    const { id, lines, command } = await preview(served, { verb: 'approve', target: 'aaaaaaaa', for: '1h' })
    assert.is(command, 'bottlectl approve aaaaaaaa --for=1h')
    assert.is(client.text('web.yaml'), TEXT)
    const added = lines.filter((line) => line.startsWith('+ ')).map((line) => line.slice(2))
    assert.ok(
      added.some((line) => line.includes('host: pypi.test')),
      lines.join('\n'),
    )
    const { status, text } = await carryOut(served, id)
    assert.is(status, 200, text)
    assert.is((JSON.parse(text) as Done).isDone, true, text)
    for (const line of added) assert.ok(client.text('web.yaml').split('\n').includes(line), line)
    assert.ok(client.text('web.yaml').includes('# by hand'))
    assert.is((await carryOut(served, id)).status, 409)
  }))

test('where the file was changed meanwhile nothing is written, and the new diff is shown', () =>
  serving(async (served) => {
    const { client } = served
    await withAsk(client, HOST)
    const { id } = await preview(served, { verb: 'approve', target: 'aaaaaaaa' })
    const edited = TEXT.replace('b.test', 'c.test')
    await client.file('web.yaml', edited)
    const done = JSON.parse((await carryOut(served, id)).text) as Done
    assert.is(done.isDone, false)
    assert.is(client.text('web.yaml'), edited)
    assert.ok(
      done.instead?.lines.some((line) => line.includes('c.test')),
      JSON.stringify(done),
    )
    const again = JSON.parse((await carryOut(served, done.instead?.id)).text) as Done
    assert.is(again.isDone, true)
    assert.match(client.text('web.yaml'), /c\.test[\s\S]*pypi\.test/)
  }))

test('a question needs its answer, and what can not be done has no id', () =>
  serving(async (served) => {
    const { client } = served
    await withAsk(client, { kind: 'question', question: 'Which?', choices: ['a', 'b'] })
    const without = await preview(served, { verb: 'approve', target: 'aaaaaaaa' })
    assert.is(without.id, undefined)
    assert.match(without.lines.join('\n'), /a question needs an answer/)
    assert.is((await preview(served, { verb: 'approve', target: 'aaaaaaaa', answer: 'c' })).id, undefined)
    assert.ok((await preview(served, { verb: 'approve', target: 'aaaaaaaa', answer: 'b' })).id)
    assert.is((await preview(served, { verb: 'deny', target: 'bbbbbbbb' })).id, undefined)
  }))

test('suspend shows its line and writes it; delete shows what goes, and removes it', () =>
  serving(async (served) => {
    const { client } = served
    await client.file('web.yaml', `# mine\n${bottleText('web')}`)
    const shown = await preview(served, { verb: 'suspend', target: 'web' })
    assert.ok(shown.lines.includes('+ spec: {agent: claude, suspend: true}'), shown.lines.join('\n'))
    assert.is((JSON.parse((await carryOut(served, shown.id)).text) as Done).isDone, true)
    assert.is(client.text('web.yaml'), `# mine\n${bottleText('web', '{agent: claude, suspend: true}')}`)
    const gone = await preview(served, { verb: 'delete', target: 'web' })
    assert.ok(gone.lines.includes('-   name: web') && gone.lines.includes('- # mine'), gone.lines.join('\n'))
    await client.file('web.yaml', bottleText('web', '{agent: codex}'))
    const changed = JSON.parse((await carryOut(served, gone.id)).text) as Done
    assert.is(changed.isDone, false)
    assert.is((JSON.parse((await carryOut(served, changed.instead?.id)).text) as Done).isDone, true)
    assert.throws(() => client.text('web.yaml'), /ENOENT/)
  }))

test('a page of its own and many at once are bounded', () =>
  serving(async (served) => {
    await served.client.file('web.yaml', bottleText('web'))
    const body = JSON.stringify({ verb: 'suspend', target: 'web' })
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => served.ask('/api/preview', { method: 'POST', body })),
    )
    const statuses = new Set(answers.map(({ status }) => status))
    assert.ok(statuses.has(200) && statuses.has(429) && statuses.size === 2, [...statuses].join())
    assert.is((await served.ask('/api/preview', { method: 'POST', body })).status, 200)
  }))

test.run()
