import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { AGENT_NAMES } from '../../../cli/init/agents.ts'
import { init } from '../../../cli/init/init.ts'
import type { InitWish } from '../../../cli/init/init.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { cli } from '../../helpers/entry.ts'
import { runToEnd } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottled init')

interface Scene {
  readonly folder: string
  readonly asked: string[]
  readonly said: string[]
  run(wish: Partial<InitWish>, answers?: readonly (string | undefined)[]): Promise<string>
  read(path: string): string
}

/** `run` gives '' or the refusal, with its exit code. Without answers there is no terminal. */
const scene = async (body: (on: Scene) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-init-'))
  const asked: string[] = []
  const said: string[] = []
  try {
    await body({
      folder,
      asked,
      said,
      read: (path) => readFileSync(join(folder, path), 'utf8'),
      run: async (wish, answers) => {
        const left = [...(answers ?? [])]
        const ask = async (question: string): Promise<string | undefined> => {
          asked.push(question)
          return left.shift()
        }
        try {
          await init(
            { dir: 'bottles', ...wish },
            { ask: answers === undefined ? undefined : ask, say: (line) => void said.push(line), cwd: folder },
          )
          return ''
        } catch (error) {
          if (error instanceof CliError) return `${error.exitCode} ${error.message} | ${error.hint ?? ''}`
          throw error
        }
      },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const specOf = (text: string): BottleSpec => {
  const { documents } = parseFile({ path: 'bottle.yaml', text })
  const [document] = documents
  assert.equal(document?.complaints, [])
  if (document?.bottle === undefined) throw new Error('no Bottle')
  return document.bottle.spec
}

test('two questions, two answers by Enter: a Bottle of the first agent with a folder of its own', () =>
  scene(async ({ run, asked, said, folder, read }) => {
    assert.is(await run({}, ['', '']), '')
    assert.is(asked.length, 2)
    assert.match(asked[0] ?? '', /claude-code, codex, shell/)
    assert.equal(readdirSync(join(folder, 'bottles/claude-code')).toSorted(), [
      '.dockerignore',
      'Dockerfile',
      'bottle.yaml',
      'work',
    ])
    const { secrets, egress, workspace, machine } = specOf(read('bottles/claude-code/bottle.yaml'))
    assert.equal(secrets, { ANTHROPIC_API_KEY: { fromEnv: 'ANTHROPIC_API_KEY', deliver: 'proxy' } })
    assert.equal(workspace, { path: './work', mode: 'copy' })
    assert.ok(egress?.presets?.includes('anthropic'))
    const tag = machine?.image ?? ''
    assert.ok(
      said.some((line) => line.trim() === `docker build -t ${tag} bottles/claude-code`),
      said.join('\n'),
    )
    assert.ok(said.some((line) => line.trim().startsWith('bottled run bottles ')))
  }))

test('flags ask nothing, with and without a terminal', () =>
  scene(async ({ run, asked, folder, read }) => {
    mkdirSync(join(folder, 'my repo'))
    assert.is(await run({ agent: 'codex', workspace: 'my repo' }, []), '')
    assert.is(await run({ agent: 'shell', name: 'mine' }), '')
    assert.equal(asked, [])
    assert.equal(specOf(read('bottles/codex/bottle.yaml')).workspace, { path: '../../my repo', mode: 'copy' })
    const mine = specOf(read('bottles/mine/bottle.yaml'))
    assert.is(mine.agent, 'shell')
    assert.is(mine.machine?.image, 'localhost/mine')
  }))

test('what is there is never written to: a folder of that name, a file, a link', () =>
  scene(async ({ run, folder, read, asked }) => {
    mkdirSync(join(folder, 'bottles'))
    mkdirSync(join(folder, 'bottles/shell'))
    writeFileSync(join(folder, 'bottles/codex'), 'mine')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'bottles/claude-code'))
    for (const agent of AGENT_NAMES)
      assert.match(await run({ agent }), /^1 \S+ is there already: nothing was written \| bottled init --name/, agent)
    // It is known before anything else is asked.
    assert.match(await run({}, ['shell', '']), /is there already/)
    assert.is(asked.length, 1)
    assert.equal(readdirSync(join(folder, 'bottles/shell')), [])
    assert.is(read('bottles/codex'), 'mine')
    assert.not.ok(existsSync(join(folder, 'elsewhere')))
  }))

test('a wrong answer, none, or no terminal writes nothing', () =>
  scene(async ({ run, folder }) => {
    writeFileSync(join(folder, 'file'), '')
    assert.match(await run({}), /^2 no agent is named, and there is no terminal .*--agent claude-code\|codex\|shell/)
    assert.match(await run({}, ['cladue']), /^2 there is no agent "cladue" \| claude-code, codex, shell/)
    assert.match(await run({}, [undefined]), /^2 no answer: nothing was written/)
    assert.match(await run({}, ['shell', undefined]), /^2 no answer/)
    assert.match(await run({}, ['shell', 'none']), /^3 \S+\/none does not exist/)
    assert.match(await run({}, ['shell', 'file']), /^3 \S+\/file is not a folder/)
    assert.match(await run({ agent: 'shell', name: '../x' }), /^2 "\.\.\/x" is not a valid name/)
    assert.equal(readdirSync(folder), ['file'])
  }))

test('examples/agents is what it writes', () =>
  scene(async ({ run, folder }) => {
    const examples = join(import.meta.dirname, '../../../examples/agents')
    for (const agent of AGENT_NAMES) {
      assert.is(await run({ dir: 'agents', agent }), '')
      for (const name of ['.dockerignore', 'Dockerfile', 'bottle.yaml'])
        assert.fixture(
          readFileSync(join(folder, 'agents', agent, name), 'utf8'),
          readFileSync(join(examples, agent, name), 'utf8'),
        )
    }
    assert.equal(
      readdirSync(examples)
        .filter((name) => name !== 'README.md')
        .toSorted(),
      [...AGENT_NAMES].toSorted(),
    )
  }))

test('the executable writes it, and knows its agents', () =>
  scene(async ({ folder }) => {
    const made = await runToEnd(cli('bottled', 'init', join(folder, 'b'), '--agent', 'shell'))
    assert.is(made.exitCode, 0, made.err)
    assert.ok(existsSync(join(folder, 'b/shell/bottle.yaml')))
    assert.is((await runToEnd(cli('bottled', 'init', join(folder, 'b'), '--agent', 'other'))).exitCode, 2)
    assert.is((await runToEnd(cli('bottled', 'init', join(folder, 'c')))).exitCode, 2)
    assert.not.ok(existsSync(join(folder, 'c')))
  }))

test.run()
