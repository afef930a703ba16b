import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl says what the controller would, of tainted paths')

const text = (name: string, spec: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: x, ${spec}}\n`
const withClient = (title: string, body: (client: Client) => Promise<void>): void =>
  test(title, async () => {
    const client = await createClient()
    try {
      await body(client)
    } finally {
      await client.remove()
    }
  })
/** For the plan: no Docker and no smolvm are asked for long. */
const NOWHERE = ['--docker-host', 'unix:///nowhere.sock', '--smolvm', '/nowhere'] as const

/** So that only what is forbidden at every level is. */
const privileged = async (client: Client): Promise<string> => {
  const policy = join(client.root, '.policy.yaml')
  writeFileSync(policy, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: privileged}\n')
  return policy
}

withClient('validate, plan and apply: a workspace around the root', async (client) => {
  const why = (root: string) => `spec.workspace.path / contains the root ${root}, which no bottle may write`
  const policy = await privileged(client)
  await client.file('a.yaml', text('a', 'workspace: {path: /, mode: mount}'))
  const validated = await client.run('validate', '--policy', policy)
  assert.is(validated.exitCode, 1)
  assert.is(
    validated.out,
    `a.yaml:4:36: ${why(client.root)}\nspec: {agent: x, workspace: {path: /, mode: mount}}\n${' '.repeat(35)}^\n`,
  )
  const github = await client.run('validate', '-o', 'github', '--policy', policy)
  assert.match(github.out, /^::error file=a\.yaml,line=4,col=36,title=Tainted::spec\.workspace\.path/)
  const planned = await client.run('plan', 'a', '-o', 'json', '--bundle-image', 'i:1', '--policy', policy, ...NOWHERE)
  const { blocked, steps } = JSON.parse(planned.out) as {
    readonly blocked: object
    readonly steps: readonly { readonly target: string }[]
  }
  assert.equal(blocked, { by: 'bundle', reason: 'Tainted', message: why(client.root) })
  assert.not(steps.some(({ target }) => target.startsWith('bundle/') || target.startsWith('machine/')))
  mkdirSync(join(client.root, '.new'))
  writeFileSync(join(client.root, '.new', 'b.yaml'), text('b', 'workspace: {path: /, mode: mount}'))
  const applied = await client.run('apply', '-f', '.new/b.yaml', '--policy', policy)
  assert.is(applied.exitCode, 1)
  assert.match(applied.err, /error: bottle\/b: spec\.workspace\.path \/ contains the root/)
  assert.not(existsSync(join(client.root, 'b.yaml')))
})

withClient('each bottle is judged beside all others of the root, as they would be', async (client) => {
  const [writes, trusts] = ['workspace: {path: /srv/w, mode: mount}', 'secrets: {KEY: {fromFile: /srv/w/key}}']
  await client.file('writer.yaml', text('writer', writes))
  assert.is((await client.run('validate')).exitCode, 0)
  await client.file('.new/trusting.yaml', text('trusting', trusts))
  const lies =
    'spec.secrets.KEY.fromFile /srv/w/key lies in spec.workspace.path /srv/w of bottle/writer, and its agent could change it'
  for (const verb of ['validate', 'apply'])
    assert.match(
      Object.values(await client.run(verb, ...(verb === 'apply' ? ['-f'] : []), '.new/trusting.yaml')).join(' '),
      lies,
    )
  await client.file('.new/writer.yaml', text('writer', 'git: true'))
  const together = await client.run('validate', '.new')
  assert.equal([together.exitCode, together.out], [0, ''])
  assert.is((await client.run('apply', '-f', '.new', '--dry-run')).exitCode, 0)
})

withClient('one that was started keeps what it has, by its record', async (client) => {
  await client.file('writer.yaml', text('writer', 'workspace: {path: /srv/w, mode: mount}'))
  const folder = join(client.stateDir, 'bottles', 'old')
  mkdirSync(folder, { recursive: true })
  const place = {
    canonical: '/srv/w/rules',
    kind: 'folder',
    device: '1',
    inode: '2',
    owner: 0,
    mode: 0,
    links: 1,
    above: [],
    via: [],
  }
  const use = {
    field: ['spec', 'bundle', 'mounts', 0, 'source'],
    role: 'bundle-mount',
    path: '/srv/w/rules',
    writable: false,
    place,
    mounts: [],
  }
  const spec = { agent: 'x', bundle: { mounts: [{ source: '/srv/w/rules', target: '/r' }] } }
  const record = {
    version: 1,
    uid: 'u',
    name: 'old',
    identity: 'old',
    file: 'old.yaml',
    generation: 1,
    specHash: 'h',
    spec,
    reach: { bundle: [use] },
  }
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record))
  const { out } = await client.run('validate', 'writer.yaml')
  assert.match(
    out,
    /would let its agent change spec\.bundle\.mounts\[0\]\.source \/srv\/w\/rules of bottle\/old, which was started before/,
  )
})

withClient('what can’t be looked at is said, and no error', async (client) => {
  symlinkSync('loop', join(client.root, 'loop'))
  await client.file('a.yaml', text('a', 'workspace: {path: ./loop/x, mode: mount}'))
  const { exitCode, err } = await client.run('validate', '--policy', await privileged(client))
  assert.is(exitCode, 0)
  assert.match(err, /warning: a\.yaml:1: its paths are not checked: .*more than 40 symbolic links/)
})

test.run()
