import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, lchownSync, linkSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { createFolder } from '../../controller/folder/folder.ts'
import { createClock } from '../../controller/time/clock.ts'
import { access as doctor } from '../../cli/doctor/access.ts'
import { install, uninstall } from '../../cli/git-filter/setup.ts'
import { CliError } from '../../cli/print/cli-error.ts'
import { refuseShared } from '../../cli/run/refuse-shared.ts'
import type { Session } from '../../cli/session/session.ts'
import { openAccess } from '../../drivers/access/shared-folder.ts'
import { pax, tar } from '../files/tar.ts'
import { entry } from '../helpers/entry.ts'
import { patience } from '../helpers/patience.ts'
import { programMissing } from '../helpers/program.ts'
import { attacks } from './attack.ts'

const attack = attacks('shared folders')
/** Without a name, a group of others, or anything else on this machine. */
const OTHER = 54_321
const LONG = { deadlineMs: 120_000 }
const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`

interface Place {
  readonly home: string
  readonly root: string
  put(path: string, text: string): string
  theirs(path: string): string
}

interface Ended {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

const inPlace = async (body: (place: Place) => Promise<void> | void): Promise<void> => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-shared-')))
  try {
    chmodSync(home, 0o755)
    const root = join(home, 'bottles')
    mkdirSync(root)
    const put = (path: string, text: string): string => {
      writeFileSync(path, text)
      return path
    }
    put(join(root, 'a.yaml'), bottle('a'))
    await body({
      home,
      root,
      put,
      theirs: (path) => {
        lchownSync(path, OTHER, OTHER)
        return path
      },
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const run = (
  name: 'bottled' | 'bottlectl',
  argv: readonly string[],
  more: { readonly cwd?: string; readonly uid?: number } = {},
): Promise<Ended> =>
  new Promise((done) => {
    const { cwd = '/', uid } = more
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }
    const user = uid === undefined ? {} : { uid, gid: uid }
    execFile(
      process.execPath,
      [...entry(name), ...argv],
      { cwd, env, timeout: Math.ceil(40_000 * patience()), ...user },
      (error, out, err) => done({ exitCode: error === null ? 0 : Number(error.code ?? -1), out, err }),
    )
  })
const once = (root: string, ...argv: readonly string[]): Promise<Ended> =>
  run('bottled', ['run', root, '--simulate', '--once', ...argv])

interface Row {
  readonly party?: 'agent' | 'author'
  readonly aim?: string
  readonly way: string
  readonly seen: string
  readonly enforcedBy?: string
  readonly needs?: 'root' | 'git' | 'acl'
}

const tried = ({ needs, ...row }: Row, body: (place: Place) => Promise<void> | void): void => {
  const whole = {
    party: 'neighbour',
    aim: 'writes Bottle files of another user',
    enforcedBy: 'controller',
    ...row,
  } as const
  const why =
    needs === 'root' && process.getuid?.() !== 0
      ? 'only root can be another user'
      : needs === 'acl' && process.platform !== 'linux'
        ? 'access lists count on Linux'
        : needs === 'git'
          ? programMissing('git')
          : undefined
  if (why === undefined) attack(whole, () => inPlace(body), LONG)
  else attack.skip(whole, why)
}

interface Try {
  readonly root: string
  readonly state?: string
  /** --allow-shared-root. */
  readonly allowed?: boolean
}

/** As `bottled run` begins. */
const start = async ({ root, state = join(root, '.bottled'), allowed = false }: Try): Promise<CliError | undefined> => {
  const error: unknown = await refuseShared(await openAccess(), { root, state, allowed }).catch(
    (caught: unknown) => caught,
  )
  if (error === undefined || error instanceof CliError) return error
  throw error
}

const denied = async (given: Try, path: string, why: RegExp): Promise<CliError | undefined> => {
  const error = await start(given)
  assert.match(error?.message ?? 'it was let through', why)
  assert.ok(error?.message.includes(path), error?.message)
  return error
}

/** The flag lets it through. */
const refused = async ({ root }: Try, path: string, why: RegExp): Promise<void> => {
  assert.match((await denied({ root }, path, why))?.hint ?? '', /--allow-shared-root/)
  assert.is(await start({ root, allowed: true }), undefined)
}

for (const [way, shared, mode] of [
  ['the root is open to all', '.', 0o777],
  ['the root is open to all, if sticky', '.', 0o1777],
  ['a folder above the root is open to all', '..', 0o777],
  ['a folder in the root is open to all', 'team/web', 0o777],
] as const)
  tried({ way, seen: 'run refuses to start, doctor fails with the fix' }, async (place) => {
    const path = join(place.root, shared)
    mkdirSync(path, { recursive: true })
    chmodSync(path, mode)
    await refused(place, path, /^the root .* is open to other users: every user may write /)
    const facts = {
      root: place.root,
      stateDir: join(place.root, '.bottled'),
      dockerHost: undefined,
      smolvm: '',
      env: {},
      bundleImage: 'none',
      uid: 0,
    }
    const [finding] = await doctor.run(facts)
    assert.equal([finding?.level, finding?.command], ['fail', `chmod go-w ${path}`])
  })

tried({ way: 'the root is open to all, for the programs', seen: 'both exit with 1 and the fix' }, async ({ root }) => {
  chmodSync(root, 0o777)
  const { exitCode, err } = await once(root)
  assert.is(exitCode, 1)
  assert.match(
    err,
    /^error: the root .* is open to other users: every user may write .* decides what runs here as you$/m,
  )
  assert.match(err, /^hint: chmod go-w .*; .*: bottled run --allow-shared-root$/m)
  assert.not.match(readFileSync(join(root, 'a.yaml'), 'utf8'), /^status:/m)
  assert.not.ok(existsSync(join(root, '.bottled')))
  const checked = await run('bottled', ['doctor', root])
  assert.is(checked.exitCode, 1)
  assert.is((await once(root, '--allow-shared-root')).exitCode, 0)
  assert.match(checked.out, /^fail {2}access +the root is open to other users: every user may write /m)
})

/** One that is another user's by /etc/passwd. */
const group = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .find(([, , uid, gid]) => Number(uid) !== process.getuid?.() && Number(gid) > 0)
tried({ way: 'the group of the root is also theirs', seen: 'run refuses to start', needs: 'root' }, async (place) => {
  chownSync(place.root, 0, Number(group?.[3]))
  chmodSync(place.root, 0o775)
  await refused(place, place.root, new RegExp(`the group .*${group?.[0]}.* may write .*bottles \\(mode 0775\\)`))
})

tried(
  { way: 'the root is theirs, and root runs on it', seen: 'run refuses to start', needs: 'root' },
  async (place) => {
    chownSync(place.root, OTHER, OTHER)
    await refused(place, place.root, /belongs to the user with the number 54321/)
  },
)

tried(
  { way: 'a link on the way to the root is theirs', seen: 'run refuses to start', needs: 'root' },
  async (place) => {
    const tmp = join(place.home, 'tmp')
    mkdirSync(tmp)
    chmodSync(tmp, 0o1777)
    symlinkSync(place.root, join(tmp, 'link'))
    place.theirs(join(tmp, 'link'))
    await refused({ root: join(tmp, 'link') }, join(tmp, 'link'), /the link .* belongs to the user/)
  },
)

tried(
  {
    aim: 'none: a person with a group of their own and umask 002',
    way: 'the root has mode 0775',
    seen: 'run starts: nobody else is in that group',
    needs: 'root',
  },
  async ({ root, home }) => {
    for (const path of [root, join(root, 'a.yaml')]) chownSync(path, OTHER, OTHER)
    chmodSync(root, 0o2775)
    chmodSync(join(root, 'a.yaml'), 0o664)
    const ended = await run('bottled', ['run', root, '--simulate', '--once'], { uid: OTHER, cwd: home })
    assert.is(ended.exitCode, 0, ended.err)
    assert.match(readFileSync(join(root, 'a.yaml'), 'utf8'), /^ {2}phase: Ready$/m)
  },
)

for (const [way, seen, make] of [
  ['a state folder that is open to all', 'run refuses to start', (state: string) => chmodSync(state, 0o777)],
  [
    'a folder in the state folder that is open to all',
    'run refuses to start',
    (state: string) => chmodSync(join(state, 'requests'), 0o733),
  ],
] as const)
  tried({ way, seen, aim: 'asks the controller for a rollout' }, async (place) => {
    const state = join(place.root, '.bottled')
    mkdirSync(join(state, 'requests'), { recursive: true })
    make(state)
    for (const allowed of [false, true])
      await denied(
        { root: place.root, allowed },
        state,
        /^the state folder .* is open to other users: every user may write /,
      )
  })

tried(
  {
    way: 'a state folder made first, by the name that is given in /tmp',
    aim: 'has the controller keep its records with them',
    seen: 'run refuses to start',
    needs: 'root',
  },
  async (place) => {
    const tmp = join(place.home, 'tmp')
    mkdirSync(join(tmp, 'state'), { recursive: true })
    chmodSync(tmp, 0o1777)
    place.theirs(join(tmp, 'state'))
    for (const allowed of [false, true])
      await denied(
        { root: place.root, state: join(tmp, 'state'), allowed },
        join(tmp, 'state'),
        /^the state folder .* belongs to the user/,
      )
  },
)

/** No tool for access lists is needed: GNU tar sets what its archive says. */
const shareByList = (file: string): void => {
  const list = `user::rw-,user:${OTHER}:rw-,group::r--,mask::rw-,other::r--`
  const bytes = tar(pax({ 'SCHILY.acl.access': list }), { name: basename(file), content: readFileSync(file, 'utf8') })
  execFileSync('tar', ['--acls', '-xf', '-', '-C', dirname(file)], { input: bytes })
}

for (const [way, needs, make] of [
  ['a Bottle file that everyone may write', undefined, (file: string) => chmodSync(file, 0o666)],
  ['a Bottle file that an access list lets them write, as a folder gives it to new files', 'acl', shareByList],
  ['a Bottle file of their own that was moved into the root', 'root', (file: string) => chownSync(file, OTHER, OTHER)],
] as const)
  tried(
    {
      way,
      seen: 'the file is not read, and an event says why; the others go on',
      ...(needs === undefined ? {} : { needs }),
    },
    async ({ root, put }) => {
      make(put(join(root, 'b.yaml'), bottle('b')))
      const { exitCode, out } = await once(root)
      assert.is(exitCode, 3)
      assert.match(out, /b\.yaml.*(every user may write|belongs to the user|an access list by which others may write)/)
      assert.not.match(readFileSync(join(root, 'b.yaml'), 'utf8'), /^status:/m)
      assert.match(readFileSync(join(root, 'a.yaml'), 'utf8'), /^ {2}phase: Ready$/m)
      assert.equal(existsSync(join(root, '.bottled', 'simulated', 'bottles', 'b')), false)
    },
  )

tried(
  {
    way: 'a folder of theirs behind the link to the root, when that is turned',
    seen: 'the root is unknown: nothing is read, deleted or written there',
  },
  async ({ home, root }) => {
    const link = join(home, 'link')
    symlinkSync(root, link)
    const folder = createFolder({
      root: link,
      stateDir: join(home, 'state'),
      clock: createClock(),
      access: await openAccess(),
    })
    assert.ok((await folder.sweep()).ok)
    const open = join(home, 'open')
    mkdirSync(open)
    writeFileSync(join(open, 'b.yaml'), bottle('b'))
    chmodSync(open, 0o777)
    symlinkSync(open, join(home, 'next'))
    renameSync(join(home, 'next'), link)
    const swept = await folder.sweep()
    assert.is(swept.ok, false)
    assert.match(swept.ok ? '' : swept.why, /every user may write/)
    assert.is((await folder.read('b.yaml')).kind, 'unknown')
    await folder.accept().then(
      () => assert.unreachable(),
      (error: unknown) => assert.match(String(error), /every user may write/),
    )
    chmodSync(open, 0o755)
    assert.ok((await folder.sweep()).ok, 'a link of ours may be turned')
  },
)

const CLIENT = {
  aim: 'has bottlectl of another user read and write their state',
  enforcedBy: 'bottlectl',
  needs: 'root',
} as const

tried(
  { ...CLIENT, way: 'a .bottled in a folder above', seen: 'it is passed over, with a line' },
  async ({ home, root, theirs }) => {
    const deep = join(root, 'deep')
    for (const folder of [deep, join(root, '.bottled'), join(home, '.bottled')]) mkdirSync(folder)
    // It would not be waited for.
    execFileSync('mkfifo', [join(root, '.bottled', 'last-run')])
    theirs(join(root, '.bottled'))
    const { exitCode, err } = await run('bottlectl', ['get', 'bottles'], { cwd: deep })
    assert.is(exitCode, 0, err)
    assert.match(err, /^note: .*bottles\/\.bottled belongs to the user with the number 54321: it is passed over$/m)
    assert.match(err, /no controller has run on \S*bottle-t-shared-\w+ yet/)
    const here = await run('bottlectl', ['get', 'bottles'], { cwd: root })
    assert.match(here.err, /it is passed over/)
  },
)

for (const [way, argv] of [
  ['a .bottled in the folder that is named', (place: Place) => ['-d', place.root]],
  ['a .bottled where nothing else is found', () => []],
  ['the state folder that is named', (place: Place) => ['-d', place.home, '--state-dir', join(place.root, '.bottled')]],
] as const)
  tried({ ...CLIENT, way, seen: 'it is refused, with what to do' }, async (place) => {
    const { root, theirs } = place
    mkdirSync(join(root, '.bottled'))
    execFileSync('mkfifo', [join(root, '.bottled', 'lock')])
    theirs(join(root, '.bottled'))
    for (const verb of [['suspend', 'a', '--no-wait']]) {
      const { exitCode, err } = await run('bottlectl', [...verb, ...argv(place)], { cwd: root })
      assert.is(exitCode, 1)
      assert.match(
        err,
        /^error: .*bottles\/\.bottled belongs to the user with the number 54321: its state is not used\nhint: sudo -u #54321/,
      )
    }
    assert.not.match(readFileSync(join(root, 'a.yaml'), 'utf8'), /suspend/)
    assert.is((await run('bottlectl', ['version'], { cwd: root })).exitCode, 0)
    const cleaned = execFileSync(process.execPath, [...entry('bottlectl'), 'git-filter', 'clean', '-d', '.'], {
      cwd: root,
      input: bottle('a'),
    })
    assert.is(cleaned.toString(), bottle('a'), 'git works in it')
  })

tried(
  { ...CLIENT, way: 'a .bottled that is their link to a state folder of ours', seen: 'it is passed over' },
  async ({ home, root, theirs }) => {
    mkdirSync(join(home, 'real', '.bottled'), { recursive: true })
    symlinkSync(join(home, 'real', '.bottled'), join(root, '.bottled'))
    theirs(join(root, '.bottled'))
    assert.match((await run('bottlectl', ['get', 'b', '-d', root])).err, /belongs to the user/)
  },
)

const FILTER = {
  party: 'author',
  aim: 'has git-filter install write a file elsewhere',
  enforcedBy: 'bottlectl',
  needs: 'git',
} as const
for (const [way, at, target] of [
  ['.gitattributes is a link', '.gitattributes', 'file'],
  ["the clone's configuration is a link", '.git/config', 'file'],
  ['.gitattributes is a link that leads nowhere', '.gitattributes', 'nothing'],
  ['.gitattributes is a FIFO', '.gitattributes', 'fifo'],
  ["the clone's configuration is a FIFO", '.git/config', 'fifo'],
] as const)
  tried({ ...FILTER, way, seen: 'it is refused with its path; nothing is written' }, async ({ home, root, put }) => {
    execFileSync('git', ['-C', root, 'init', '-q'])
    const path = join(root, at)
    rmSync(path, { force: true })
    if (target === 'fifo') execFileSync('mkfifo', [path])
    else
      symlinkSync(
        target === 'file' ? put(join(home, 'profile'), '[core]\n\tbare = false\n') : join(home, 'profile'),
        path,
      )
    const session = { root, cwd: root, env: process.env, say: () => undefined } as unknown as Session
    const error: unknown = await install(session, { global: false }).catch((caught: unknown) => caught)
    assert.ok(error instanceof CliError && error.message.startsWith(`${path} is `), String(error))
    await uninstall(session, { global: false }).catch(() => undefined)
    if (target === 'file') assert.is(readFileSync(join(home, 'profile'), 'utf8'), '[core]\n\tbare = false\n')
    if (target === 'nothing') assert.not.ok(existsSync(join(home, 'profile')))
    if (at === '.git/config') assert.not.ok(existsSync(join(root, '.gitattributes')))
  })

tried(
  { ...FILTER, way: '.gitattributes is another name of a file elsewhere', seen: 'a file of its own takes its place' },
  async ({ home, root, put }) => {
    execFileSync('git', ['-C', root, 'init', '-q'])
    linkSync(put(join(home, 'profile'), 'mine\n'), join(root, '.gitattributes'))
    const { exitCode, err } = await run('bottlectl', ['-d', root, 'git-filter', 'install'])
    assert.is(exitCode, 0, err)
    assert.is(readFileSync(join(home, 'profile'), 'utf8'), 'mine\n')
    assert.match(readFileSync(join(root, '.gitattributes'), 'utf8'), /^mine\n\*\.yaml filter=bottled\n/)
  },
)

tried(
  {
    ...FILTER,
    party: 'agent',
    aim: 'runs code on the host',
    way: 'git-filter in a repository with its own alias, pager, hooks and includes',
    seen: 'none of it runs',
  },
  async ({ home, root, put }) => {
    execFileSync('git', ['-C', root, 'init', '-q'])
    const trap = put(join(home, 'trap'), `#!/bin/sh\necho sprung >> ${join(home, 'sprung')}\n`)
    chmodSync(trap, 0o755)
    execFileSync('mkfifo', [join(home, 'fifo')])
    for (const [key, value] of [
      ['core.fsmonitor', trap],
      ['core.pager', trap],
      ['pager.config', trap],
      ['alias.config', `!${trap}`],
      ['core.hooksPath', home],
      ['include.path', join(home, 'fifo')],
    ] as const)
      writeFileSync(join(root, '.git', 'config'), `[${key.split('.')[0]}]\n\t${key.split('.')[1]} = ${value}\n`, {
        flag: 'a',
      })
    for (const [action, code] of [
      ['install', 0],
      ['status', 0],
      ['refresh', 0],
      ['uninstall', 0],
      ['status', 1],
    ] as const)
      assert.is((await run('bottlectl', ['-d', root, 'git-filter', action])).exitCode, code, action)
    assert.not.ok(existsSync(join(home, 'sprung')))
  },
)

attack.run()
