import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { listRequests } from '../../../controller/state/requests.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl writes')

const TWO = `# the first
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: alpha, labels: {team: search}}
spec:
  agent: claude   # who
  env: {A: b}
---
# the second
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: beta}
spec:
  agent: claude
`

const withClient = (title: string, body: (client: Client) => Promise<void>, stdin?: string): void =>
  test(title, async () => {
    const client = await createClient(stdin === undefined ? {} : { stdin })
    try {
      await body(client)
    } finally {
      await client.remove()
    }
  })

const applied = async (client: Client, name: string, spec: object): Promise<void> => {
  const folder = join(client.stateDir, 'bottles', name)
  await mkdir(folder, { recursive: true })
  const record = {
    version: 1,
    uid: 'u-1',
    name,
    identity: name,
    file: 'a.yaml',
    generation: 2,
    specHash: specHash(spec),
    goodHash: specHash(spec),
    spec,
    subnet: '192.168.44.0/24',
  }
  await writeFile(join(folder, 'record.json'), JSON.stringify(record))
}

withClient('suspend changes one line and keeps every other byte', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, out } = await client.run('suspend', 'alpha')
  assert.equal([exitCode, out], [0, 'bottle.bottled.dev/alpha suspended\n'])
  assert.is(client.text('a.yaml'), TWO.replace('env: {A: b}\n', 'env: {A: b}\n  suspend: true\n'))
  assert.is((await client.run('suspend', 'alpha')).out, 'bottle.bottled.dev/alpha unchanged\n')
})

withClient('a dry run changes nothing', async (client) => {
  await client.file('a.yaml', TWO)
  for (const argv of [
    ['suspend', 'alpha'],
    ['delete', 'bottle', 'alpha'],
    ['label', 'b', 'alpha', 'x=y'],
    ['annotate', 'b', 'beta', 'x=y'],
  ]) {
    assert.match((await client.run(...argv, '--dry-run')).out, / \(dry run\)\n$/)
  }
  assert.is(client.text('a.yaml'), TWO)
})

withClient('delete removes one document and leaves the other unchanged', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, out } = await client.run('delete', 'bottle', 'alpha')
  assert.equal([exitCode, out], [0, 'bottle.bottled.dev "alpha" deleted\n'])
  assert.is(client.text('a.yaml'), TWO.slice(TWO.indexOf('---')))
  await client.run('delete', 'bottle/beta')
  assert.not.ok(existsSync(join(client.root, 'a.yaml')), 'the file of the last document goes')
})

withClient('delete of an existing bottle leaves a confirmation for the controller', async (client) => {
  await client.file('a.yaml', TWO)
  await applied(client, 'alpha', { agent: 'claude', env: { A: 'b' } })
  const { exitCode, err } = await client.run('delete', 'bottle', 'alpha')
  assert.is(exitCode, 0)
  assert.match(err, /no controller runs/)
  const [request] = await listRequests(client.stateDir)
  assert.equal([request?.kind, request?.name], ['delete', 'alpha'])
})

withClient('delete of an unknown name exits with 3', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, err } = await client.run('delete', 'bottle', 'alhpa')
  assert.is(exitCode, 3)
  assert.match(err, /did you mean "alpha"\?/)
})

withClient('many bottles are only deleted after a confirmation', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, err } = await client.run('delete', 'bottles', '--all')
  assert.is(exitCode, 2)
  assert.match(err, /--yes/)
  assert.is(client.text('a.yaml'), TWO)
  assert.is((await client.run('delete', 'bottles', '--all', '--yes')).exitCode, 0)
  assert.not.ok(existsSync(join(client.root, 'a.yaml')))
})

withClient('label sets, refuses to overwrite, and removes', async (client) => {
  await client.file('a.yaml', TWO)
  assert.is((await client.run('label', 'bottle', 'beta', 'a=b')).out, 'bottle.bottled.dev/beta labeled\n')
  assert.is((await client.run('label', 'bottle', 'beta', 'a=b')).out, 'bottle.bottled.dev/beta not labeled\n')
  const refused = await client.run('label', 'bottle', 'beta', 'a=c')
  assert.is(refused.exitCode, 1)
  assert.match(refused.err, /^error: 'a' already has a value \(b\), and --overwrite is false\n/)
  assert.is((await client.run('label', 'bottle', 'beta', 'a-')).out, 'bottle.bottled.dev/beta unlabeled\n')
  assert.ok(client.text('a.yaml').startsWith(TWO.slice(0, TWO.indexOf('metadata: {name: beta}'))))
})

withClient('a label that is not valid is refused and nothing is written', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, err } = await client.run('label', 'bottle', 'beta', 'a=not valid')
  assert.is(exitCode, 1)
  assert.match(err, /nothing was changed/)
  assert.is(client.text('a.yaml'), TWO)
})

withClient('apply changes the document in place and keeps its comments', async (client) => {
  await client.file('a.yaml', TWO)
  await client.file('.new.yaml', TWO.replace('env: {A: b}', 'env: {A: c}').replace('   # who', ''))
  const { exitCode, out } = await client.run('apply', '-f', join(client.root, '.new.yaml'))
  assert.equal([exitCode, out], [0, 'bottle.bottled.dev/alpha configured\nbottle.bottled.dev/beta unchanged\n'])
  assert.is(client.text('a.yaml'), TWO.replace('A: b', 'A: c'))
})

withClient(
  'apply from stdin creates a file of that name, without a status',
  async (client) => {
    const { exitCode, out } = await client.run('apply', '-f', '-')
    assert.equal([exitCode, out], [0, 'bottle.bottled.dev/gamma created\n'])
    assert.is(
      client.text('gamma.yaml'),
      'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: gamma}\nspec: {agent: x}\n',
    )
  },
  'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: gamma}\nspec: {agent: x}\nstatus: {phase: Ready}\n',
)

withClient(
  'apply refuses everything if one document is invalid',
  async (client) => {
    await client.file('a.yaml', TWO)
    const { exitCode, err } = await client.run('apply', '-f', '-')
    assert.is(exitCode, 1)
    assert.match(err, /^error: <stdin>:\d+:\d+: unknown field spec\.agnt/m)
    assert.is(client.text('a.yaml'), TWO)
  },
  `${TWO.replace('A: b', 'A: c')}---\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: gamma}\nspec: {agent: x, agnt: y}\n`,
)

withClient('diff names each change with its cost, and exits with 1', async (client) => {
  await client.file('a.yaml', TWO.replace('env: {A: b}', 'env: {A: c}\n  machine: {image: ./x.tar}'))
  await applied(client, 'alpha', { agent: 'claude', env: { A: 'b' } })
  await applied(client, 'beta', { agent: 'claude' })
  const { exitCode, out } = await client.run('diff')
  assert.is(exitCode, 1)
  assert.is(
    out,
    `bottle/alpha (a.yaml:2)
  ~ spec.env.A          "b" → "c"           machine: restart
  + spec.machine.image  <none> → "./x.tar"  machine: recreate
  ! the VM must be recreated, and its disk is lost: applied by bottlectl rollout alpha
`,
  )
  assert.equal([(await client.run('diff', 'beta')).exitCode, (await client.run('diff', 'nope')).exitCode], [0, 3])
})

withClient('diff names refused changes', async (client) => {
  await client.file('a.yaml', TWO.replace('env: {A: b}', 'network: {subnet: 192.168.9.0/24}'))
  await applied(client, 'alpha', { agent: 'claude' })
  const { out } = await client.run('diff', 'alpha')
  assert.match(out, /refused/)
  assert.match(out, /spec\.network\.subnet is immutable/)
})

withClient('a request without a controller waits for one and says so', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, err } = await client.run('rollout', 'alpha')
  assert.is(exitCode, 1)
  assert.match(
    err,
    /^error: no controller runs on ROOT; the request \(rollout of bottle\/alpha\) is kept and carried out when one runs\nhint: bottled run ROOT\n/,
  )
  assert.is((await listRequests(client.stateDir)).length, 1)
})

withClient('plan shows the steps of the production chain and changes nothing', async (client) => {
  await client.file('a.yaml', TWO)
  const { exitCode, out } = await client.run(
    'plan',
    'alpha',
    '--bundle-image',
    'bundle:1',
    '--docker-host',
    'unix:///nowhere.sock',
    '--smolvm',
    '/nowhere/smolvm',
    '-o',
    'json',
  )
  assert.is(exitCode, 0)
  const plan = JSON.parse(out) as {
    identity: string
    subnet: string
    bundleIp: string
    steps: { verb: string; target: string }[]
    notes: string[]
    guestEnv: Record<string, string>
  }
  assert.is(plan.identity, 'alpha')
  assert.is(plan.bundleIp, plan.subnet.replace('0/24', '2'))
  assert.is(plan.guestEnv['HTTPS_PROXY'], `http://${plan.bundleIp}:8888`)
  assert.equal(
    plan.steps.map(({ verb, target }) => `${verb} ${target}`),
    [
      'create record/alpha',
      'create network/bottle-alpha',
      'pull image/bundle:1',
      'create bundle/bottle-alpha-bundle',
      'create machine/bottle-alpha',
    ],
  )
  assert.ok(plan.notes.some((note) => note.startsWith('Docker not checked')))
  assert.not.ok(existsSync(client.stateDir))
})

withClient('plan names a blocking condition', async (client) => {
  await client.file('a.yaml', `${TWO}  bundle: {mounts: [{source: ., target: /work, readOnly: false}]}\n`)
  const { out } = await client.run(
    'plan',
    'beta',
    '--docker-host',
    'unix:///nowhere.sock',
    '--smolvm',
    '/nowhere/smolvm',
  )
  assert.match(out, /^Blocked: {2}bundle: Tainted: /m)
})

test.run()
