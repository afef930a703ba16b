import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createAskFiles } from '../../../controller/asks/ask-files.ts'
import { judgeContent } from '../../../egress/asks/content.ts'
import { keyOf } from '../../../egress/asks/key.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createClient, NOW } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl asks, approve and deny')
const UID = '0198c0de-0000-7000-8000-000000000001'
const EGRESS = {
  kind: 'egress',
  host: 'pypi.example',
  port: 443,
  path: '/simple/**',
  method: 'GET',
  why: 'to install',
  minutes: 30,
}

const FILE = `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: web}
spec:
  agent: x
  supervise: true
  egress:
    allow:   # by hand
    - host: a.example   # the API
    deny: [{host: evil.example}]
`
const ENTRY = [
  '    - host: pypi.example',
  '      methods: [GET]',
  '      paths: ["/simple/**"]',
  '      until: "2026-11-24T12:30:00Z"',
] as const

const withClient = async (body: (client: Client) => Promise<void>, text = FILE, name = 'web.yaml'): Promise<void> => {
  const client = await createClient()
  try {
    await client.file(name, text)
    await client.record('web', { phase: 'Ready', observedGeneration: 1, uid: UID } as never)
    await body(client)
  } finally {
    await client.remove()
  }
}

const ask = async (
  { stateDir }: Client,
  id: string,
  value: object,
  state: 'open' | 'denied' = 'open',
): Promise<void> => {
  const judged = judgeContent(value)
  if ('fault' in judged) throw new Error(judged.fault)
  const { content } = judged
  const openedAt = new Date(NOW - 60_000).toISOString()
  await createAskFiles(stateDir, createDisk()).write('web', {
    version: 1,
    id,
    uid: UID,
    key: keyOf(content),
    state,
    content,
    openedAt,
  })
}

const requests = ({ stateDir }: Client): readonly unknown[] =>
  readdirSync(join(stateDir, 'requests')).map(
    (name) => (JSON.parse(readFileSync(join(stateDir, 'requests', name), 'utf8')) as { decision: unknown }).decision,
  )

test('what waits is listed, an agent in quotes and without what turns or hides text', () =>
  withClient(async (client) => {
    assert.is((await client.run('asks', '--any-waiting')).exitCode, 1)
    await ask(client, 'aaaaaaaa', EGRESS)
    await ask(client, 'bbbbbbbb', { kind: 'question', question: 'ok?\n\u001b[2J\u202eID BOTTLE "x"' })
    await ask(client, 'cccccccc', { kind: 'question', question: 'over' }, 'denied')
    const { out, exitCode } = await client.run('asks')
    assert.is(exitCode, 0)
    const lines = out.trimEnd().split('\n')
    assert.is(lines.length, 3)
    assert.match(
      lines[1] ?? '',
      /^aaaaaaaa +web +egress +GET https:\/\/pypi\.example\/simple\/\*\*, 30 min: "to install" +60s$/,
    )
    assert.match(lines[2] ?? '', /^bbbbbbbb +web +question +"ok\? \[2JID BOTTLE \\"x\\""/)
    assert.equal(await client.run('asks', '--any-waiting'), { exitCode: 0, out: '', err: '' })
    const json = JSON.parse((await client.run('asks', 'web', '-o', 'json')).out) as { items: readonly { id: string }[] }
    assert.equal(
      json.items.map(({ id }) => id),
      ['aaaaaaaa', 'bbbbbbbb'],
    )
    assert.is((await client.run('asks', 'nobody')).exitCode, 3)
  }))

test('an approval is one line of the file, with its end and a comment, and is shown first', () =>
  withClient(async (client) => {
    await ask(client, 'aaaaaaaa', EGRESS)
    const dry = await client.run('approve', 'aaaaaaaa', '--dry-run')
    assert.is(dry.exitCode, 0, dry.err)
    assert.is(client.text('web.yaml'), FILE)
    const { exitCode, out, err } = await client.run('approve', 'aaa')
    assert.is(exitCode, 0, err)
    assert.is(out, 'bottle.bottled.dev/web ask aaaaaaaa approved\n')
    assert.match(err, /its agent says: "to install"/)
    assert.ok(err.includes(`+ ${ENTRY[0]} # ask aaaaaaaa, approved by `), err)
    const text = client.text('web.yaml')
    const [, comment = ''] = / (# ask aaaaaaaa, approved by [\w.@-]+, 2026-11-24T12:00:00Z)\n/.exec(text) ?? []
    const [first, ...rest] = ENTRY
    assert.is(text, FILE.replace('    deny:', [`${first} ${comment}`, ...rest, '    deny:'].join('\n')))
    const [decision] = requests(client) as readonly { ask: string; verdict: string }[]
    assert.is(decision?.ask, 'aaaaaaaa')
    assert.is(decision?.verdict, 'approve')
  }))

test('an approval that was cut short is not written twice', () =>
  withClient(async (client) => {
    await ask(client, 'aaaaaaaa', EGRESS)
    await client.run('approve', 'aaaaaaaa')
    const once = client.text('web.yaml')
    for (const more of [[], ['--for', '2h']]) {
      const { out, exitCode } = await client.run('approve', 'aaaaaaaa', ...more)
      assert.equal([exitCode, out], [0, 'bottle.bottled.dev/web unchanged\n'])
      assert.is(client.text('web.yaml'), once)
    }
  }))

test('JSON has no comments, and an entry all the same, once', () =>
  withClient(
    async (client) => {
      await ask(client, 'aaaaaaaa', EGRESS)
      const { exitCode, err } = await client.run('approve', 'aaaaaaaa')
      assert.is(exitCode, 0, err)
      const once = client.text('web.json')
      const { spec } = JSON.parse(once) as { spec: { egress: { allow: readonly { host: string }[] } } }
      assert.equal(
        spec.egress.allow.map(({ host }) => host),
        ['a.example', 'pypi.example'],
      )
      await client.run('approve', 'aaaaaaaa', '--for', '3h')
      assert.is(client.text('web.json'), once)
    },
    `{"apiVersion": "bottled.dev/v1alpha1", "kind": "Bottle", "metadata": {"name": "web"},
 "spec": {"agent": "x", "supervise": true, "egress": {"allow": [{"host": "a.example"}]}}}
`,
    'web.json',
  ))

test('a comment follows the entry wherever lists are written on one line', () =>
  withClient(async (client) => {
    await ask(client, 'aaaaaaaa', { ...EGRESS, path: undefined, method: undefined, minutes: undefined })
    const { exitCode, err } = await client.run('approve', 'aaaaaaaa')
    assert.is(exitCode, 0, err)
    assert.match(
      client.text('web.yaml'),
      /allow: \[\{host: a\.example\}, \{host: pypi\.example\}\]\}\} # ask aaaaaaaa, /,
    )
  }, 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: web}\nspec: {agent: x, supervise: true, egress: {allow: [{host: a.example}]}}\n'))

test('a push is shown with its place and commit, and its approval ends', () =>
  withClient(async (client) => {
    const commit = 'b'.repeat(40)
    const push = { kind: 'push', repository: 'app', url: 'https://git.example/acme/app', ref: 'refs/heads/agent/x' }
    await ask(client, 'eeeeeeee', { ...push, commit, summary: '1 new commit; \u001b[2J"fine"' })
    const { out } = await client.run('asks')
    assert.match(out, /push +"agent\/x" of https:\/\/git\.example\/acme\/app: "1 new commit; \[2J\\"fine\\""/)
    const { err } = await client.run('approve', 'eeeeeeee', '--for', '1h')
    assert.match(
      err,
      new RegExp(
        `: to push to "agent/x" of https://git.example/acme/app, once\\n  commit ${commit}\\n  its bundle says: "1 new commit`,
      ),
    )
    const [decision] = requests(client) as readonly { verdict: string; until: string }[]
    assert.equal([decision?.verdict, decision?.until], ['approve', new Date(NOW + 3_600_000).toISOString()])
    assert.is(client.text('web.yaml'), FILE)
    for (const [words, why] of [
      [['--for', '25h'], /an approval of a push ends after a day/],
      [['--edit'], /about no host[\s\S]*leave --edit out/],
      [['--answer', 'a'], /it is no question/],
    ] as const) {
      const refused = await client.run('approve', 'eeeeeeee', ...words)
      assert.is(refused.exitCode, 2)
      assert.match(refused.err, why)
    }
  }))

test('describe lists what waits, and counts what was decided', () =>
  withClient(async (client) => {
    assert.match((await client.run('describe', 'bottle', 'web')).out, /^Asks: +<none>$/m)
    await ask(client, 'aaaaaaaa', EGRESS)
    await ask(client, 'cccccccc', { kind: 'question', question: 'over' }, 'denied')
    const { out } = await client.run('describe', 'bottle', 'web')
    assert.match(out, /^Asks: +1 for you: bottlectl approve ID, or deny; in the last day 1 denied$/m)
    assert.match(
      out,
      /^ {2}aaaaaaaa {2}egress {2}60s {2}GET https:\/\/pypi\.example\/simple\/\*\*, 30 min: "to install"$/m,
    )
  }))

test('what is decided, unknown or about something else is refused in words', () =>
  withClient(async (client) => {
    await ask(client, 'cccccccc', { kind: 'question', question: 'over' }, 'denied')
    await ask(client, 'dddddddd', { kind: 'question', question: 'Which?', choices: ['a', 'b'] })
    for (const [words, code, why] of [
      [['approve', 'cccccccc'], 1, /is decided: denied/],
      [['deny', 'zzzzzzzz'], 3, /there is no ask/],
      [['approve', 'dddddddd'], 2, /a question needs an answer/],
      [['approve', 'dddddddd', '--answer', 'c'], 2, /none of its choices[\s\S]*"a", "b"/],
      [['approve', 'dddddddd', '--for', '1h'], 2, /about no host/],
    ] as const) {
      const { exitCode, err } = await client.run(...words)
      assert.is(exitCode, code, words.join(' '))
      assert.match(err, why)
    }
    // No controller runs: the decision waits for one.
    const { err, exitCode } = await client.run('deny', 'dddddddd', '--reason', 'not today')
    assert.is(exitCode, 1)
    assert.match(err, /kept and carried out when one runs/)
    const [{ verdict, reason }] = requests(client) as readonly [{ verdict: string; reason: string }]
    assert.equal([verdict, reason], ['deny', 'not today'])
  }))

test('--overlay leaves the file as it is and asks the controller; what is granted is shown as such, and taken back', () =>
  withClient(async (client) => {
    await ask(client, 'aaaaaaaa', EGRESS)
    const dry = await client.run('approve', 'aaaaaaaa', '--overlay', '--dry-run')
    assert.is(dry.exitCode, 0, dry.err)
    assert.match(dry.err, /web\.yaml: it stays as it is; this is granted beside it[\s\S]*\+ - host: pypi\.example/)
    const { exitCode, err } = await client.run('approve', 'aaaaaaaa', '--overlay')
    assert.is(exitCode, 1)
    assert.match(err, /kept and carried out when one runs/)
    assert.is(client.text('web.yaml'), FILE)
    const [decision] = requests(client) as readonly { verdict: string; entry: unknown }[]
    const entry = {
      host: 'pypi.example',
      methods: ['GET'],
      paths: ['/simple/**'],
      until: '2026-11-24T12:30:00Z',
    }
    assert.equal([decision?.verdict, decision?.entry], ['approve', entry])
    const question = await client.run('egress', 'check', 'web', 'GET', 'https://pypi.example/simple/ruff')
    assert.is(question.exitCode, 1)

    const grants = [{ ask: 'aaaaaaaa', by: 'ann', at: '2026-11-24T12:00:00Z', entry }]
    await client.record('web', { phase: 'Ready', observedGeneration: 1, uid: UID } as never, { grants })
    const line =
      'GET pypi.example:443 /simple/** until 2026-11-24T12:30:00Z: granted by overlay (ask aaaaaaaa, by ann), not in the file'
    const checked = await client.run('egress', 'check', 'web', 'GET', 'https://pypi.example/simple/ruff')
    assert.is(checked.exitCode, 0, checked.err)
    assert.ok(checked.err.includes(`allow[1], ${line}`), checked.err)
    const { out } = await client.run('describe', 'bottle', 'web')
    assert.ok(out.includes(`allow[1], ${line}`), out)
    assert.ok((await client.run('diff', 'web')).err.includes(`bottle/web: allow[1], ${line}`))
    assert.match((await client.run('approve', 'aaaaaaaa', '--overlay')).err, /may reach it already/)

    assert.match((await client.run('egress', 'revoke', 'web', 'bbbbbbbb')).err, /nothing is granted[\s\S]*aaaaaaaa/)
    assert.is((await client.run('egress', 'revoke', 'web', 'aaa', '--dry-run')).exitCode, 0)
    assert.is((await client.run('egress', 'revoke', 'web')).exitCode, 2)
    await client.run('egress', 'revoke', 'web', 'aaa')
    const taken = (requests(client) as readonly { verdict: string; ask: string }[]).filter(
      ({ verdict }) => verdict === 'revoke',
    )
    assert.equal(
      taken.map((each) => each.ask),
      ['aaaaaaaa'],
    )
  }))

test.run()
