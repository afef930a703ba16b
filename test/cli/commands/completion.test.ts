import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { verbs } from '../../../cli/commands/index.ts'
import { columns } from '../../../schemas/fields.ts'
import { createClient } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'
import { cli } from '../../helpers/entry.ts'
import { openTerminal } from '../../helpers/terminal.ts'

const test = suite('completion in real shells')
const run = promisify(execFile)
const LONG = { deadlineMs: 120_000 }

interface Place extends Client {
  readonly env: Readonly<Record<string, string>>
}

/** A root with two bottles, and a bottlectl on PATH that completes for real and else prints its arguments. */
const withPlace = async (body: (place: Place) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    for (const [name, team] of [
      ['alpha', 'search'],
      ['beta', 'web'],
    ])
      await client.file(
        `${name}.yaml`,
        `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}, labels: {team: ${team}}}\nspec: {agent: claude}\n`,
      )
    const bin = join(client.root, '.bin')
    mkdirSync(bin)
    const real = cli('bottlectl')
      .map((word) => `'${word}'`)
      .join(' ')
    writeFileSync(
      join(bin, 'bottlectl'),
      `#!/bin/sh\ncase $1 in __complete|completion) exec ${real} "$@";; esac\nfor word; do printf '<%s>' "$word"; done\necho .\n`,
      { mode: 0o755 },
    )
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: client.root, BOTTLE_DIR: client.root }
    await body({ ...client, env })
  } finally {
    await client.remove()
  }
}

const NAMES = await Promise.all(verbs.map(({ load }) => load()))
const GET = NAMES.find(({ name }) => name === 'get')

/** A line, and the expected candidates for its last word. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['bottlectl ', NAMES.filter(({ hidden }) => hidden !== true).map(({ name }) => name)],
  ['bottlectl get bottles ', ['alpha', 'beta']],
  ['bottlectl describe bottle/', ['bottle/alpha', 'bottle/beta']],
  ['bottlectl describe bottle alpha ', ['beta']],
  [
    'bottlectl get b --',
    [
      ...(GET?.options ?? []).flatMap(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? []),
      '--dir',
      '--state-dir',
      '--color',
    ],
  ],
  ['bottlectl get b -o js', ['json', 'jsonpath=', 'jsonpath-file=']],
  ['bottlectl get b -l ', ['team=search', 'team=web']],
  ['bottlectl get -l team=web b', ['bottles', 'bottle']],
  ['bottlectl get b --selector=team=s', ['--selector=team=search']],
  ['bottlectl get b --sort-by .', columns.map(({ path }) => path).filter((path) => !path.includes('['))],
  ['bottlectl wait b alpha --for=cond', ['--for=condition=Ready', '--for=condition=Accepted']],
  ['bottlectl apply -f al', ['alpha.yaml']],
]

const sorted = (words: readonly string[]): readonly string[] => [...words].sort()

needing(test, 'bash')(
  'bash offers verbs, kinds, names, flags and their values',
  async () => {
    await withPlace(async ({ root, env }) => {
      // Set by readline; bash itself completes files.
      const script = `source <(bottlectl completion bash)
while IFS= read -r COMP_LINE; do
  COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); __bottlectl
  last="\${COMP_LINE##*[ =:]}"
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$last"))
  echo "\${COMPREPLY[*]}"
done <<'END'\n${CASES.map(([line]) => line).join('\n')}\nEND\n`
      const { stdout } = await run('bash', ['-c', script], { env, cwd: root })
      const lines = stdout.split('\n')
      for (const [at, [line, offered]] of CASES.entries()) {
        // bash replaces what follows the last = only.
        const whole = / (\S*)$/.exec(line)?.[1] ?? ''
        const prefix = whole.includes('=') ? whole.slice(0, whole.lastIndexOf('=') + 1) : ''
        assert.equal(
          sorted((lines[at] ?? '').split(' ')),
          sorted(offered.map((word) => word.slice(prefix.length))),
          line,
        )
      }
    })
  },
  LONG,
)

needing(test, 'fish')(
  'fish offers the same',
  async () => {
    await withPlace(async ({ root, env }) => {
      const asking = CASES.map(([line]) => `complete -C ${JSON.stringify(line)}; echo END`).join('\n')
      const script = `bottlectl completion fish | source\n${asking}`
      const { stdout } = await run('fish', ['--no-config', '-c', script], { env, cwd: root })
      const blocks = stdout
        .split('END\n')
        .map((block) => block.split('\n').flatMap((line) => line.split('\t')[0] || []))
      for (const [at, [line, offered]] of CASES.entries()) assert.equal(sorted(blocks[at] ?? []), sorted(offered), line)
    })
  },
  LONG,
)

const TYPED: readonly (readonly [typed: string, asked: string])[] = [
  ['bottlectl desc\tbottle al\t', '<describe><bottle><alpha>.'],
  ['bottlectl get b --selector=team=s\t--show-l\t', '<get><b><--selector=team=search><--show-labels>.'],
  ['bottlectl get b -o jsonpath-f\tx', '<get><b><-o><jsonpath-file=x>.'],
]

for (const [shell, command, setUp] of [
  ['bash', ['bash', '--norc', '--noprofile', '-i'], "PS1='READY> '; source <(bottlectl completion bash)"],
  [
    'zsh',
    ['zsh', '-f', '-i'],
    "PS1='READY> '; autoload -U compinit; compinit -u -D; source <(bottlectl completion zsh); unsetopt ALWAYS_LAST_PROMPT",
  ],
] as const) {
  needing(test, shell, 'script')(
    `in ${shell} the tab key completes what is typed`,
    async () => {
      await withPlace(async ({ root, env }) => {
        const terminal = openTerminal({ command, env: { ...env, TERM: 'dumb' }, columns: 200, cwd: root })
        try {
          terminal.send(`${setUp}; echo is''set\r`)
          await terminal.until(/isset/)
          for (const [typed, asked] of TYPED) {
            // A shell that is still completing would consume keys typed meanwhile.
            for (const part of typed.split(/(?<=\t)/)) {
              const before = terminal.text().length
              terminal.send(part)
              if (part.endsWith('\t')) await terminal.settled(before + part.length)
            }
            terminal.send('\r')
            await terminal.until(new RegExp(asked.replace(/[.[\]{}$/]/g, '\\$&')))
          }
          terminal.send('bottlectl get bottles \t\t')
          await terminal.until(/alpha +beta/)
        } finally {
          await terminal.close()
        }
      })
    },
    LONG,
  )
}

test.run()
