import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verbs } from '../../../cli/commands/index.ts'
import { createClient, runExecutable } from '../../helpers/client.ts'
import { cli, entry } from '../../helpers/entry.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl executable')
const withGit = needing(test, 'git')
const ALPHA =
  'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha, labels: {team: search}}\nspec: {agent: claude}\n'

test(
  'usage errors exit with 2, each with the next command',
  async () => {
    for (const [argv, words] of [
      [['gat'], /^error: unknown command "gat" for "bottlectl"\nhint: did you mean "bottlectl get"\?\n$/],
      [['ls'], /did you mean "bottlectl get"/],
      [
        ['get'],
        /^error: missing required argument 'type'\nhint: bottlectl get bottles; see also: bottlectl get --help\n$/,
      ],
      [['git-filter'], /hint: bottlectl git-filter install; see also/],
      [
        ['wait', 'b', 'x', '--timeout', 'abc'],
        /^error: --timeout: invalid duration "abc"; write it like 500ms, 30s, 5m or 1h\nhint: bottlectl wait --help\n$/,
      ],
      [['get', 'b', '--sho-labels'], /^error: unknown option '--sho-labels'\nhint: did you mean --show-labels\?/],
      [['get', 'b', '-A'], /^error: unknown option '-A'\nhint: namespaces and clusters are not supported.* -d DIR/],
      [['-n', 'x', 'get', 'b'], /^error: unknown option '-n'\nhint: namespaces and clusters are not supported/],
      [['delete', '-f', 'a.yaml'], /hint: .*bottlectl delete bottle NAME/],
      [['rollout', 'status', 'bottle/web'], /hint: bottlectl wait bottle web --for=condition=Ready\n/],
      [['get', 'all'], /hint: did you mean "bottles"\?\n/],
      [['wait', 'b', 'x'], /^error: --for is required\n/],
      [
        ['get', 'b', '-o', 'json', '--sho-labels'],
        /^\{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"BadRequest","message":"unknown option '--sho-labels'","code":400,"details":\{"hint":"[^"]+","exitCode":2\}\}\n$/,
      ],
    ] as const) {
      const { exitCode, out, err } = await runExecutable(argv)
      assert.is(exitCode, 2, argv.join(' '))
      assert.is(out, '')
      assert.match(err, words)
    }
  },
  { deadlineMs: 60_000 },
)

test(
  'common flags may come before the verb, and the root is found from a folder below it',
  async () => {
    const client = await createClient()
    await client.file('sub/a.yaml', ALPHA)
    await client.file('.bottled/.gitignore', '*\n')
    const before = await runExecutable(['-d', client.root, 'get', 'b', '-o', 'name'])
    assert.is(before.out, 'bottle.bottled.dev/alpha\n')
    assert.is((await runExecutable(['get', 'b', '-o', 'name'], { cwd: join(client.root, 'sub') })).out, before.out)
    assert.is(
      (await runExecutable(['get', 'b', '-o', 'name'], { env: { BOTTLE_DIR: client.root }, cwd: '/' })).out,
      before.out,
    )
    await client.remove()
  },
  { deadlineMs: 60_000 },
)

test(
  'a read loads neither dockerode nor chokidar nor ajv nor execa',
  async () => {
    const client = await createClient()
    await client.file('a.yaml', ALPHA)
    const list = join(client.root, '.loaded')
    const preload = join(client.root, '.preload.mjs')
    // Hooks run in a separate thread: each resolved module is written to a file.
    const hooks = `import{appendFileSync}from'node:fs';export const resolve=async(s,c,n)=>{const r=await n(s,c);appendFileSync(${JSON.stringify(list)},r.url+'\\n');return r}`
    writeFileSync(
      preload,
      `import{register,default as Module}from'node:module';import{appendFileSync}from'node:fs';register('data:text/javascript,'+encodeURIComponent(${JSON.stringify(hooks)}));process.on('exit',()=>appendFileSync(${JSON.stringify(list)},Object.keys(Module._cache).join('\\n')))`,
    )
    for (const argv of [
      ['get', 'b'],
      ['describe', 'b', 'alpha'],
      ['events'],
      ['validate'],
      ['wait', 'b', 'alpha', '--for=create'],
    ]) {
      writeFileSync(list, '')
      const { exitCode } = await runExecutable(['-d', client.root, ...argv], { nodeArgs: ['--import', preload] })
      assert.is(exitCode, 0, argv.join(' '))
      const loaded = readFileSync(list, 'utf8')
      assert.match(loaded, /node_modules\/commander\//, 'the list of modules is empty: the hook does not work')
      assert.not.match(loaded, /node_modules\/(dockerode|chokidar|execa)\//, argv.join(' '))
      assert.not.match(loaded, /node_modules\/ajv\/dist\/(?!runtime\/)/, argv.join(' '))
    }
    await client.remove()
  },
  { deadlineMs: 60_000 },
)

test('every verb has help with its name, and no two share a name', async () => {
  const names = verbs.flatMap((verb) => verb.names)
  assert.is(new Set(names).size, names.length)
  for (const {
    names: [name = ''],
    load,
  } of verbs)
    assert.is((await load()).name, name)
  const { exitCode, out } = await runExecutable(['--help'])
  assert.is(exitCode, 0)
  for (const {
    names: [name = ''],
  } of verbs.filter(({ names }) => names[0] !== '__complete'))
    assert.match(out, new RegExp(`^ {2}${name}[ |]`, 'm'))
})

test('a closed pipe is not an error', async () => {
  const client = await createClient()
  await client.file('a.yaml', ALPHA)
  const out = execFileSync(
    '/bin/bash',
    [
      '-c',
      `set -o pipefail; '${cli('bottlectl').join("' '")}' -d '${client.root}' explain bottle --recursive | head -n 1`,
    ],
    { cwd: new URL('../../..', import.meta.url).pathname, encoding: 'utf8' },
  )
  assert.is(out, 'GROUP:      bottled.dev\n')
  await client.remove()
})

test('an interrupted watch exits with 130', async () => {
  const client = await createClient()
  await client.file('a.yaml', ALPHA)
  const child = spawn(process.execPath, [...entry('bottlectl'), '-d', client.root, 'get', 'b', '-w'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (/gamma/.test(out)) child.kill('SIGINT')
    else if (/alpha/.test(out)) void client.file('b.yaml', ALPHA.replace('name: alpha', 'name: gamma'))
  })
  assert.is(await ended, 130)
  clearTimeout(killer)
  assert.match(out, /^NAME .*\nalpha .*\ngamma /)
  await client.remove()
})

test('completion knows verbs, kinds, names, values and labels', async () => {
  const client = await createClient()
  await client.file('a.yaml', ALPHA)
  const complete = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await client.run('__complete', '--', ...words)).out.split('\n').filter(Boolean)
  assert.equal(await complete('desc'), ['describe'])
  assert.equal(await complete('get', ''), ['bottles', 'bottle'])
  assert.equal(await complete('get', 'bottles', 'a'), ['alpha'])
  assert.equal(await complete('get', 'bottle/'), ['bottle/alpha'])
  assert.equal(await complete('get', 'b', '-l', ''), ['team=search'])
  assert.equal(await complete('get', 'b', '--selector=te'), ['--selector=team=search'])
  assert.equal(await complete('get', 'b', '-o', 'ya'), ['yaml'])
  assert.equal(await complete('logs', 'alpha', '-c', ''), ['bundle', 'machine'])
  assert.equal(await complete('explain', 'bottle.spec.w'), ['bottle.spec.workspace'])
  assert.equal(await complete('completion', ''), ['bash', 'zsh', 'fish'])
  await client.remove()
})

withGit(
  'git never sees status: clean through commits and merges',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'bottle-t-git-'))
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const status = 'status:\n  phase: Ready\n  conditions: []\n'
    git('init', '-q', '-b', 'main')
    writeFileSync(join(root, 'a.yaml'), ALPHA + status)
    assert.is((await runExecutable(['-d', root, 'git-filter', 'status'])).exitCode, 1)
    assert.is((await runExecutable(['-d', root, 'git-filter', 'install'])).exitCode, 0)
    assert.is((await runExecutable(['-d', root, 'git-filter', 'status'])).exitCode, 0)
    git('add', '-A')
    git('commit', '-qm', 'one')
    assert.is(git('show', 'HEAD:a.yaml'), ALPHA)
    assert.is(readFileSync(join(root, 'a.yaml'), 'utf8'), ALPHA + status)
    writeFileSync(join(root, 'a.yaml'), `${ALPHA}status:\n  phase: Degraded\n  conditions: []\n`)
    assert.is(git('diff'), '')
    await runExecutable(['-d', root, 'git-filter', 'refresh'])
    assert.is(git('status', '--porcelain'), '')
    git('checkout', '-qb', 'side')
    writeFileSync(join(root, 'a.yaml'), ALPHA.replace('claude', 'codex') + status)
    git('commit', '-qam', 'two')
    git('checkout', '-q', 'main')
    git('merge', '-q', 'side')
    assert.is(git('show', 'HEAD:a.yaml'), ALPHA.replace('claude', 'codex'))
    rmSync(root, { recursive: true, force: true })
  },
  { deadlineMs: 60_000 },
)

test.run()
