import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { complainAt, parseFile } from '../../../controller/document/parse.ts'
import { createParsedFiles } from '../../../controller/parsed/parsed-files.ts'
import type { KeptFile, ParsedFiles } from '../../../controller/parsed/parsed-files.ts'
import { MOST_PART_BYTES } from '../../../controller/parsed/known-files.ts'
import { opened, sealed } from '../../../controller/parsed/sealed.ts'
import { sha256Of } from '../../../drivers/content-hash.ts'
import { createMemoryDisk } from '../../helpers/memory-disk.ts'
import type { MemoryDisk } from '../../helpers/memory-disk.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('parsed files')
const COUNT = 24
const SEAL = { key: randomBytes(32), version: '1.2.3' }
const bottle = (name: string, agent = 'claude'): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: ${agent}}\n`
const TEXTS: ReadonlyMap<string, string> = new Map(
  Array.from({ length: COUNT }, (_, at) => [`b${at}.yaml`, bottle(`b${at}`)]),
)

const PARTS = new Set([...TEXTS.values()].map((text) => sha256Of(text)[0])).size

interface Run {
  readonly files: ParsedFiles
  /** Paths that were parsed, and how often a turn of the event loop ended. */
  readonly parsed: string[]
  readonly lost: string[]
  turns(): number
}

const run = (disk: MemoryDisk, seal = SEAL): Run => {
  const parsed: string[] = []
  const lost: string[] = []
  let turns = 0
  const files = createParsedFiles({
    stateDir: '/s',
    disk,
    seal,
    turn: async () => void (turns += 1),
    onLost: (why) => void lost.push(why),
    parseFile: (file) => {
      parsed.push(file.path)
      return parseFile(file)
    },
  })
  return { files, parsed, lost, turns: () => turns }
}

/** Reads all as a start does. What is read must be what the texts say, wherever it comes from. */
const sweep = async ({ files }: Run, texts = TEXTS): Promise<readonly KeptFile[]> => {
  const kept: KeptFile[] = []
  for (const [path, text] of texts) {
    const sha256 = sha256Of(text)
    const parsed = await files.parse({ path, text, sha256 })
    assert.equal(parsed, parseFile({ path, text }), path)
    kept.push({ path, sha256, parsed })
  }
  files.swept(() => kept)
  return kept
}

/** A disk that a run over the texts has left. */
const used = async (texts = TEXTS, seal = SEAL): Promise<MemoryDisk> => {
  const disk = createMemoryDisk()
  const first = run(disk, seal)
  await sweep(first, texts)
  await first.files.stop()
  assert.equal(first.lost, [])
  return disk
}

test('a second run parses nothing, and writes nothing', async () => {
  const disk = await used()
  assert.is(disk.files.size, PARTS)
  const before = disk.effects.length
  const second = run(disk)
  await sweep(second)
  await second.files.stop()
  assert.equal(second.parsed, [])
  assert.is(disk.effects.length, before)
})

test('a place in a file is found for what was not parsed again', async () => {
  const second = run(await used())
  const [file] = await sweep(second)
  const spec = file?.parsed.documents[0]?.bottle?.spec
  assert.ok(spec)
  const complaint = complainAt(spec, { code: 'Rule', message: 'x', path: ['spec', 'agent'], at: 'value' })
  assert.equal([complaint?.path, complaint?.line, complaint?.col], ['b0.yaml', 4, 15])
})

test('only what changed is parsed, and its part written', async () => {
  const disk = await used()
  const texts = new Map([...TEXTS, ['b7.yaml', bottle('b7', 'codex')]])
  const second = run(disk)
  await sweep(second, texts)
  assert.equal(second.parsed, ['b7.yaml'])
  const before = disk.effects.length
  await second.files.stop()
  assert.ok(disk.effects.length - before <= 2, 'the part that it was in, and the one that it is in')
  const third = run(disk)
  await sweep(third, texts)
  assert.equal(third.parsed, [])
  assert.not.match([...disk.files.values()].join(''), sha256Of(bottle('b7')))
})

test('what no file says any more is kept nowhere', async () => {
  const disk = await used()
  for (const texts of [new Map([...TEXTS].slice(0, 1)), new Map<string, string>()]) {
    const next = run(disk)
    await sweep(next, texts)
    await next.files.stop()
    const kept = [...disk.files].filter(([path]) => path.startsWith('/s/parsed/'))
    assert.equal(
      kept.map(([path]) => path),
      [...texts.values()].map((text) => `/s/parsed/${sha256Of(text)[0] ?? ''}.json`),
    )
    const hashes = [...TEXTS.values()].map(sha256Of).filter((hash) => kept.some(([, text]) => text.includes(hash)))
    assert.equal(hashes, [...texts.values()].map(sha256Of))
  }
})

test('the same bytes are another file as JSON', async () => {
  const text = JSON.stringify({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name: 'a' },
    spec: { agent: 'x' },
  })
  const disk = await used(new Map([['a.yaml', text]]))
  const second = run(disk)
  await sweep(second, new Map([['a.json', text]]))
  assert.equal(second.parsed, ['a.json'])
})

for (const [what, harm] of Object.entries<(text: string) => string | undefined>({
  lost: () => undefined,
  empty: () => '',
  'torn in the middle': (text) => text.slice(0, text.length / 2),
  'changed in one letter': (text) => text.replace('claude', 'clauds'),
  'sealed by another user': (text) => sealed(text.slice(65), { ...SEAL, key: randomBytes(32) }),
  'of an older version': (text) => sealed(text.slice(65), { ...SEAL, version: '1.2.2' }),
  'of a newer version': (text) => sealed(text.slice(65), { ...SEAL, version: '1.3.0' }),
  'no JSON, though it is sealed': () => sealed('{', SEAL),
  'a list, though it is sealed': () => sealed('[]', SEAL),
  'full of other hashes': (text) => sealed(text.slice(65).replace(/yaml:./g, 'yaml:x'), SEAL),
  'full of what is no Bottle, though it is sealed': (text) => sealed(text.slice(65).replace(/claude/g, ''), SEAL),
  'too large': (text) => text + ' '.repeat(MOST_PART_BYTES),
}))
  test(`parts that are ${what} are parsed again, and written anew`, async () => {
    const disk = await used()
    for (const [path, text] of disk.files) {
      const harmed = harm(text)
      if (harmed === undefined) disk.files.delete(path)
      else disk.files.set(path, harmed)
    }
    const second = run(disk)
    await sweep(second)
    await second.files.stop()
    assert.equal(second.parsed, [...TEXTS.keys()])
    const third = run(disk)
    await sweep(third)
    assert.equal(third.parsed, [])
  })

test('what has complaints is parsed at each start, and costs no write', async () => {
  const texts = new Map([...TEXTS, ['bad.yaml', bottle('bad').replace('agent', 'agnet')]])
  const disk = await used(texts)
  const before = disk.effects.length
  const second = run(disk)
  await sweep(second, texts)
  await second.files.stop()
  assert.equal(second.parsed, ['bad.yaml'])
  assert.is(disk.effects.length, before)
})

test('a disk that refuses costs the next start its time, and is said once', async () => {
  const full = createMemoryDisk({
    effect: (_, verb) => {
      if (verb === 'write') throw new Error('ENOSPC')
    },
  })
  const first = run(full)
  const kept = await sweep(first)
  first.files.swept(() => kept)
  await first.files.stop()
  assert.is(first.lost.length, 1)
  assert.match(first.lost[0] ?? '', 'ENOSPC')
})

test('a start writes nothing before its second sweep', async () => {
  const disk = createMemoryDisk()
  const first = run(disk)
  const kept = await sweep(first)
  await new Promise((done) => setImmediate(done))
  assert.equal(disk.effects, [])
  first.files.swept(() => kept)
  await first.files.stop()
  assert.is(disk.effects.length, PARTS)
  assert.ok(first.turns() >= PARTS)
})

test('a large part is made in slices', async () => {
  const disk = createMemoryDisk()
  const first = run(disk)
  const [file] = await sweep(first)
  assert.ok(file)
  first.files.swept(() => Array.from({ length: 1_000 }, (_, at) => ({ ...file, sha256: `0${at}` })))
  await first.files.stop()
  assert.is(first.turns(), 1 + Math.floor(1_000 / 64))
  const body = opened(disk.files.get('/s/parsed/0.json') ?? '', SEAL)
  assert.is(Object.keys(JSON.parse(body ?? '{}') as object).length, 1_000)
})

test('what a crash inside a write left is removed', async () => {
  const disk = await used()
  disk.files.set('/s/parsed/.a.json.7-1.tmp', 'half')
  disk.files.set('/s/parsed/other', 'left alone')
  const second = run(disk)
  await sweep(second)
  await second.files.stop()
  assert.not.ok(disk.files.has('/s/parsed/.a.json.7-1.tmp'))
  assert.ok(disk.files.has('/s/parsed/other'))
})

test.run()
