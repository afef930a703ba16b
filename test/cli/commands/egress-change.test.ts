import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import * as assert from 'uvu/assert'
import { valueAt } from '../../../drivers/json.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl egress allow and deny')

const withClient = async (body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    await body(client)
  } finally {
    await client.remove()
  }
}

const head = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec:\n  agent: x\n`
const TWO = `# two of them
${head('first')}  egress:
    presets: [npm]
    allow:   # by hand
    - host: a.example   # the API
      methods: [GET]
    deny:
    - host: "*.evil.example"
---
${head('second')}  egress: {}   # nothing
`

test('an entry is added after the others, in the document of that bottle, and every other byte stays', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const terms = ['--method', 'get', '--path', '/x/**', '--port', '8443']
    const { exitCode, out, err } = await client.run('egress', 'allow', 'first', 'B.example', 'c.example', ...terms)
    assert.is(exitCode, 0, err)
    assert.is(out, 'bottle.bottled.dev/first egress allowed\n')
    assert.match(err, /^two\.yaml: spec\.egress\.allow gets\n {2}- host: B\.example\n/)
    const added = ['B.example', 'c.example']
      .map((host) => `    - host: ${host}\n      ports: [8443]\n      methods: [GET]\n      paths: ["/x/**"]\n`)
      .join('')
    assert.is(client.text('two.yaml'), TWO.replace('    deny:\n', `${added}    deny:\n`))
  }))

test('what is allowed already changes nothing: by an entry, a wider one, a preset, a later end', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    for (const words of [
      ['first', 'a.example', '--method', 'GET'],
      ['first', 'a.example', '--method', 'GET', '--path', '/only/**'],
      ['first', 'registry.npmjs.org', '--method', 'HEAD'],
      ['first', 'A.example.', '--method', 'GET', '--for', '1h'],
    ]) {
      assert.equal(await client.run('egress', 'allow', ...words), {
        exitCode: 0,
        out: 'bottle.bottled.dev/first unchanged\n',
        err: '',
      })
      assert.is(client.text('two.yaml'), TWO)
    }
    // One that is narrower than asked is not enough.
    await client.run('egress', 'allow', 'first', 'a.example')
    assert.is.not(client.text('two.yaml'), TWO)
  }))

test('--for writes the time of its end, and a dry run writes nothing', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const dry = await client.run('egress', 'allow', 'second', 'a.example', '--for', '90m', '--dry-run')
    assert.is(dry.out, 'bottle.bottled.dev/second egress allowed (dry run)\n')
    assert.match(dry.err, '2026-11-24T13:30:00Z')
    assert.is(client.text('two.yaml'), TWO)
    await client.run('egress', 'allow', 'second', 'a.example', '--for', '90m')
    const second: unknown = parseAllDocuments(client.text('two.yaml'))[1]?.toJS()
    assert.equal(valueAt(second, ['spec', 'egress']), {
      allow: [{ host: 'a.example', until: '2026-11-24T13:30:00Z' }],
    })
    assert.ok(client.text('two.yaml').startsWith(TWO.slice(0, TWO.indexOf('egress: {}'))))
    const json = await client.run('egress', 'allow', 'second', 'b.example', '-o', 'json')
    assert.match(json.out, /"action": "egress allowed"/)
    assert.match((await client.run('egress', 'allow', 'second', 'c.example', '--for', '-1h')).err, /over already/)
  }))

test('a Bottle without egress gets one, with a word about what that means', () =>
  withClient(async (client) => {
    await client.file('bare.yaml', `${head('bare')}  # the end\n`)
    const { err } = await client.run('egress', 'allow', 'bare', 'a.example')
    assert.match(err, /note: bottle\/bare had no spec\.egress.*from now on it may reach this and nothing else/)
    assert.equal(parse(client.text('bare.yaml')).spec.egress, { allow: [{ host: 'a.example' }] })
    assert.match(client.text('bare.yaml'), '# the end')
    const more = await client.run('egress', 'allow', 'bare', 'b.example')
    assert.not.match(more.err, /note/)
    assert.equal(parse(client.text('bare.yaml')).spec.egress.allow, [{ host: 'a.example' }, { host: 'b.example' }])
  }))

test('a JSON file stays JSON in its own style', () =>
  withClient(async (client) => {
    const bottle = {
      apiVersion: 'bottled.dev/v1alpha1',
      kind: 'Bottle',
      metadata: { name: 'json' },
      spec: { agent: 'x', egress: { allow: [{ host: 'a.example' }] } },
    }
    const text = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`
    await client.file('json.json', text(bottle))
    assert.is((await client.run('egress', 'allow', 'json', 'b.example', '--port', '80')).exitCode, 0)
    const allow = [{ host: 'a.example' }, { host: 'b.example', ports: [80] }]
    assert.equal(JSON.parse(client.text('json.json')), { ...bottle, spec: { agent: 'x', egress: { allow } } })
    assert.ok(client.text('json.json').startsWith(text(bottle).slice(0, text(bottle).indexOf('"host"'))))
  }))

test('what no policy can allow is refused with its reason, and nothing is written', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['first', '10.0.0.1'], 2, /10\.0\.0\.1: a literal address is always denied: write the name/],
      [['first', '0x7f.1'], 2, /literal address/],
      [['first', 'https://a.example/'], 2, /is a URL: name its host alone/],
      [['first', 'ok.example', '*'], 2, /it must be a host name/],
      [['first', 'a.example', '--path', '/x;y'], 2, /servers may drop ;y/],
      [['first', 'a.example', '--path', 'x'], 2, /must start with \//],
      [['first', 'a.example', '--method', 'G T'], 2, /must be a method/],
      [['first', 'x.evil.example'], 1, /is forbidden by deny\[0\] \(\*\.evil\.example\), which wins over any allow/],
      [['first'], 2, /a bottle and a host are needed/],
      [['third', 'a.example'], 3, /"third" not found/],
    ]
    assert.match((await client.run('egress', 'allow', 'first', 'a.example', '--port', '0')).err, /invalid port "0"/)
    for (const [words, code, message] of refused) {
      const { exitCode, out, err } = await client.run('egress', 'allow', ...words)
      assert.is(exitCode, code, `${words.join(' ')}: ${err}`)
      assert.is(out, '')
      assert.match(err, message)
      assert.is(client.text('two.yaml'), TWO)
    }
  }))

test("the operator's policy has the last word, in a dry run too", () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    await client.file(
      'policy.yaml',
      'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: restricted}\n',
    )
    const text = TWO.replace('presets: [npm]', 'presets: [npm]\n    mode: audit')
    await client.file('two.yaml', text)
    for (const dry of [['--dry-run'], []]) {
      const words = ['--policy', `${client.root}/policy.yaml`, ...dry]
      const { exitCode, err } = await client.run('egress', 'allow', 'first', 'b.example', ...words)
      assert.is(exitCode, 1)
      assert.match(err, /two\.yaml:9:11: .*egress\/mode/)
      assert.is(client.text('two.yaml'), text)
    }
  }))

test("a host that the operator's lists forbid is not added", () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const lists =
      'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: baseline, egress: {deny: ["*.paste.example"]}}\n'
    await client.file('policy.yaml', lists)
    const policy = ['--policy', `${client.root}/policy.yaml`]
    const refused = await client.run('egress', 'allow', 'first', 'a.paste.example', ...policy)
    assert.is(refused.exitCode, 1)
    assert.match(refused.err, /a\.paste\.example/)
    assert.is(client.text('two.yaml'), TWO)
    assert.is((await client.run('egress', 'allow', 'first', 'b.example', ...policy)).exitCode, 0)
  }))

test('deny forbids what is not yet forbidden', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const { out } = await client.run('egress', 'deny', 'first', 'paste.example', 'x.evil.example', '--method', 'POST')
    assert.is(out, 'bottle.bottled.dev/first egress denied\n')
    assert.is(
      client.text('two.yaml'),
      TWO.replace('"*.evil.example"\n', '"*.evil.example"\n    - host: paste.example\n      methods: [POST]\n'),
    )
    assert.is(
      (await client.run('egress', 'deny', 'first', 'x.evil.example')).out,
      'bottle.bottled.dev/first unchanged\n',
    )
    assert.is((await client.run('egress', 'deny', 'first', 'a.example', '--for', '1h')).exitCode, 2)
    await client.file('bare.yaml', head('bare'))
    assert.match((await client.run('egress', 'deny', 'bare', 'a.example')).err, /has no spec\.egress/)
  }))

test('check and compile take a bottle by its name', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    assert.equal(await client.run('egress', 'check', 'bottle/first', 'GET', 'https://a.example/'), {
      exitCode: 0,
      out: 'GET https://a.example/: allowed by allow[0]\nallow[0] allows it.\n',
      err: '',
    })
    assert.is((await client.run('egress', 'check', 'first', 'POST', 'https://a.example/')).exitCode, 1)
    assert.match((await client.run('egress', 'compile', 'second')).out, /"allow": \[\]/)
    await client.file('bare.yaml', head('bare'))
    const bare = await client.run('egress', 'check', 'bare', 'GET', 'https://a.example/')
    assert.is(bare.exitCode, 3)
    assert.match(bare.err, /bottle\/bare has no spec\.egress: the rules of its bundle image count/)
    await client.file('bad.yaml', `${head('bad')}  egress: {allow: [{host: 10.0.0.1}]}\n`)
    assert.match(
      (await client.run('egress', 'check', 'bad', 'GET', 'https://a.example/')).err,
      /bad\.yaml:6:27: .*literal address/,
    )
    assert.is((await client.run('egress', 'compile', 'first', 'second')).exitCode, 2)
  }))

test('check, compile and test take a file with a Bottle, too', () =>
  withClient(async (client) => {
    await client.file('one.yaml', `${head('one')}  egress: {presets: [npm]}\nstatus: {phase: Ready}\n`)
    await client.file('two.yaml', TWO)
    await client.file('bare.yaml', head('bare'))
    await client.file('bad.yaml', `${head('bad')}  egress: {allow: [{host: 10.0.0.1}]}\n`)
    await client.file(
      'cases.yaml',
      'cases: [{request: {host: a.example, port: 443, method: GET, path: /}, decision: {allow: false}}]',
    )
    const check = (file: string) => client.run('egress', 'check', '-f', file, 'GET', 'https://registry.npmjs.org/x')
    assert.match((await check('one.yaml')).out, 'allowed by presets.npm[0]')
    assert.match((await client.run('egress', 'compile', '-f', 'one.yaml')).out, /"hash": "sha256:/)
    assert.match(
      (await client.run('egress', 'test', '-f', 'one.yaml', 'cases.yaml')).err,
      '1 case in 1 file, all as expected',
    )
    for (const [file, message] of [
      ['two.yaml', /two\.yaml:2:1: the file holds several Bottles: name one in place of the file/],
      ['bare.yaml', /bare\.yaml:1:1: the Bottle has no spec\.egress/],
      ['bad.yaml', /bad\.yaml:6:27: .*literal address/],
    ] as const) {
      const { exitCode, out } = await check(file)
      assert.is(exitCode, 1)
      assert.match(out, message)
    }
  }))

test('cases name the file of the Bottle that they test, from their own folder', () =>
  withClient(async (client) => {
    await client.file('bottles/one.yaml', `${head('one')}  egress: {presets: [npm]}\n`)
    await client.file('bottles/bare.yaml', head('bare'))
    await client.file('bottles/none.yaml', 'a: b\n')
    const cases =
      'cases: [{request: {host: registry.npmjs.org, port: 443, method: GET, path: /}, decision: {allow: true}}]\n'
    const run = async (top: string): Promise<string> => {
      await client.file('bottles/test/cases.yaml', `${top}\n${cases}`)
      const { exitCode, out, err } = await client.run('egress', 'test', 'bottles/test/cases.yaml')
      return `${exitCode} ${out}${err}`
    }
    assert.is(await run('bottle: ../one.yaml'), '0 1 case in 1 file, all as expected\n')
    assert.match(await run('bottle: ../bare.yaml'), /^1 bottles\/bare\.yaml:1:1: the Bottle has no spec\.egress/)
    assert.match(await run('bottle: ../none.yaml'), /^1 bottles\/none\.yaml:1:1: unknown field a/)
    assert.match(await run('bottle: ../gone.yaml'), /^3 error: can't read the file "bottles\/gone\.yaml"/)
    await client.file('bottles/link/x', '')
    await symlink('/etc/passwd', join(client.root, 'bottles/link/away.yaml'))
    for (const away of ['/etc/passwd', '../../../../etc/passwd', '../link/away.yaml', '..', '/dev/zero']) {
      const said = await run(`bottle: ${away}`)
      assert.match(said, /^(1 error: bottle: ".*" leads out of the current folder|3 error: can't read)/)
      assert.not.match(said, 'root:')
    }
    assert.match(await run('bottle: ../one.yaml\npolicy: {}'), /cases\.yaml:1:1: policy and bottle exclude each other/)
  }))

test('names, actions and presets are completed', () =>
  withClient(async (client) => {
    await client.file('two.yaml', TWO)
    const complete = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await client.run('__complete', '--', 'egress', ...words)).out.trim().split('\n')
    assert.equal(await complete(''), ['log', 'check', 'allow', 'deny', 'revoke', 'presets', 'compile', 'test'])
    assert.equal(await complete('allow', ''), ['first', 'second'])
    assert.equal(await complete('presets', 'n'), ['npm'])
    assert.equal(await complete('allow', 'first', ''), [''])
    assert.equal(await complete('test', ''), [''])
  }))

test.run()
