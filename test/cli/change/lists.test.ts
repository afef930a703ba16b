import * as assert from 'uvu/assert'
import { readDocuments } from '../../../cli/bottles/lists.ts'
import { createClient } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('lists')

const TWO = `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: alpha, labels: {team: search}}
spec:
  agent: claude   # who
  env: {A: 'yes', B: "123"}
---
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: beta}
spec:
  agent: claude
`

const printed = async (format: string): Promise<string> => {
  const client = await createClient()
  try {
    await client.file('two.yaml', TWO)
    return (await client.run('get', 'bottles', '-o', format)).out
  } finally {
    await client.remove()
  }
}

for (const format of ['yaml', 'json']) {
  test(`what get -o ${format} prints, apply -f - writes into an empty root`, async () => {
    const list = await printed(format)
    assert.match(list, /kind"?: "?List/)
    const client = await createClient({ stdin: list })
    try {
      assert.is((await client.run('apply', '-f', '-', '--yes')).err.match(/^error.*/m)?.[0], undefined)
      assert.match((await client.run('diff', '-f', '-')).out, /bottle\/alpha \(new\) .*<stdin>|alpha/)
      const { out, exitCode } = await client.run('validate')
      assert.equal([out, exitCode], ['', 0])
      assert.match(client.text('alpha.yaml'), /^ {4}team: search$/m)
      assert.match(client.text('alpha.yaml'), /^ {4}A: "?yes"?\n {4}B: "123"$/m)
      assert.not.match(client.text('alpha.yaml'), /status|List/)
      const again = await client.run('apply', '-f', '-', '--yes')
      assert.match(again.out, /alpha unchanged\n.*beta unchanged/)
    } finally {
      await client.remove()
    }
  })
}

test('a List is read nested in another, and beside other documents', () => {
  const item = (name: string) =>
    `{apiVersion: bottled.dev/v1alpha1, kind: Bottle, metadata: {name: ${name}}, spec: {agent: claude}}`
  const text = `# mine
apiVersion: v1
kind: List
items:
- ${item('a')}
- apiVersion: v1
  kind: List
  items:
  - ${item('b')}
  - {apiVersion: v1, kind: ConfigMap}
---
${item('c')}
`
  const { documents, foreign, complaints } = readDocuments({ path: 'x.yaml', text })
  assert.equal(
    documents.map(({ name, line }) => [name, line]),
    [
      ['a', 5],
      ['b', 9],
      ['c', 12],
    ],
  )
  assert.equal([foreign, complaints], [1, []])
})

test('what is wrong with an item is said with its line, and nothing is written', async () => {
  const stdin =
    'apiVersion: v1\nkind: List\nitems:\n- apiVersion: bottled.dev/v1alpha1\n  kind: Bottle\n  metadata: {name: a}\n  spec: {agnt: claude}\n'
  const client = await createClient({ stdin })
  try {
    assert.match((await client.run('validate', '-')).out, /^<stdin>:4:3: unknown field spec\.agnt/m)
    const applied = await client.run('apply', '-f', '-')
    assert.is(applied.exitCode, 1)
    assert.match(applied.err, /<stdin>:4:3: /)
  } finally {
    await client.remove()
  }
})

test('a duplicate key in an item is not read as its last value', () => {
  const { documents } = readDocuments({
    path: 'x',
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: bottled.dev/v1alpha1\n  kind: Bottle\n  metadata: {name: a}\n  spec: {agent: claude, agent: codex}\n',
  })
  assert.equal(
    documents.map(({ bottle, complaints }) => [bottle, complaints[0]?.code]),
    [[undefined, 'DuplicateKey']],
  )
})

test('an alias to an anchor in another item is followed', () => {
  const { documents, complaints } = readDocuments({
    path: 'x',
    text: `apiVersion: v1
kind: List
items:
- {apiVersion: bottled.dev/v1alpha1, kind: Bottle, metadata: {name: a}, spec: &s {agent: claude}}
- {apiVersion: bottled.dev/v1alpha1, kind: Bottle, metadata: {name: b}, spec: *s}
`,
  })
  assert.equal(complaints, [])
  assert.equal(
    documents.map(({ bottle }) => bottle?.spec.agent),
    ['claude', 'claude'],
  )
})

test('a List of more than 1,000 items, or in more than eight others, is refused', () => {
  const many = `apiVersion: v1\nkind: List\nitems:\n${'- {apiVersion: v1, kind: ConfigMap}\n'.repeat(1_001)}`
  assert.match(readDocuments({ path: 'x', text: many }).complaints[0]?.message ?? '', /more than 1000 documents/)
  const open = '{apiVersion: v1, kind: List, items: ['
  const bottle = '{apiVersion: bottled.dev/v1alpha1, kind: Bottle, metadata: {name: a}, spec: {agent: claude}}'
  const deep = readDocuments({ path: 'x', text: open.repeat(12) + bottle + ']}'.repeat(12) })
  assert.is(deep.documents[0]?.bottle, undefined)
  assert.ok(deep.documents.some(({ complaints }) => complaints.length > 0))
})

test('in the root a List is a complaint with its place', async () => {
  const client = await createClient()
  try {
    await client.file(
      'list.yaml',
      `apiVersion: v1\nkind: List\nitems:\n- ${TWO.split('---')[0]!.trim().replaceAll('\n', '\n  ')}\n`,
    )
    const { out, exitCode } = await client.run('validate')
    assert.match(out, /^list\.yaml:2:7: a List is not read here/)
    assert.is(exitCode, 1)
  } finally {
    await client.remove()
  }
})

test.run()
