import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import * as assert from 'uvu/assert'
import { reconcilers } from '../reconcilers/index.ts'
import { suite } from './helpers/suite.ts'

const test = suite('architecture')
const root = new URL('..', import.meta.url).pathname
const LAYERS = ['schemas', 'drivers', 'reconcilers', 'controller', 'cli'] as const
const GENERATED = new Set(['schemas/bottle.ts', 'schemas/validate.ts', 'schemas/fields.ts'])
const LONGEST = 250

/** Where effects are allowed; every other file is pure. */
const EFFECTFUL: readonly RegExp[] = [
  /^schemas\/(generate|validate)(-[a-z-]+)?\.ts$/,
  /^drivers\/(?!drivers\.ts|errors\.ts|smolfile\.ts|.*-(shapes|errors|args|list|judge|record)\.ts)/,
  /^controller\/(clock|log|folder(-[a-z-]+)?|aside(-[a-z-]+)?|rewrite|read-[a-z-]+|watcher|git-at-work|lock|owner|events|requests|manager|informer|feed|queue|guards|context|walk|reconcile|enroll|refuse|prepare|serve-requests|status-writer|allocator|announce|spam-filter)\.ts$/,
  /^cli\/(?!print\/)/,
  /^cli\/print\/(terminal|error|progress)\.ts$/,
]
const IMPURE = [
  /from 'node:(fs|fs\/promises|child_process|net|http|os|timers|process)/,
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bset(Timeout|Interval|Immediate)\(/,
  /\bprocess\./,
  /\bMath\.random\(/,
  /from '(dockerode|chokidar|execa)'/,
]

const files = LAYERS.flatMap((layer) => walk(layer))

function walk(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : [],
  )
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const layerOf = (file: string): number => LAYERS.findIndex((layer) => file.startsWith(`${layer}/`))
const importsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(file), path ?? '')),
  )
/** Lines that are neither blank nor comment. */
const sizeOf = (file: string): number =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length

test('imports go leftwards only', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => layerOf(target) > layerOf(file))
      .map((target) => `${file} → ${target}`),
  )
  assert.equal(wrong, [])
})

test('reconcilers know the ports and no adapter, and not each other', () => {
  const allowed = new Set(['drivers/ports.ts', 'drivers/errors.ts', 'drivers/smolvm/smolfile.ts'])
  const names = new Set(['metadata', 'network', 'bundle', 'machine'].map((name) => `reconcilers/${name}.ts`))
  const wrong = files
    .filter((file) => file.startsWith('reconcilers/'))
    .flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            (target.startsWith('drivers/') && !allowed.has(target)) ||
            (names.has(target) && file !== 'reconcilers/index.ts'),
        )
        .map((target) => `${file} → ${target}`),
    )
  assert.equal(wrong, [])
})

test('no AbortSignal.any: on Node 20 the garbage collector takes the timers in it, see cli/session/within.ts', () => {
  assert.equal(
    files.filter((file) => file !== 'cli/session/within.ts' && read(file).includes('AbortSignal.any')),
    [],
  )
})

test('a file that is not named as effectful is pure', () => {
  const pure = files.filter((file) => !EFFECTFUL.some((pattern) => pattern.test(file)))
  assert.ok(pure.length > 20, 'the list of effectful files swallowed the rest')
  const wrong = pure.flatMap((file) => {
    const text = read(file)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
    return IMPURE.filter((pattern) => pattern.test(text)).map((pattern) => `${file}: ${pattern.source}`)
  })
  assert.equal(wrong, [])
})

test(`no file is longer than ${LONGEST} lines of code`, () => {
  const long = files
    .filter((file) => !GENERATED.has(file) && sizeOf(file) > LONGEST)
    .map((file) => `${file}: ${sizeOf(file)}`)
  assert.equal(long, [])
})

test('every reconciler stands in the list, once', () => {
  const inFolder = readdirSync(join(root, 'reconcilers'))
    .filter((name) => name.endsWith('.ts') && read(join('reconcilers', name)).includes('= defineReconciler'))
    .map((name) => basename(name, '.ts'))
    .filter((name) => name !== 'reconciler')
  assert.equal(reconcilers.map(({ name }) => name).toSorted(), inFolder.toSorted())
})

test('file names are kebab-case', () => {
  assert.equal(
    files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(basename(file))),
    [],
  )
})

test('a client that only reads loads neither dockerode nor chokidar', () => {
  const eager = files.filter(
    (file) => /^import .*'(dockerode|chokidar)'/m.test(read(file)) && !/^import type/m.test(read(file)),
  )
  assert.equal(eager, [])
})

test.run()
