import { execFileSync, spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { parseListen } from '../../cli/listen/address.ts'
import { openListener } from '../../cli/listen/listen.ts'
import { entry } from '../helpers/entry.ts'
import { attacks } from './attack.ts'

/**
 * Files of bottled's own that aren't what they seem: a state folder comes along with an archive or a clone of a root, and a token of
 * `--listen` lies where somebody else put it.
 */
const attack = attacks('own-files')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-state-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Long enough for a machine under load: what isn't ended by then never ends. */
const LIMIT_MS = 60_000

const run = (program: 'bottled' | 'bottlectl', ...args: readonly string[]) =>
  spawnSync(process.execPath, [...entry(program), ...args], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    env: { PATH: process.env['PATH'], HOME: folder },
  })

const good = join(folder, 'good')
attack.before(() => {
  mkdirSync(good)
  const bottle = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: claude}\n'
  writeFileSync(join(good, 'a.yaml'), bottle)
  const made = run('bottled', 'run', good, '--simulate', '--once')
  assert.is(made.status, 0, made.stderr)
})

/** What must be seen of `bottled run`, where it isn't that it works. */
const FILES: Readonly<Record<string, RegExp | undefined>> = {
  lock: /lock is unreadable/,
  'lock.planted': undefined,
  'last-run': undefined,
  'last-policy': undefined,
  'simulated/owner': /owner/,
  'simulated/events.jsonl': undefined,
  'simulated/world.json': /world\.json/,
  'simulated/bottles/a/record.json': /record\.json/,
  'simulated/bottles/a/status.yaml': undefined,
  'simulated/bottles/a/metadata.json': /Failed: cannot read .*metadata\.json/,
  'simulated/bottles/a/events.jsonl': undefined,
}

for (const file of Object.keys(FILES))
  attack(
    {
      party: 'author',
      aim: 'freezes or exhausts the controller',
      way: `a state folder that comes along with the root, in which ${file} is a named pipe, or a link to one`,
      seen: 'neither bottled nor bottlectl waits for it; what they need it for is refused by its name',
      enforcedBy: 'controller, bottlectl',
    },
    () => {
      for (const isLink of [false, true]) {
        const root = join(folder, `${file.replaceAll('/', '-')}-${isLink}`)
        cpSync(good, root, { recursive: true })
        const owner = join(root, '.bottled/simulated/owner')
        writeFileSync(owner, readFileSync(owner, 'utf8').replaceAll(good, root))
        const at = join(root, '.bottled', file)
        rmSync(at, { force: true })
        const pipe = isLink ? join(dirname(root), `${file.replaceAll('/', '-')}.pipe`) : at
        execFileSync('mkfifo', [pipe])
        if (isLink) symlinkSync(pipe, at)
        for (const args of [['get', 'bottles'], ['describe', 'bottle', 'a'], ['events'], ['plan']]) {
          const { signal, error } = run('bottlectl', ...args, '-d', root)
          assert.equal([signal, error], [null, undefined], `${args.join(' ')}, ${isLink}`)
        }
        // What can't be read is tried again until then.
        const limit = FILES[file] === undefined ? '40s' : '15s'
        const ended = run('bottled', 'run', root, '--simulate', '--once', '--timeout', limit)
        const { status, signal, error, stdout, stderr } = ended
        assert.equal([signal, error], [null, undefined], `run, ${isLink}`)
        const words = FILES[file]
        if (words === undefined) assert.is(status, 0, stderr)
        else assert.match(stdout + stderr, words)
      }
    },
    { deadlineMs: 12 * LIMIT_MS },
  )

const isRoot = process.getuid?.() === 0
const SOMEBODY = 12_345
const TOKEN = `${'x'.repeat(40)}\n`

const TOKENS: readonly { readonly way: string; readonly not?: string | false; readonly make: (at: string) => void }[] =
  [
    {
      way: 'a file of another user, who knows what is in it',
      not: !isRoot && 'only root can give a file away',
      make: (at) => {
        writeFileSync(at, TOKEN, { mode: 0o600 })
        chownSync(at, SOMEBODY, SOMEBODY)
      },
    },
    { way: 'a named pipe', make: (at) => execFileSync('mkfifo', ['-m', '600', at]) },
    { way: '/dev/zero behind a link', make: (at) => symlinkSync('/dev/zero', at) },
    {
      way: 'a sparse file of 1 TiB',
      make: (at) => {
        writeFileSync(at, TOKEN, { mode: 0o600 })
        truncateSync(at, 1024 ** 4)
      },
    },
  ]

for (const { way, not = false, make } of TOKENS) {
  const row = {
    party: 'neighbour',
    aim: 'asks for the metrics, or keeps the controller from its start',
    way: `--listen-token-file that is ${way}`,
    seen: 'it is refused by its name, and nothing listens',
    enforcedBy: 'controller',
  } as const
  if (not !== false) attack.skip(row, not)
  else
    attack(row, async () => {
      const tokenFile = join(folder, 'token')
      try {
        make(tokenFile)
        const address = parseListen('127.0.0.1:0')
        assert.ok(address)
        const taken = await openListener(address, { tokenFile }).then(
          (listener) => listener.close().then(() => 'it was taken'),
          String,
        )
        assert.match(taken, /token (must be a regular file that only|has no token)/)
      } finally {
        rmSync(tokenFile)
      }
    })
}

attack.run()
