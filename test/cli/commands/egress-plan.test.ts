import * as assert from 'uvu/assert'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { createClient, readyStatus } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('plan and diff of egress')

const file = (egress: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec:\n  agent: x\n  secrets: {ONE: {fromEnv: ONE}, TWO: {fromEnv: TWO}}\n  egress: ${egress}\n`
const SECRETS = { ONE: { fromEnv: 'ONE' }, TWO: { fromEnv: 'TWO' } }

/** A bottle that runs with `before`, and a file that says `after`. */
const withEdit = async (
  before: BottleSpec['egress'],
  after: string,
  body: (client: Client) => Promise<void>,
): Promise<void> => {
  const client = await createClient()
  try {
    const spec: BottleSpec = { agent: 'x', secrets: SECRETS, ...(before === undefined ? {} : { egress: before }) }
    await client.file('a.yaml', file(after))
    const applied = { generation: 3, hash: 'h', spec }
    await client.record('a', readyStatus(spec, 'a'), { spec, applied, everReady: true })
    await body(client)
  } finally {
    await client.remove()
  }
}

test('diff shows an edit as what it adds to what may be reached and takes away, presets filled in', () =>
  withEdit(
    { presets: ['pypi'], allow: [{ host: 'a.example', credential: { secret: 'ONE', header: 'X-Key' } }] },
    '{presets: [npm], allow: [{host: a.example, methods: [GET], credential: {secret: TWO, header: X-Key}}], deny: [{host: x.example}]}',
    async (client) => {
      const { exitCode, out } = await client.run('diff', 'a')
      assert.is(exitCode, 1)
      const lines = out.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))
      assert.ok(lines.includes('~ spec.egress | see below | live'), out)
      assert.ok(lines.includes('what may be reached:'))
      assert.ok(lines.includes('+ registry.npmjs.org | GET, HEAD | any path | presets.npm[0]'), out)
      assert.ok(lines.includes('- pypi.org | GET, HEAD | any path'), out)
      assert.ok(lines.includes('- a.example | any method | any path | X-Key from ONE'), out)
      assert.ok(lines.includes('- never x.example | any method | any path | deny[0]'), out)
      assert.ok(lines.includes('~ a.example: X-Key is set from the secret TWO'), out)
      const json = JSON.parse((await client.run('diff', 'a', '-o', 'json')).out) as readonly {
        readonly reach: { readonly added: readonly { readonly host: string }[] }
      }[]
      assert.ok(json[0]?.reach.added.some(({ host }) => host === 'registry.npmjs.org'))
    },
  ))

test('an edit that changes no reach says so', () =>
  withEdit({ allow: [{ host: 'a.example' }] }, '{allow: [{host: A.example, ports: [443]}]}', async (client) => {
    const { out } = await client.run('diff', 'a')
    assert.match(out, /~ spec\.egress +the same may be reached +live/)
    assert.not.match(out, 'what may be reached:')
  }))

test('an applied policy whose preset is gone since is compared without it', () =>
  withEdit(
    { presets: ['long-gone'], allow: [{ host: 'a.example' }] },
    '{allow: [{host: a.example}]}',
    async (client) => {
      assert.match((await client.run('diff', 'a')).out, /~ spec\.egress +the same may be reached/)
    },
  ))

test('plan shows the whole policy, expanded, with the word about HTTP/2, and the changes', () =>
  withEdit(undefined, '{presets: [npm], allow: [{host: grpc.example, tls: passthrough}]}', async (client) => {
    const plan = ['plan', 'a', '--docker-host', 'unix:///nowhere/docker.sock', '--smolvm', '/nowhere/smolvm']
    const { exitCode, out, err } = await client.run(...plan)
    assert.is(exitCode, 0, err)
    assert.match(
      out,
      /\nEgress \(enforce\):\n {2}grpc\.example +any method +any path +allow\[0\], passed through, not looked into\n {2}registry\.npmjs\.org +GET, HEAD +any path +presets\.npm\[0\]\n/,
    )
    assert.match(
      out,
      /These hosts are looked into and speak HTTP\/1\.1; what needs HTTP\/2, such as gRPC, takes tls: passthrough/,
    )
    assert.match(out, /what may be reached:\n +~ spec\.egress is new, until now the bundle image's own rules counted/)
    const json = JSON.parse((await client.run(...plan, '-o', 'json')).out) as {
      readonly egress: { readonly hash: string }
      readonly reach: { readonly mode: unknown }
    }
    assert.match(json.egress.hash, /^sha256:/)
    assert.equal(json.reach.mode, { after: 'enforce' })
  }))

test('plan says nothing of HTTP/2 where nothing is looked into', () =>
  withEdit({}, '{allow: [{host: grpc.example, tls: passthrough}]}', async (client) => {
    const { out } = await client.run(
      'plan',
      'a',
      '--docker-host',
      'unix:///nowhere/docker.sock',
      '--smolvm',
      '/nowhere',
    )
    assert.match(out, 'Egress (enforce):')
    assert.not.match(out, 'HTTP/2')
  }))

test.run()
