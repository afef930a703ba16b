import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'
import { cli } from '../../helpers/entry.ts'
import { CTRL_C, CTRL_D, openTerminal } from '../../helpers/terminal.ts'
import type { Terminal } from '../../helpers/terminal.ts'

const plain = suite('terminal')
const inTerminal = needing(plain, 'script')
const test = (title: string, body: () => Promise<void>): void => inTerminal(title, body, { deadlineMs: 90_000 })

const bottle = (name: string, status = ''): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n${status}`

const withRoot = async (body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    for (const name of ['alpha', 'beta', 'gamma']) await client.file(`${name}.yaml`, bottle(name))
    await body(client)
  } finally {
    await client.remove()
  }
}

interface Asked {
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly before?: (terminal: Terminal) => Promise<void> | void
}

/** Its output on the terminal, and its exit code. */
const onTerminal = async (command: readonly string[], { before, ...more }: Asked = {}) => {
  const terminal = openTerminal({ command, ...more })
  try {
    await before?.(terminal)
    const exitCode = await terminal.ended
    return { exitCode, text: terminal.text(), screen: terminal.screen() }
  } finally {
    await terminal.close()
  }
}

const answering =
  (keys: string) =>
  async (terminal: Terminal): Promise<void> => {
    await terminal.until(/\(y\/N\): $/)
    terminal.send(keys)
  }

const ESCAPE = '\u001B'

test('colour on a terminal, unless it is switched off', async () => {
  await withRoot(async ({ root, file }) => {
    await file('alpha.yaml', 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec: {}\n')
    const get = cli('bottlectl', '-d', root, 'get', 'b')
    const coloured = await onTerminal(get)
    assert.ok(coloured.text.includes(`${ESCAPE}[31mInvalid${ESCAPE}[0m`), coloured.text)
    for (const [command, env] of [
      [get, { NO_COLOR: '1' }],
      [get, { TERM: 'dumb' }],
      [[...get, '--color', 'never'], {}],
      [['sh', '-c', '"$@" 2>&1 | cat', 'sh', ...get], {}],
    ] as const) {
      const { text, screen } = await onTerminal(command, { env })
      assert.not.ok(text.includes(ESCAPE), JSON.stringify([env, command.at(-1)]))
      assert.equal(screen, coloured.screen, 'the words are the same')
    }
  })
})

test('only y confirms a question', async () => {
  await withRoot(async ({ root }) => {
    const names = ['alpha', 'beta', 'gamma'].map((name) => join(root, `${name}.yaml`))
    const remove = cli('bottlectl', '-d', root, 'delete', 'bottles', '--all')
    for (const [keys, exitCode] of [
      ['n\r', 1],
      ['\r', 1],
      [CTRL_D, 1],
      [CTRL_C, 130],
    ] as const) {
      const { exitCode: code, screen } = await onTerminal(remove, { before: answering(keys) })
      assert.is(code, exitCode, JSON.stringify(keys))
      assert.ok(names.every(existsSync), 'nothing goes')
      const left = screen.slice(screen.findIndex((line) => line.startsWith('Do you want')) + 1)
      assert.equal(
        left,
        exitCode === 130 ? [] : ['error: nothing was changed', 'hint: answer y, or add --yes'],
        'the output after the question starts on a new line',
      )
    }
    const { exitCode, screen } = await onTerminal(remove, { before: answering('y\r') })
    assert.is(exitCode, 0)
    assert.not.ok(names.some(existsSync))
    assert.equal(screen.slice(-3), [
      'bottle.bottled.dev "alpha" deleted',
      'bottle.bottled.dev "beta" deleted',
      'bottle.bottled.dev "gamma" deleted',
    ])
  })
})

const pulling = (agent: string): string =>
  bottle(
    'alpha',
    `status:\n  uid: u\n  phase: Provisioning\n  specHash: "${specHash({ agent })}"\n  conditions:\n` +
      `  - {type: BundleReady, status: "False", reason: Pulling, message: "${'layer '.repeat(40)}"}\n`,
  ).replace('claude', agent)

/** Each line as it was drawn. */
const drawn = (text: string): readonly string[] =>
  text.split(`\r${ESCAPE}[K`).filter((line) => line.startsWith('bottle/'))

test('a wait shows its progress in one line, which is erased at the end', async () => {
  await withRoot(async ({ root, file }) => {
    await file('alpha.yaml', pulling('claude'))
    const record = { version: 1, uid: 'u', name: 'alpha', identity: 'alpha', file: 'alpha.yaml', generation: 1 }
    mkdirSync(join(root, '.bottled', 'bottles', 'alpha'), { recursive: true })
    writeFileSync(join(root, '.bottled', 'bottles', 'alpha', 'record.json'), JSON.stringify(record))
    const wait = cli('bottlectl', '-d', root, 'wait', 'bottle', 'alpha', '--for=condition=Ready')
    const { exitCode, text, screen } = await onTerminal([...wait, '--timeout=2500ms'], { columns: 60 })
    assert.is(exitCode, 4)
    assert.match(drawn(text)[0] ?? '', /^bottle\/alpha: Provisioning, Pulling: layer .*…$/)
    for (const line of drawn(text)) assert.ok([...line].length < 60, `${[...line].length} columns of 60`)
    assert.is(screen.length, 2, 'nothing of it is left')
    assert.match(screen[0] ?? '', /^error: timed out waiting for the condition on bottles\/alpha$/)

    const ready = await onTerminal([...wait, '--timeout=60s', '--for=jsonpath={.spec.agent}=codex'], {
      before: async (terminal) => {
        await terminal.until(/\([1-9]\d*s\)/)
        terminal.resize(40)
        writeFileSync(join(root, 'alpha.yaml'), pulling('pi'))
        const width = (): number => [...(drawn(terminal.text()).at(-1) ?? '')].length
        while (width() >= 40) await new Promise((resolve) => setTimeout(resolve, 50))
        terminal.send(CTRL_C)
      },
      columns: 400,
    })
    assert.is(ready.exitCode, 130)
    assert.equal(ready.screen, [])
    assert.is(drawn((await onTerminal(wait.concat('--timeout=0'), { env: { TERM: 'dumb' } })).text).length, 0)
  })
})

test('Ctrl-C stops a watch with 130 and leaves whole lines', async () => {
  await withRoot(async ({ root, file }) => {
    const { exitCode, screen } = await onTerminal(cli('bottlectl', '-d', root, 'get', 'b', '-w', '--color', 'never'), {
      before: async (terminal) => {
        await terminal.until(/gamma /)
        await file('delta.yaml', bottle('delta'))
        await terminal.until(/delta /)
        terminal.send(CTRL_C)
      },
    })
    assert.is(exitCode, 130)
    const lines = screen.filter((line) => !line.startsWith('note:'))
    assert.equal(
      lines.map((line) => line.split(' ')[0]),
      ['NAME', 'alpha', 'beta', 'gamma', 'delta'],
    )
  })
})

test('edit gives the terminal to the editor, and Ctrl-C with it', async () => {
  await withRoot(async ({ root }) => {
    const edit = cli('bottlectl', '-d', root, 'edit', 'bottle', 'alpha')
    const path = join(root, 'alpha.yaml')
    const editor = join(root, '.editor')
    writeFileSync(
      editor,
      '#!/bin/sh\n[ -t 0 ] && [ -t 1 ] || exit 9\ntrap "echo caught" INT\necho ready\nuntil read -r word; do :; done\nsed -i "s/claude/$word/" "$1"\n',
      { mode: 0o755 },
    )
    const edited = await onTerminal(edit, {
      env: { EDITOR: editor },
      before: async (terminal) => {
        await terminal.until(/ready/)
        terminal.send(CTRL_C)
        await terminal.until(/caught/)
        terminal.send(CTRL_C)
        await terminal.until(/caught[^]*caught/)
        terminal.send('codex\r')
      },
    })
    assert.is(edited.exitCode, 0, edited.text)
    assert.match(edited.text, /bottle\.bottled\.dev\/alpha edited/)
    assert.match(readFileSync(path, 'utf8'), /agent: codex/)

    const same = await onTerminal(edit, { env: { EDITOR: 'true' } })
    assert.equal([same.exitCode, same.screen], [0, ['Edit cancelled, no changes made.']])
    const failed = await onTerminal(edit, { env: { VISUAL: 'false' } })
    assert.is(failed.exitCode, 1)
    assert.match(failed.screen[0] ?? '', /^error: the editor ended with 1; nothing was changed$/)
    const invalid = await onTerminal(edit, { env: { EDITOR: "sed -i 's/agent/agnt/'" } })
    assert.is(invalid.exitCode, 1)
    assert.match(invalid.text, /did you mean "agent"/)
    assert.match(readFileSync(path, 'utf8'), /agent: codex/)
  })
})

test('bottled run writes plain lines and ends at Ctrl-C', async () => {
  await withRoot(async ({ root }) => {
    const { exitCode, text, screen } = await onTerminal(cli('bottled', 'run', root, '--simulate'), {
      before: async (terminal) => {
        await terminal.until(/bottle\/gamma the bottle is ready|bottle\/gamma .*ready/i)
        terminal.send(CTRL_C)
      },
    })
    assert.is(exitCode, 130)
    assert.not.ok(text.includes(ESCAPE))
    for (const line of screen) assert.match(line, /^\d\d:\d\d:\d\d (info|warn|error) /)
  })
})

test('help fits the terminal', async () => {
  for (const columns of [80, 120]) {
    const { exitCode, screen } = await onTerminal(cli('bottlectl', 'delete', '--help'), { columns })
    assert.is(exitCode, 0)
    const examples = screen.findIndex((line) => line === 'Examples:')
    for (const line of screen.slice(0, examples))
      assert.ok(line.length <= columns, `${line.length} of ${columns}: ${line}`)
  }
})

plain.run()
