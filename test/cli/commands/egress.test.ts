import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { parseMessage } from '../../../bundle/control/message.ts'
import { hashOf } from '../../../egress/hash.ts'
import type { Policy } from '../../../egress/policy.ts'
import { presets } from '../../../schemas/egress-presets.ts'
import { createClient, NOW, runExecutable } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl egress')
const vectors = readFileSync(new URL('../../fixtures/vectors/egress.json', import.meta.url), 'utf8')

const withClient = async (body: (client: Client) => Promise<void>, stdin?: string): Promise<void> => {
  const client = await createClient(stdin === undefined ? {} : { stdin })
  try {
    await body(client)
  } finally {
    await client.remove()
  }
}

const POLICY = `# what the researcher may reach
presets: [npm]
allow:
- host: api.example.com
  methods: [GET]
  credential: {secret: TOKEN, header: X-Key}
- host: old.example.com
  until: "2026-11-24T12:00:01Z"
deny:
- host: "*.evil.example"
`

test('presets are listed, one is printed as its file is, and as JSON', () =>
  withClient(async (client) => {
    const list = await client.run('egress', 'presets')
    assert.is(list.exitCode, 0)
    assert.match(list.out, /^NAME +VERSION +ENTRIES +DESCRIPTION\nanthropic +1 +\d+ +The Claude API/)
    assert.is(list.out.trimEnd().split('\n').length, presets.length + 1)
    const one = await client.run('egress', 'presets', 'npm')
    assert.is(one.out, readFileSync(new URL('../../../schemas/presets/npm.yaml', import.meta.url), 'utf8'))
    const json = await client.run('egress', 'presets', 'npm', '-o', 'json')
    assert.equal(
      JSON.parse(json.out),
      presets.find(({ name }) => name === 'npm'),
    )
    assert.equal(JSON.parse((await client.run('egress', 'presets', '-o', 'json')).out), presets)
  }))

test('compile prints what a bundle takes, with the hash that it will answer', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    const { exitCode, out } = await client.run('egress', 'compile', '-f', 'e.yaml')
    assert.is(exitCode, 0)
    const { policy, hash } = JSON.parse(out) as { readonly policy: Policy; readonly hash: string }
    assert.is(hash, hashOf(policy))
    const message = parseMessage(
      JSON.stringify({ version: 1, command: 'load', policy, hash, ca: { cert: 'c', key: 'k' } }),
    )
    assert.is(message.kind, 'load')
    assert.equal(
      policy.allow.slice(0, 3).map(({ rule }) => rule),
      ['allow[0]', 'allow[1]', 'presets.npm[0]'],
    )
    assert.is((await client.run('egress', 'compile')).exitCode, 2)
    await client.file('bad.yaml', 'allow: [{host: "*"}]')
    assert.is.not((await client.run('egress', 'compile', '-f', 'bad.yaml')).exitCode, 0)
  }))

test('a preset that does not exist is not found, and the nearest is named', () =>
  withClient(async (client) => {
    assert.equal(await client.run('egress', 'presets', 'nmp'), {
      exitCode: 3,
      out: '',
      err: 'error: there is no preset "nmp"\nhint: did you mean "npm"?\n',
    })
    assert.match((await client.run('egress', 'presets', '../../package')).err, /hint: anthropic, crates/)
    assert.is((await client.run('egress', 'presets', 'npm', 'pypi')).exitCode, 2)
  }))

test('check says which entry decides; exit 1 if it denies, with what would allow it on stderr', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    const check = (...words: readonly string[]) => client.run('egress', 'check', '-f', 'e.yaml', ...words)
    assert.equal(await check('GET', 'https://api.example.com/v1?key=1'), {
      exitCode: 0,
      out: 'GET https://api.example.com/v1: allowed by allow[0], with TOKEN\nallow[0] allows it.\nThe header X-Key is set from the secret TOKEN.\n',
      err: '',
    })
    assert.match((await check('GET', 'https://registry.npmjs.org/@a%2fb')).out, 'allowed by presets.npm[0]')
    assert.equal(await check('POST', 'https://api.example.com/v1'), {
      exitCode: 1,
      out: 'POST https://api.example.com/v1: denied, NotAllowed\nallow[0] names api.example.com, but allows only the methods GET.\n',
      err: 'hint: Add to allow:\n- host: api.example.com\n  methods: [POST]\n  paths: ["/v1"]\n',
    })
    assert.match((await check('GET', 'https://x.evil.example/')).out, ': denied by deny[0], Denied\n')
    assert.match((await check('GET', 'https://old.example.com/')).out, ': allowed by allow[1]\n')
    assert.match(
      (await check('GET', 'https://old.example.com/', '--at', '2026-11-24T12:00:01Z')).out,
      ': denied, Expired\n',
    )
    assert.match((await check('GET', 'https://[::1]/')).out, ': denied, AddressLiteral\n')
    assert.match((await check('GET', 'wss://api.example.com/')).out, ': denied, NotAllowed\n')
  }))

test('check answers in JSON, with the hash of the policy', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    const { exitCode, out } = await client.run(
      'egress',
      'check',
      '-f',
      'e.yaml',
      'GET',
      'https://api.example.com/',
      '-o',
      'json',
    )
    const answer = JSON.parse(out) as { hash: string }
    assert.is(exitCode, 0)
    assert.match(answer.hash, /^sha256:[0-9a-f]{64}$/)
    assert.equal(answer, {
      request: { method: 'GET', host: 'api.example.com', port: 443, path: '/' },
      decision: {
        allow: true,
        host: 'api.example.com',
        rule: 'allow[0]',
        credential: { secret: 'TOKEN', header: 'X-Key', format: '{}' },
        private: false,
        tls: 'terminate',
      },
      explanation: {
        what: 'GET https://api.example.com/',
        why: ['allow[0] allows it.', 'The header X-Key is set from the secret TOKEN.'],
        todo: [],
      },
      hash: answer.hash,
    })
  }))

test('check reads a policy from stdin, and out of a file of cases at its time', () =>
  withClient(async (client) => {
    assert.is((await client.run('egress', 'check', '-f', '-', 'GET', 'https://api.example.com/')).exitCode, 0)
    await client.file('cases.json', vectors)
    const check = (host: string) => client.run('egress', 'check', '-f', 'cases.json', 'GET', `https://${host}/`)
    assert.is((await check('soon.example.com')).exitCode, 0)
    assert.match((await check('edge.example.com')).out, 'Expired')
  }, POLICY))

test('check is asked wrongly: exit 2, and nothing of a password is repeated', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /no policy is given/],
      [['GET', 'https://a.example/'], /a method and a URL are needed/],
      [['-f', 'e.yaml', 'GET'], /a method and a URL are needed/],
      [['-f', 'e.yaml', 'GET', 'https://a.example/', 'more'], /a method and a URL are needed/],
      [['-f', 'e.yaml', 'GET', 'a.example'], /a URL looks like/],
      [['-f', 'e.yaml', 'GET', 'https://me:secret@a.example/'], /a name or a password/],
    ]
    for (const [words, message] of wrong) {
      const { exitCode, out, err } = await client.run('egress', 'check', ...words)
      assert.is(exitCode, 2, words.join(' '))
      assert.is(out, '')
      assert.match(err, message)
      assert.not.match(err, /secret/)
    }
    assert.is((await client.run('egress', 'check', '-f', 'none.yaml', 'GET', 'https://a.example/')).exitCode, 3)
    assert.is((await client.run('egress', 'chekc')).exitCode, 2)
  }))

test('a bad policy is complained about with its place, by check and by test', () =>
  withClient(async (client) => {
    await client.file(
      'e.yaml',
      'presets: [npm, nmp]\nallow:\n- host: 10.0.0.1\n- host: a.example\n  tls: passthrough\n  methods: [GET]\n',
    )
    await client.file('cases.yaml', 'cases: []\n')
    const expected =
      'e.yaml:1:16: there is no preset "nmp": anthropic, crates, debian, docker-hub, github, github-read, go, npm, openai, pypi, ubuntu\npresets: [npm, nmp]\n               ^\n' +
      'e.yaml:3:9: a literal address is always denied: write the name\n- host: 10.0.0.1\n        ^\n' +
      'e.yaml:6:3: methods means nothing with tls: passthrough, which is not looked into\n  methods: [GET]\n  ^\n'
    assert.equal(await client.run('egress', 'check', '-f', 'e.yaml', 'GET', 'https://a.example/'), {
      exitCode: 1,
      out: expected,
      err: '',
    })
    assert.is((await client.run('egress', 'test', '-f', 'e.yaml', 'cases.yaml')).out, expected)
    const json = await client.run('egress', 'check', '-f', 'e.yaml', 'GET', 'https://a.example/', '-o', 'json')
    assert.is((JSON.parse(json.out) as { complaints: readonly unknown[] }).complaints.length, 3)
    await client.file('bad.yaml', 'cases:\n- request: {host: a, port: 443, method: GET}\n  decision: {alow: true}\n')
    assert.match(
      (await client.run('egress', 'test', 'bad.yaml')).out,
      /bad\.yaml:2:3: cases\[0\]\.request\.path is missing\n.*\n.*\nbad\.yaml:3:3: cases\[0\]\.decision\.allow is missing\n.*\n.*\nbad\.yaml:3:14: unknown field cases\[0\]\.decision\.alow \(did you mean "allow"\?\)/,
    )
  }))

test('the golden vectors are cases: all as expected, with the time that they say', () =>
  withClient(async (client) => {
    await client.file('cases.json', vectors)
    assert.equal(await client.run('egress', 'test', 'cases.json'), {
      exitCode: 0,
      out: '',
      err: '49 cases in 1 file, all as expected\n',
    })
    const late = await client.run('egress', 'test', 'cases.json', '--at', '2026-12-01T12:00:01Z')
    assert.is(late.exitCode, 1)
    assert.match(late.err, '1 not as expected')
    assert.match(late.out, /soon\.example\.com\/: expected allowed by allow\[8\], decided denied, Expired/)
  }))

test(
  'every golden decision is noticed when it is turned, at its line',
  () =>
    withClient(async (client) => {
      const golden = JSON.parse(vectors) as { cases: { decision: Record<string, unknown> }[] }
      for (const index of golden.cases.keys()) {
        const { decision } = golden.cases[index] ?? { decision: {} }
        const turned = Object.keys(decision).map((key) => ({
          ...decision,
          [key]:
            key === 'allow'
              ? decision['allow'] !== true
              : key === 'reason'
                ? decision[key] === 'BadHost'
                  ? 'Denied'
                  : 'BadHost'
                : 'other',
        }))
        const without = decision['credential'] === undefined ? [] : [{ ...decision, credential: undefined }]
        for (const changed of [...turned, ...without]) {
          const cases = golden.cases.map((each, at) => (at === index ? { ...each, decision: changed } : each))
          const text = JSON.stringify({ ...golden, cases }, undefined, 1)
          await client.file('cases.json', text)
          const { exitCode, out, err } = await client.run('egress', 'test', 'cases.json')
          assert.is(exitCode, 1, JSON.stringify(changed))
          assert.match(err, '49 cases in 1 file, 1 not as expected')
          const line = Number(/^cases\.json:(\d+):/.exec(out)?.[1])
          const before = text.split('\n').slice(0, line).join('\n')
          assert.is(before.match(/"decision": /g)?.length, index + 1, out)
        }
      }
    }),
  { deadlineMs: 120_000 },
)

test('cases without a policy run against that of -f, and at the time now', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    await client.file(
      'cases.yaml',
      `cases:
- {request: {host: api.example.com, port: 443, method: GET, path: /}, decision: {allow: true, credential: TOKEN}}
- {request: {host: old.example.com, port: 443, method: GET, path: /}, decision: {allow: true}}
- {request: {host: b.example.com, port: 443, method: GET, path: /}, decision: {allow: true}}
`,
    )
    assert.is(NOW, Date.parse('2026-11-24T12:00:00Z'))
    const { exitCode, out, err } = await client.run('egress', 'test', '-f', 'e.yaml', 'cases.yaml', 'cases.yaml')
    assert.is(exitCode, 1)
    assert.is(err, '6 cases in 2 files, 2 not as expected\n')
    assert.match(
      out,
      'cases.yaml:4:79: GET https://b.example.com/: expected allowed, decided denied, NotAllowed. No entry names b.example.com.\n',
    )
    const json = await client.run('egress', 'test', '-f', 'e.yaml', 'cases.yaml', '-o', 'json')
    const answer = JSON.parse(json.out) as { complaints: { line: number }[] }
    assert.equal(
      { ...answer, complaints: answer.complaints.map(({ line }) => line) },
      { ok: false, files: 1, cases: 3, differing: 1, complaints: [4] },
    )
  }))

test('a file that tests nothing is an error', () =>
  withClient(async (client) => {
    await client.file('e.yaml', POLICY)
    await client.file('cases.yaml', 'cases: []\n')
    await client.file('bottle.yaml', 'bottel: researcher.yaml\ncases: []\n')
    const run = async (...words: readonly string[]) => {
      const { exitCode, out, err } = await client.run('egress', 'test', ...words)
      return `${exitCode} ${out}${err}`
    }
    assert.is(
      await run('e.yaml'),
      '1 e.yaml:1:1: the file holds a policy and no cases\n0 cases in 1 file, none run; 1 error\n',
    )
    assert.match(
      await run('cases.yaml'),
      /^1 cases\.yaml:1:1: policy is missing: write it into the file, or give one by -f\n/,
    )
    assert.match(await run('bottle.yaml'), /^1 bottle\.yaml:1:1: unknown field bottel \(did you mean "bottle"\?\)/)
    assert.is(
      await run('-f', 'e.yaml', 'cases.yaml'),
      '1 cases.yaml:1:1: the file holds no cases\n0 cases in 1 file, none run; 1 error\n',
    )
    assert.match(await run(), /^2 error: no file of cases is given/)
    assert.match(await run('none.yaml'), /^3 error: can't read the file "none\.yaml"/)
  }))

test("text of a policy and of a case can't control the terminal", () =>
  withClient(async (client) => {
    const paths = '"/\\u202E\\u001B[2J"'
    await client.file('e.yaml', `allow:\n- host: a.example\n  paths: ["/\\u202E%C2%AD"]\n`)
    await client.file(
      'cases.yaml',
      `cases:\n- {request: {host: a.example, port: 443, method: "G\\u001B[2J", path: ${paths}}, decision: {allow: true}}\n`,
    )
    const answers = [
      await client.run('egress', 'check', '-f', 'e.yaml', 'GET', 'https://a.example/\u202E\u001B[2J'),
      await client.run('egress', 'test', '-f', 'e.yaml', 'cases.yaml'),
    ]
    for (const { exitCode, out, err } of answers) {
      assert.is(exitCode, 1)
      assert.not.match(out + err, /(?!\n)[\p{Cc}\u202E]/u)
    }
  }))

test('docs/egress.md shows what check prints, cases that pass, and a spec that is valid', () =>
  withClient(async (client) => {
    const page = readFileSync(new URL('../../../docs/egress.md', import.meta.url), 'utf8')
    const blocks = [...page.matchAll(/```yaml\n([^`]+)```/g)].map(([, yaml = '']) => yaml)
    const named = (start: string): string => {
      const found = blocks.find((block) => block.startsWith(start))
      if (found === undefined) throw new Error(`no block starts with ${start}`)
      return found
    }
    const [, line = '', printed = ''] = /\$ bottlectl (egress check .*)\n([^`]+)```/.exec(page) ?? []
    await client.file('egress.yaml', named('# egress.yaml'))
    const { out, err } = await client.run(...line.split(' '))
    assert.is(out + err, printed)
    await client.file('cases.yaml', named('policy:'))
    const cases = await client.run('egress', 'test', 'cases.yaml')
    assert.is(cases.out + cases.err, '2 cases in 1 file, all as expected\n')
    const head = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\n'
    await client.file('a.yaml', `${head}${named('spec:').replace('spec:\n', 'spec:\n  agent: x\n')}`)
    const checked = await client.run('egress', 'check', 'a', 'POST', 'https://api.anthropic.com/v1/messages')
    assert.match(checked.out, 'allowed by allow[0], with ANTHROPIC_API_KEY')
  }))

test('the executable runs it', async () => {
  const { exitCode, out } = await runExecutable(['egress', 'presets', 'pypi'])
  assert.is(exitCode, 0)
  assert.match(out, 'name: pypi')
  const wrong = await runExecutable(['egress', 'test', 'x', '--at', 'noon'])
  assert.is(wrong.exitCode, 2)
  assert.match(wrong.err, 'invalid time "noon"; write it like 2026-12-01T18:00:00Z')
})

test.run()
