import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createClient } from '../helpers/client.ts'
import type { Client } from '../helpers/client.ts'
import { cli } from '../helpers/entry.ts'
import { programMissing } from '../helpers/program.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { attacks } from './attack.ts'

/** What an author writes as a name, a label or the name of a file, and what the tab key of a real shell makes of it. */
const attack = attacks('completion')
const run = promisify(execFile)
const AUTHOR = { party: 'author', aim: 'has the shell of a person run a command', enforcedBy: 'bottlectl' } as const
const LONG = { deadlineMs: 120_000 }

const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  'x;touch pwned',
  'x|touch${IFS}pwned',
  'x\ntouch pwned\n',
  'x\r\ttouch pwned',
  '\'"\\',
  '*',
  '[a-z]*',
  '{a,b}',
  '~root',
  '!!',
  '-rf',
  '--help',
  '<(touch pwned)',
  '=(touch pwned)',
  '\u001B[2Jx',
  '\u202Ex',
  'A',
  'a.b',
  'a'.repeat(64),
  '',
] as const

interface Place extends Client {
  readonly env: Readonly<Record<string, string>>
}

/** A bottlectl on PATH that completes for real, and else prints its arguments. */
const inPlace = async (body: (place: Place) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    const bottle = (name: string, labels: object): string =>
      JSON.stringify({
        apiVersion: 'bottled.dev/v1alpha1',
        kind: 'Bottle',
        metadata: { name, labels },
        spec: { agent: 'claude' },
      })
    await client.file('good.yaml', bottle('alpha', { team: 'search' }))
    for (const [at, name] of HOSTILE.entries())
      await client.file(`bad-${at}.yaml`, bottle(name, { [name]: 'x', [`k${at}`]: name }))
    const record = {
      version: 1,
      uid: 'u',
      identity: 'gone',
      file: 'gone.yaml',
      generation: 1,
      specHash: 'x',
      spec: { agent: 'x' },
    }
    await client.file('.bottled/bottles/gone/record.json', JSON.stringify({ ...record, name: '$(touch pwned)' }))
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
    await body({
      ...client,
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: client.root, BOTTLE_DIR: client.root },
    })
    assert.not.ok(existsSync(join(client.root, 'pwned')))
  } finally {
    await client.remove()
  }
}

const tried = (
  row: { readonly way: string; readonly seen: string },
  needs: readonly string[],
  body: (place: Place) => Promise<void>,
): void => {
  const missing = needs.map(programMissing).find((why) => why !== undefined)
  if (missing === undefined) attack({ ...AUTHOR, ...row }, () => inPlace(body), LONG)
  else attack.skip({ ...AUTHOR, ...row }, missing)
}

/** A label's value may be a capital or have a dot; a document without a name is no bottle. */
const LABELS = HOSTILE.flatMap((value, at) => (/^(?:A|a\.b)$/.test(value) ? [`k${at}=${value}`] : []))
const LABEL_KEYS = ['A=x', 'a.b=x', `${'a'.repeat(64)}=x`].filter((pair) => pair.length < 64)

tried(
  {
    way: 'bottles and labels named by commands, patterns and escape sequences',
    seen: 'only valid names and labels are offered',
  },
  [],
  async ({ run: ask }) => {
    const offered = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await ask('__complete', '--', ...words)).out
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    assert.equal(await offered('get', 'bottles', ''), ['alpha'])
    assert.equal(await offered('suspend', ''), ['alpha'])
    assert.equal(await offered('describe', 'bottle/'), ['bottle/alpha'])
    assert.equal(await offered('events', '--for', ''), ['bottle/alpha'])
    assert.equal(await offered('get', 'b', '-l', ''), [...LABELS, ...LABEL_KEYS, 'team=search'].sort())
    for (const bad of HOSTILE) await offered('get', 'bottles', bad)
  },
)

tried(
  {
    way: 'the same, completed by bash',
    seen: 'alpha alone is offered, no pattern becomes names of files, and nothing runs',
  },
  ['bash'],
  async ({ root, env }) => {
    const script = `source <(bottlectl completion bash)
for COMP_LINE in 'bottlectl get bottles ' 'bottlectl describe bottle/' 'bottlectl get bottles $' 'bottlectl get bottles *' 'bottlectl get bottles $(touch pwned)'; do
  COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); __bottlectl
  printf '%s|' "\${COMPREPLY[@]}"; echo
done`
    const { stdout } = await run('bash', ['-c', script], { env, cwd: root })
    assert.equal(stdout.split('\n'), ['alpha|', 'bottle/alpha|', '|', '|', '|', ''])
  },
)

tried(
  { way: 'the same, completed by fish', seen: 'alpha alone is offered, and nothing runs' },
  ['fish'],
  async ({ root, env }) => {
    const lines = ['bottlectl get bottles ', 'bottlectl describe bottle/', 'bottlectl get bottles \\$']
    const asking = lines.map((line) => `complete -C '${line}'; echo END`).join('\n')
    const { stdout } = await run('fish', ['--no-config', '-c', `bottlectl completion fish | source\n${asking}`], {
      env,
      cwd: root,
    })
    const [names, slashed, nothing] = stdout.split('END\n')
    assert.equal([names, slashed], ['alpha\n', 'bottle/alpha\n'])
    assert.not.match(nothing ?? '', /touch/)
  },
)

for (const [shell, command, setUp] of [
  ['bash', ['bash', '--norc', '--noprofile', '-i'], "PS1='READY> '; source <(bottlectl completion bash)"],
  [
    'zsh',
    ['zsh', '-f', '-i'],
    "PS1='READY> '; autoload -U compinit; compinit -u -D; source <(bottlectl completion zsh)",
  ],
] as const)
  tried(
    {
      way: `the tab key in ${shell}, with names of files and bottles that are commands`,
      seen: 'what it writes is an argument, and nothing runs',
    },
    [shell, 'script'],
    async ({ root, env, file }) => {
      await file('yy$(touch pwned).yaml', '')
      await file('zz`touch pwned`.yaml', '')
      const terminal = openTerminal({ command, env: { ...env, TERM: 'dumb' }, columns: 200, cwd: root })
      try {
        terminal.send(`${setUp}; echo is''set\r`)
        await terminal.until(/isset/)
        for (const [typed, asked] of [
          ['bottlectl describe bottle \t', /<describe><bottle><alpha>\./],
          ['bottlectl apply -f yy\t', /<apply><-f><yy\$\(touch pwned\)\.yaml>\./],
          ['bottlectl apply -f zz\t', /<apply><-f><zz`touch pwned`\.yaml>\./],
        ] as const) {
          const before = terminal.text().length
          terminal.send(typed)
          await terminal.settled(before + typed.length)
          terminal.send('\r')
          await terminal.until(asked)
        }
      } finally {
        await terminal.close()
      }
    },
  )

attack.run()
