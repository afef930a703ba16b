import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadVerbs } from '../cli/commands/index.ts'
import { COMMON } from '../cli/verb/command.ts'
import { runToEnd } from './helpers/client.ts'
import { cli } from './helpers/entry.ts'
import { suite } from './helpers/suite.ts'

/** The commands that pages show: each is a verb that exists, with flags that it has. */
const test = suite('commands in docs')
const root = join(import.meta.dirname, '..')
const pages = [
  'README.md',
  'docs/egress.md',
  'docs/bundle.md',
  'docs/policy.md',
  'docs/service.md',
  'examples/agents/README.md',
  'examples/bundle/README.md',
]

interface Shown {
  readonly where: string
  readonly program: 'bottled' | 'bottlectl'
  readonly words: readonly string[]
}

/** Of the lines of a fence, and of inline code; what comes after `#`, a pipe or `--` isn't ours. */
const shownIn = (page: string, text: string): readonly Shown[] => {
  const fences = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, language = '', body = '']) =>
    ['', 'sh'].includes(language) ? body.split('\n') : [],
  )
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...fences, ...inline].flatMap((line): readonly Shown[] => {
    const [, program, rest = ''] = /^(?:\$ |sudo )?(bottled|bottlectl) (.*)$/.exec(line.trim()) ?? []
    if (program !== 'bottled' && program !== 'bottlectl') return []
    const words = rest
      .replace(/ (#|\||-- ).*$/, '')
      .trim()
      .split(/\s+/)
    return [{ where: `${page}: ${line.trim()}`, program, words }]
  })
}

const shown = pages.flatMap((page) => shownIn(page, readFileSync(join(root, page), 'utf8')))

test('the pages show commands', () => {
  assert.ok(shown.filter(({ program }) => program === 'bottlectl').length > 20)
  assert.ok(shown.filter(({ program }) => program === 'bottled').length > 8)
})

test('every verb of bottlectl is there and has the flags that are shown', async () => {
  const verbs = await loadVerbs()
  const wrong = shown.flatMap(({ where, program, words }) => {
    if (program !== 'bottlectl' || words[0] === '--help') return []
    // -d and its value may come first.
    const bare = words[0] === '-d' ? words.slice(2) : words
    const verb = verbs.find(({ name, aliases }) => name === bare[0] || aliases?.includes(bare[0] ?? '') === true)
    if (verb === undefined) return [where]
    const flags = new Set([...(verb.options ?? []), ...COMMON].flatMap((option) => option.flags.split(/[ ,]+/)))
    return bare
      .filter((word) => /^--?[a-z]/.test(word) && !flags.has(word.replace(/=.*/, '')))
      .map((flag) => `${where} (${flag})`)
  })
  assert.equal(wrong, [])
})

test('every action of bottlectl egress that is shown is there', async () => {
  const egress = (await loadVerbs()).find(({ name }) => name === 'egress')
  const actions = typeof egress?.completes === 'function' ? egress.completes([]) : []
  const asked = shown.flatMap(({ where, words }) => {
    const at = words.indexOf('egress')
    const action = words[at + 1]
    return at === -1 || action === undefined ? [] : [{ where, action }]
  })
  assert.ok(asked.length > 8)
  assert.equal(
    asked.filter(({ action }) => !actions.includes(action)).map(({ where }) => where),
    [],
  )
})

test(
  'every command of bottled is there and has the flags that are shown',
  async () => {
    const wrong: string[] = []
    for (const { where, program, words } of shown) {
      if (program !== 'bottled') continue
      const command = ['bundle', 'service'].includes(words[0] ?? '') ? words.slice(0, 2) : words.slice(0, 1)
      const help = await helpOf(command)
      if (help === undefined) wrong.push(where)
      else
        wrong.push(
          ...words
            .filter((word) => word.startsWith('--') && !help.includes(`${word} `) && word !== '--help')
            .map((flag) => `${where} (${flag})`),
        )
    }
    assert.equal(wrong, [])
  },
  { deadlineMs: 120_000 },
)

const known = new Map<string, Promise<string | undefined>>()
const helpOf = (command: readonly string[]): Promise<string | undefined> => {
  const key = command.join(' ')
  const found = known.get(key) ?? helpFor(command)
  known.set(key, found)
  return found
}
const helpFor = async (command: readonly string[]): Promise<string | undefined> => {
  const { exitCode, out } = await runToEnd(cli('bottled', ...command, '--help'))
  return exitCode === 0 && out.startsWith(`Usage: bottled ${command.join(' ')}`) ? `${out} ` : undefined
}

test('a command that is not there is found', () => {
  assert.equal(
    shownIn(
      'x',
      'a `bottlectl egres check -f x` b\n```yaml\na: b\n```\n```\nbottled rnu . --simulate   # no\n```\n',
    ).map(({ words }) => words),
    [
      ['rnu', '.', '--simulate'],
      ['egres', 'check', '-f', 'x'],
    ],
  )
})

test.run()
