import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readObjects } from './read-objects.ts'

/**
 * A process of its own: objects on stdin as `git cat-file --batch` writes them, findings on stdout, one line of JSON each.
 *
 * Flow: the rules of @secretlint/secretlint-rule-preset-recommend, and the bottle's own secrets, which come first on stdin.
 * Guarantees: a finding says which rule and line, and nothing of the text; a text that keeps a rule busy keeps this process busy,
 *   and no proxy. It ends with 0 only if every object was looked at.
 * Assumptions: argv names the node_modules folder.
 */
export interface Found {
  /** Of the object. */
  readonly id: string
  readonly rule: string
  /** From 1. */
  readonly line: number
}

interface Core {
  lintSource(asked: object): Promise<{
    readonly messages: readonly {
      readonly ruleId: string
      readonly loc: { readonly start: { readonly line: number } }
    }[]
  }>
}

/** Pinned exactly, in bundle/package.json. */
export const SECRETLINT_VERSION = '13.1.0'
const PRESET = '@secretlint/secretlint-rule-preset-recommend'

/** `modules` is the node_modules folder that holds them. */
export const loadRules = async (modules: string): Promise<Core & { readonly creator: unknown }> => {
  const from = async (path: string): Promise<object> =>
    (await import(pathToFileURL(join(modules, path)).href)) as object
  return Object.assign(
    {},
    await from('@secretlint/core/module/index.js'),
    await from(`${PRESET}/module/index.js`),
  ) as Core & { readonly creator: unknown }
}

export const scan = async (modules: string): Promise<void> => {
  const { lintSource, creator } = await loadRules(modules)
  // An id of AWS's is half of a pair: worth a stop.
  const rules = [{ id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } }]
  const options = {
    config: { rules: [{ id: PRESET, rule: creator, rules }] },
    noPhysicFilePath: true,
    maskSecrets: true,
  }
  const say = (found: Found): void => void process.stdout.write(`${JSON.stringify(found)}\n`)
  let own: readonly string[] | undefined
  for await (const { id, bytes } of readObjects(process.stdin)) {
    if (own === undefined) {
      own = JSON.parse(bytes.toString('utf8')) as readonly string[]
      continue
    }
    const at = own.map((value) => bytes.indexOf(value)).find((index) => index >= 0)
    if (at !== undefined) say({ id, rule: OWN, line: bytes.toString('latin1', 0, at).split('\n').length })
    // No text: rules would find words in noise.
    if (bytes.subarray(0, 8_000).includes(0)) continue
    const content = bytes.toString('utf8')
    const source = { filePath: `${id}.txt`, content, ext: '.txt', contentType: 'text' }
    const [first] = (await lintSource({ source, options })).messages
    if (first !== undefined)
      say({ id, rule: first.ruleId.replace(/^.*secretlint-rule-/, ''), line: first.loc.start.line })
  }
}

/** A value that this bottle's bundle holds. */
export const OWN = 'own'
