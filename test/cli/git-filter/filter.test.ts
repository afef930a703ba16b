import * as assert from 'uvu/assert'
import { withoutStatus } from '../../../cli/git-filter/clean.ts'
import { serveFilter } from '../../../cli/git-filter/process.ts'
import { removeStatus, spliceStatus } from '../../../controller/edit/splice-status.ts'
import { readyStatus } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the clean filter')
const head = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: claude}'
const status = readyStatus({ agent: 'claude' }, 'a')
const clean = (text: string): string => withoutStatus(Buffer.from(text)).toString()

const texts: Readonly<Record<string, string>> = {
  plain: `${head}\n`,
  'without a last line end': head,
  'with Windows line ends': `${head}\n`.replaceAll('\n', '\r\n'),
  'with a comment at the end': `${head}\n# the end\n`,
  'with an empty line at the end': `${head}\n\n`,
  'with an end mark': `${head}\n...\n`,
  'second of two': `kind: Other\n---\n${head}\n`,
  'first of two': `${head}\n---\nkind: Other\nstatus: mine\n`,
  'with a byte order mark': `\uFEFF${head}\n`,
}

for (const [what, text] of Object.entries(texts)) {
  test(`a text ${what} is the same as before the controller wrote into it`, () => {
    const index = what === 'second of two' ? 1 : 0
    const written = spliceStatus({ text, index, status })
    assert.ok(written.includes('specHash'))
    assert.is(clean(written), clean(text))
    assert.is(clean(clean(written)), clean(written))
    assert.not.ok(clean(written).includes('specHash'))
  })
}

test('the fast path removes the same status as the parser', () => {
  const block = spliceStatus({ text: `${head}\n`, index: 0, status }).slice(head.length + 1)
  const tails = ['', '# the end\n', '\n', '\n# the end\n', '  # inside\n', 'more: 1\n', '---\nkind: Other\n']
  const heads = [
    head,
    `# first\n${head}\n\n# before status`,
    `${head}\n`,
    `---\n${head}`,
    head.replace('kind: Bottle', 'kind: Bottle # ours'),
    head.replace('kind: Bottle', 'kind: Other'),
    head.replace('{agent: claude}', '\n  agent: claude\n  status:\n    a: 1'),
  ]
  for (const before of heads)
    for (const tail of tails) {
      const text = `${before}\n${block}${tail}`
      assert.is(clean(text), removeStatus(text), text)
    }
})

test('JSON is the same as before the controller wrote into it', () => {
  for (const text of [
    `${JSON.stringify({ apiVersion: 'bottled.dev/v1alpha1', kind: 'Bottle', metadata: { name: 'a' }, spec: { agent: 'x' } }, undefined, 2)}\n`,
    '{"apiVersion":"bottled.dev/v1alpha1","kind":"Bottle","metadata":{"name":"a"},"spec":{"agent":"x"}}',
  ]) {
    const written = spliceStatus({ text, index: 0, status, json: true })
    assert.ok(written.includes('specHash'))
    assert.is(clean(written), text)
  }
})

test('a file without a Bottle is returned unchanged', () => {
  const latin = Buffer.from('name: M\xfcller\nstatus: x\n# bottled.dev/\nkind: Bottle\n', 'latin1')
  assert.ok(withoutStatus(latin).equals(latin))
  const other = 'apiVersion: apps/v1 # not bottled.dev/\nkind: Deployment\nstatus:\n  conditions: []\n'
  assert.is(clean(other), other)
})

test('a file that is not valid YAML loses the status that the controller wrote', () => {
  const broken = `${spliceStatus({ text: `${head}\n`, index: 0, status })}other: [\n`
  assert.is(clean(broken), `${head}\nother: [\n`)
  const conflict = `<<<<<<< ours\nspec: 1\n=======\nspec: 2\n>>>>>>> theirs\nkind: Bottle # bottled.dev/\nstatus:\n  mine: 1\n`
  assert.is(clean(conflict), conflict, 'a status of a person stays')
})

const packet = (text: string | Buffer): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}
const FLUSH = Buffer.from('0000')

const packetsOf = (bytes: Buffer): readonly (Buffer | undefined)[] => {
  const found: (Buffer | undefined)[] = []
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
    found.push(length === 0 ? undefined : bytes.subarray(at + 4, at + length))
    at += Math.max(length, 4)
  }
  return found
}

test('the filter process answers each file in turn: in any chunks, larger than a packet, or empty', async () => {
  const large = Buffer.concat(Array.from({ length: 5_000 }, (_, at) => Buffer.from(`line ${at} of a large file\n`)))
  const ours = spliceStatus({ text: `${head}\n`, index: 0, status })
  const sent = Buffer.concat([
    ...['git-filter-client\n', 'version=2\n'].map(packet),
    FLUSH,
    ...['capability=clean\n', 'capability=smudge\n', 'capability=delay\n'].map(packet),
    FLUSH,
    ...[Buffer.from(ours), large, Buffer.alloc(0)].flatMap((content) => [
      packet('command=clean\n'),
      packet('pathname=a.yaml\n'),
      FLUSH,
      ...Array.from({ length: Math.ceil(content.length / 60_000) }, (_, at) =>
        packet(Buffer.from(content.subarray(at * 60_000, (at + 1) * 60_000))),
      ),
      FLUSH,
    ]),
    packet('command=smudge\n'),
    packet('pathname=a.yaml\n'),
    FLUSH,
    packet(ours),
    FLUSH,
  ])
  for (const size of [7, 1_000, sent.length]) {
    const out: Buffer[] = []
    await serveFilter({
      // oxlint-disable-next-line func-style
      input: (async function* () {
        for (let at = 0; at < sent.length; at += size) yield sent.subarray(at, at + size)
      })(),
      write: (bytes) => void out.push(bytes),
      clean: withoutStatus,
    })
    const answers: string[][] = [[]]
    for (const each of packetsOf(Buffer.concat(out))) {
      if (each === undefined) answers.push([])
      else answers.at(-1)?.push(each.toString())
    }
    const joined = answers.map((lines) => lines.join(''))
    assert.equal(joined.slice(0, 2), ['git-filter-server\nversion=2\n', 'capability=clean\ncapability=smudge\n'])
    const contents = [3, 6, 9, 12].map((at) => joined[at])
    assert.equal(contents, [`${head}\n`, large.toString(), '', ours])
    assert.equal(
      [2, 5, 8, 11].map((at) => joined[at]),
      Array.from({ length: 4 }, () => 'status=success\n'),
    )
  }
})

test.run()
