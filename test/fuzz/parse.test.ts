import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Complaint } from '../../controller/document/complaint.ts'
import type { ParsedFile } from '../../controller/document/parse.ts'
import { parseFile } from '../../controller/document/parse.ts'
import { nodeArguments } from '../helpers/entry.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'
import { anyYaml, soup } from './yaml-text.ts'

/**
 * The parser on any bytes: no crash, no hang, bounded memory. The worst ones run in their own process, which has little
 * memory and can be ended. `npm run prove` tries twenty times as many of the others.
 */
const test = suite('parsing of anything')
const KIB = 1024
/** Processor time, as the machine may be busy. */
const WORST_MS = 6_000
const HANGS_MS = 60_000
const HEAP_MIB = 192
/** For small texts. */
const SMALL_MS = 2_000
const yaml = (text: string): ParsedFile => parseFile({ path: 'web.yaml', text })
const json = (text: string): ParsedFile => parseFile({ path: 'web.json', text })
const all = ({ complaints, documents }: ParsedFile): readonly Complaint[] => [
  ...complaints,
  ...documents.flatMap((document) => document.complaints),
]
const GOOD = `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: web\nspec:\n  agent: claude\n`

const inTime = (file: Parameters<typeof parseFile>[0]): ParsedFile => {
  const began = process.cpuUsage()
  const parsed = parseFile(file)
  const ms = process.cpuUsage(began).user / 1_000
  assert.ok(ms < SMALL_MS, `${ms} ms`)
  return parsed
}

const doubling = (open: string, close: string): string =>
  [...'abcdefghijklmnop']
    .map(
      (name, index, names) =>
        `${name}: &${name} ${open}${index === 0 ? 'x' : `*${names[index - 1]}, *${names[index - 1]}`}${close}`,
    )
    .join('\n')

/** Each is as large as a file may be, or larger. */
const worst: Readonly<Record<string, string>> = {
  'aliases that double sixteen times': doubling('[', ']'),
  'aliases of one large node': `big: &a ${JSON.stringify('x'.repeat(30 * KIB))}\nall: [${'*a, '.repeat(10 * KIB)}]`,
  'aliases in keys': `a: &a k\n${'? *a\n: 1\n'.repeat(8 * KIB)}`,
  'nested lists, a line each': Array.from({ length: 500 }, (_, index) => `${' '.repeat(index)}-`).join('\n'),
  'nested maps, a line each': Array.from({ length: 500 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
  'open quotes': `"${'a\n'.repeat(120 * KIB)}`,
  'a huge plain scalar': 'x'.repeat(255 * KIB),
  'a huge quoted scalar': JSON.stringify('x'.repeat(250 * KIB)),
  'a huge block scalar': `a: |\n${'  line\n'.repeat(35 * KIB)}`,
  'a huge key': `${'k'.repeat(200 * KIB)}: 1`,
  'far over the limit': 'a: b\n'.repeat(2 * KIB * KIB),
  'explicit keys': '? '.repeat(30 * KIB),
  'block scalar heads': '|\n'.repeat(60 * KIB),
  'alias soup': '*a '.repeat(80 * KIB),
  'open brackets': '['.repeat(60 * KIB),
  'open brackets over the limit': '['.repeat(255 * KIB),
  dashes: '- '.repeat(30 * KIB),
  'open maps': '{a: '.repeat(15 * KIB),
  'bad escapes': `x: "${'\\q'.repeat(30 * KIB)}"\n---\n`.repeat(4),
  'many keys': Array.from({ length: 7_000 }, (_, index) => `k${index}: 1`).join('\n'),
  'many documents': '---\n'.repeat(60 * KIB),
  'document ends': '...\n'.repeat(60 * KIB),
  'stray brackets': ']\n'.repeat(120 * KIB),
  anchors: '&a '.repeat(20 * KIB),
  questions: '[' + '?,'.repeat(30 * KIB) + ']',
  directives: '%YAML 1.1\n'.repeat(20 * KIB),
  tabs: `a:${'\t'.repeat(60 * KIB)}b`,
  comments: '#\n'.repeat(120 * KIB),
}

let child: ChildProcess | undefined
let answer: (end: Parsed | Error) => void = () => undefined
test.after(() => void child?.kill('SIGKILL'))

interface Parsed {
  readonly cpuMs: number
  readonly rssMiB: number
}

const startChild = async (): Promise<ChildProcess> => {
  const [...words] = nodeArguments(join(import.meta.dirname, 'parse-apart.ts'))
  const made = fork(words.pop() ?? '', { execArgv: [`--max-old-space-size=${HEAP_MIB}`, ...words] })
  await once(made, 'message')
  made.on('message', (parsed: Parsed) => answer(parsed))
  made.on('exit', (code, signal) => {
    if (child === made) child = undefined
    answer(new Error(`it ended with ${String(code ?? signal)}: a crash, out of memory, or not within ${HANGS_MS} ms`))
  })
  return made
}

const parseApart = async (path: string, text: string): Promise<Parsed> => {
  child ??= await startChild()
  const current = child
  const late = setTimeout(() => current.kill('SIGKILL'), HANGS_MS)
  const end = await new Promise<Parsed | Error>((resolve) => {
    answer = resolve
    current.send({ path, text })
  })
  clearTimeout(late)
  if (end instanceof Error) throw end
  return end
}

test(
  `the worst texts take at most ${WORST_MS / 1_000} s of the processor and ${HEAP_MIB} MiB of heap`,
  async () => {
    const slowest = { what: '', ms: 0 }
    let most = 0
    for (const [what, text] of Object.entries(worst)) {
      for (const path of ['x.yaml', 'x.json']) {
        const { cpuMs: ms, rssMiB } = await parseApart(path, text + GOOD).catch((error: unknown) => {
          throw new Error(`${what} in ${path}: ${String(error)}`)
        })
        assert.ok(ms < WORST_MS, `${what} in ${path} took ${ms} ms of the processor`)
        if (ms > slowest.ms) Object.assign(slowest, { what: `${what} in ${path}`, ms })
        most = Math.max(most, rssMiB)
      }
    }
    console.log(`\nslowest: ${slowest.what}, ${slowest.ms.toFixed(0)} ms; most memory: ${most.toFixed(0)} MiB resident`)
  },
  { deadlineMs: 240_000 },
)

test(
  'any text gives a bottle or a complaint',
  async () => {
    await holds(
      'any text',
      fc.property(
        fc.oneof(soup, anyYaml, fc.string(), fc.json()),
        fc.constantFrom('a.yaml', 'a.json'),
        (text, path) => {
          const file = inTime({ path, text })
          for (const document of file.documents)
            assert.is(document.bottle === undefined, document.complaints.length > 0)
          for (const { line, col, frame, message } of all(file)) {
            assert.ok(line >= 1 && col >= 1 && message !== '' && frame.split('\n').length === 2, frame)
            assert.ok(line <= text.split('\n').length)
          }
        },
      ),
      1_500,
    )
  },
  { deadlineMs: deadlineMs(20_000) },
)

test(
  'no bytes crash the parser',
  async () => {
    await holds(
      'any bytes',
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('a.yaml', 'a.json'),
        (text, path) => void inTime({ path, text }),
      ),
      1_000,
    )
  },
  { deadlineMs: deadlineMs(20_000) },
)

test(
  'JSON has the data that JSON.parse gives',
  async () => {
    await holds(
      'JSON',
      fc.property(fc.jsonValue({ maxDepth: 5 }), (status) => {
        const text = JSON.stringify({
          apiVersion: 'bottled.dev/v1alpha1',
          kind: 'Bottle',
          metadata: { name: 'a' },
          spec: { agent: 'c' },
          status,
        })
        const [document] = json(text).documents
        assert.ok(document?.bottle !== undefined, JSON.stringify(document?.complaints))
        assert.equal(JSON.stringify(document.status), JSON.stringify((JSON.parse(text) as { status?: unknown }).status))
        assert.equal(JSON.stringify(yaml(text).documents[0]?.status), JSON.stringify(document.status))
      }),
      300,
    )
  },
  { deadlineMs: deadlineMs(20_000) },
)

test.run()
