import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { basename, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { bundleImage } from '../helpers/bundle-image.ts'
import { createClient } from '../helpers/client.ts'
import type { Answer, Client } from '../helpers/client.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { createFakeEngine, sendJson } from '../helpers/fake-engine.ts'
import { entry, long, pax, tar } from '../files/tar.ts'
import { attacks } from './attack.ts'
import type { Attack } from './attack.ts'

const attack = attacks('cp')
const name = `t-${randomBytes(4).toString('hex')}`

/** A person at home, with a root of Bottles, and files that nobody else may touch. */
interface Home {
  readonly client: Client
  readonly folder: string
  /** Where copies go. */
  readonly target: string
  /** Everything in the home, with what it is. */
  tree(): readonly string[]
  cp(...argv: readonly string[]): Promise<Answer>
}

const withHome = async (body: (home: Home) => Promise<void>): Promise<void> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-home-')))
  const client = await createClient()
  try {
    mkdirSync(join(folder, 'target'))
    mkdirSync(join(folder, 'repo'))
    writeFileSync(join(folder, 'key'), 'secret')
    await client.file(
      'a.yaml',
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude, workspace: {path: ${folder}/repo, mode: mount}}\n`,
    )
    await body({
      client,
      folder,
      target: join(folder, 'target'),
      tree: () => treeOf(folder, '').filter((line) => !/^(key secret|repo\/|target\/)$/.test(line)),
      cp: (...argv) => client.run('cp', ...argv),
    })
  } finally {
    await client.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

const treeOf = (folder: string, prefix: string): readonly string[] =>
  readdirSync(folder)
    .toSorted()
    .flatMap((each) => {
      const found = lstatSync(join(folder, each))
      const path = `${prefix}${each}`
      const special = found.mode & 0o7000 ? ` ${(found.mode & 0o7777).toString(8)}` : ''
      if (found.isDirectory()) return [`${path}/${special}`, ...treeOf(join(folder, each), `${path}/`)]
      return [`${path}${special} ${found.isFile() ? readFileSync(join(folder, each), 'utf8') : 'not a file'}`]
    })

type Serve = (response: ServerResponse) => void

/** Docker's answer to every `GET archive` is this. */
const answering = async (serve: Buffer | Serve, body: (host: string) => Promise<void>): Promise<void> => {
  const engine = await createFakeEngine((path, _request, response) => {
    if (path === '/version')
      return sendJson(response, 200, { Version: '99', ApiVersion: '1.41', MinAPIVersion: '1.12' })
    if (!path.includes('/archive')) return sendJson(response, 404, { message: 'no such thing' })
    response.writeHead(200, { 'content-type': 'application/x-tar', 'x-docker-container-path-stat': 'bGllcw==' })
    if (Buffer.isBuffer(serve)) response.end(serve)
    else serve(response)
  })
  try {
    await body(`unix://${engine.socket}`)
  } finally {
    await engine.remove()
  }
}

/** What a person sees who copies `/w/out` into the target, of which the bundle sends this. */
const copied = (
  serve: Buffer | Serve,
  check: (seen: { readonly home: Home; readonly answer: Answer }) => void,
  { more = [], before }: { readonly more?: readonly string[]; readonly before?: (home: Home) => void } = {},
): Promise<void> =>
  withHome((home) =>
    answering(serve, async (host) => {
      before?.(home)
      const answer = await home.cp('-c', 'bundle', '--docker-host', host, ...more, `${name}:/w/out`, home.target)
      check({ home, answer })
    }),
  )

const row = (aim: string, way: string, seen: string, party: Attack['party'] = 'bundle'): Attack => ({
  party,
  aim,
  way,
  seen,
  enforcedBy: 'bottlectl',
})

const ELSEWHERE = 'writes a file outside of what was asked for'
const OUT = { name: 'out/', type: '5' }

attack(row(ELSEWHERE, 'a link out of the target, and a file through it', 'neither is written, both are named'), () =>
  copied(
    tar(
      OUT,
      { name: 'out/l', type: '2', link: '../..' },
      { name: 'out/l/key', content: 'forged' },
      { name: 'out/ok', content: 'ok' },
    ),
    ({ home, answer }) => {
      assert.equal(home.tree(), ['target/out/', 'target/out/l/', 'target/out/l/key forged', 'target/out/ok ok'])
      assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
      assert.is(answer.exitCode, 0)
      assert.match(answer.err, /^warning: not copied: out\/l: a symbolic link to \.\.\/\.\.\n$/)
    },
  ),
)

attack(row(ELSEWHERE, 'a file through a link that is in the target already', 'it is refused by name, exit 1'), () =>
  copied(
    tar(OUT, { name: 'out/l/key', content: 'forged' }, { name: 'out/ok', content: 'ok' }),
    ({ home, answer }) => {
      assert.equal(home.tree(), ['target/out/', 'target/out/l not a file', 'target/out/ok ok'])
      assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
      assert.is(answer.exitCode, 1)
      assert.match(answer.err, /not copied: out\/l\/key: a file or a link is where its folder must be\n/)
      assert.match(answer.err, /error: one file or folder of \/w\/out was not copied\n/)
    },
    {
      before: ({ folder, target }) => {
        mkdirSync(join(target, 'out'))
        symlinkSync(folder, join(target, 'out/l'))
      },
    },
  ),
)

for (const planted of ['a symbolic link', 'a hard link', 'a dangling link'] as const)
  attack(
    row(
      'overwrites a file of the person',
      `${planted} in the target where a file goes`,
      'the link is replaced, what it leads to stays',
    ),
    () =>
      copied(
        tar(OUT, { name: 'out/f', content: 'new' }),
        ({ home, answer }) => {
          assert.equal([answer.exitCode, home.tree()], [0, ['target/out/', 'target/out/f new']])
          assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
        },
        {
          before: ({ folder, target }) => {
            mkdirSync(join(target, 'out'))
            if (planted === 'a hard link') linkSync(join(folder, 'key'), join(target, 'out/f'))
            else symlinkSync(planted === 'a symbolic link' ? '../../key' : '../../new-key', join(target, 'out/f'))
          },
        },
      ),
  )

const escapes: readonly (readonly [way: string, bytes: Buffer])[] = [
  ['a path that leads upwards', tar(OUT, { name: 'out/../../planted', content: 'x' })],
  ['an absolute path', tar(OUT, { name: '/tmp/bottle-t-planted', content: 'x' })],
  ['a file beside what was asked for', tar(OUT, { name: '.bashrc', content: 'x' })],
  ['hooks beside what was asked for', tar(OUT, { name: '.git/hooks/post-checkout', content: 'x', mode: 0o755 })],
  ['a name of a pax header', tar(OUT, pax({ path: '../planted' }), { name: 'out/ok', content: 'x' })],
  ['a long name of GNU tar', tar(OUT, long('../planted'), { name: 'out/ok', content: 'x' })],
  ['a name in two fields of the header', tar(OUT, { prefix: '../..', name: 'out/planted', content: 'x' })],
  ['a name that begins like what was asked for', tar(OUT, { name: 'outside', content: 'x' })],
  [
    'a name with a NUL in a pax header',
    tar(OUT, pax({ path: 'out/\0/../../planted' }), { name: 'out/ok', content: 'x' }),
  ],
  ['a name with backslashes', tar(OUT, { name: 'out\\..\\planted', content: 'x' })],
  ['a name with a newline', tar(OUT, { name: 'out/a\nwarning: nothing is wrong', content: 'x' })],
  ['a name of 300 bytes', tar(OUT, pax({ path: `out/${'n'.repeat(300)}` }), { name: 'out/ok', content: 'x' })],
]
for (const [way, bytes] of escapes)
  attack(row(ELSEWHERE, way, 'it is refused by name, exit 1'), () =>
    copied(bytes, ({ home, answer }) => {
      assert.equal(home.tree(), ['target/out/'])
      assert.is(existsSync('/tmp/bottle-t-planted'), false)
      assert.is(answer.exitCode, 1)
      assert.match(
        answer.err,
        /^warning: not copied: [^\n]+\nerror: one file or folder of \/w\/out was not copied\nhint: [^\n]+\n$/,
      )
    }),
  )

attack(row('gives itself rights on this host', 'setuid, setgid and sticky bits', 'the bits are gone'), () =>
  copied(tar({ ...OUT, mode: 0o7777 }, { name: 'out/su', mode: 0o6755, content: 'x' }), ({ home, answer }) => {
    assert.equal([answer.exitCode, home.tree()], [0, ['target/out/', 'target/out/su x']])
    assert.is(statSync(join(home.target, 'out/su')).mode & 0o022, 0, 'and the umask counts')
    assert.is(statSync(join(home.target, 'out')).mode & 0o022, 0)
  }),
)

attack(
  row(
    'gives itself rights on this host',
    'a device, a FIFO, a hard link, a sparse file',
    'none is made, all are named',
  ),
  () =>
    copied(
      tar(
        OUT,
        { name: 'out/sda', type: '4' },
        { name: 'out/fifo', type: '6' },
        { name: 'out/h', type: '1', link: '../../key' },
        { name: 'out/s', type: 'S', content: 'x', magic: 'ustar  \0' },
        { name: 'out/?', type: 'Z', content: 'x' },
      ),
      ({ home, answer }) => {
        assert.equal([answer.exitCode, home.tree()], [1, ['target/out/']])
        assert.match(
          answer.err,
          /out\/sda: a device\n.*out\/fifo: a FIFO\n.*out\/h: a hard link.*\n.*out\/s: a sparse file\n.*out\/\?: an unknown/,
        )
        assert.match(answer.err, /error: 3 files and folders/)
      },
    ),
)

attack(
  row(
    'runs code on the host through git',
    'hooks and config in a .git that was asked for',
    'the objects come, these are left out and named',
  ),
  () =>
    copied(
      tar(
        OUT,
        { name: 'out/.git/', type: '5' },
        { name: 'out/.git/HEAD', content: 'ref: refs/heads/main\n' },
        { name: 'out/.git/config', content: '[core]\n\tfsmonitor = touch /tmp/bottle-t-planted\n' },
        { name: 'out/.git/hooks/post-checkout', content: '#!/bin/sh\n', mode: 0o755 },
        { name: 'out/sub/.git', content: 'gitdir: ../evil\n' },
      ),
      ({ home, answer }) => {
        assert.equal(home.tree(), ['target/out/', 'target/out/.git/', 'target/out/.git/HEAD ref: refs/heads/main\n'])
        assert.is(answer.exitCode, 0)
        assert.is(answer.err.match(/: git would obey it\n/g)?.length, 3)
      },
    ),
)

attack(
  row(
    'plants a Bottle',
    'a YAML file, a file put back after a crash and state, all below what was asked for, in the root',
    'none is written',
  ),
  () =>
    withHome(async ({ client, cp }) => {
      const bytes = tar(
        OUT,
        { name: 'out/evil.yaml', content: 'kind: Bottle' },
        { name: 'out/deep/evil.json', content: '{}' },
        { name: 'out/.evil.yaml.bottled-00112233445566778899aabbccddeeff', content: 'kind: Bottle' },
        { name: 'out/.bottled/owner', content: 'forged' },
        { name: 'out/notes.md', content: 'ok' },
      )
      await answering(bytes, async (host) => {
        const answer = await cp('-c', 'bundle', '--docker-host', host, `${name}:/w/out`, '.')
        assert.equal(treeOf(join(client.root, 'out'), ''), ['notes.md ok'])
        assert.is(answer.exitCode, 1)
        assert.is(answer.err.match(/: a controller would read it as a Bottle\n/g)?.length, 3)
        assert.match(answer.err, /out\/\.bottled\/owner: state of bottled\n/)
      })
      await answering(tar({ name: 'evil.yaml', content: 'kind: Bottle' }), async (host) => {
        const answer = await cp('-c', 'bundle', '--docker-host', host, `${name}:/w/evil.yaml`, '.')
        assert.is(answer.exitCode, 1)
        assert.is(existsSync(join(client.root, 'evil.yaml')), false)
      })
    }),
)

/** Whether git, asked by a person in this folder of the copy, did what the copy says. */
const gitRuns = (cwd: string, planted: string): boolean => {
  try {
    execFileSync('git', ['status'], { cwd, stdio: 'ignore' })
  } catch {
    // It may well find no repository.
  }
  const ran = existsSync(planted)
  rmSync(planted, { force: true })
  return ran
}
const PLANTED = join(tmpdir(), `bottle-t-planted-${process.pid}`)
const SETTINGS = `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch ${PLANTED}; false"\n`
const gitDirectory = (folder: string) => [
  { name: `${folder}/`, type: '5' },
  { name: `${folder}/objects/`, type: '5' },
  { name: `${folder}/refs/`, type: '5' },
]
const HEAD = 'ref: refs/heads/main\n'
const BY_GIT = 'runs code on the host through git'

attack(row(BY_GIT, 'a .git whose commondir leads to a folder with settings', 'that is left out and named'), () =>
  copied(
    tar(
      OUT,
      { name: 'out/.git/', type: '5' },
      { name: 'out/.git/HEAD', content: HEAD },
      { name: 'out/.git/commondir', content: '../evil\n' },
      ...gitDirectory('out/evil'),
      { name: 'out/evil/config', content: SETTINGS.replace('\tworktree = .\n', '') },
    ),
    ({ home, answer }) => {
      assert.is(gitRuns(join(home.target, 'out'), PLANTED), false)
      assert.match(answer.err, /^warning: not copied: out\/\.git\/commondir: git would obey it\n$/)
      assert.is(answer.exitCode, 0)
    },
  ),
)

attack(row(BY_GIT, 'settings of a submodule that is called refs', 'they are left out and named'), () =>
  copied(
    tar(OUT, { name: 'out/.git/modules/refs/config', content: SETTINGS }, { name: 'out/.git/refs/heads/config' }),
    ({ home, answer }) => {
      assert.ok(existsSync(join(home.target, 'out/.git/refs/heads/config')), 'a branch may have that name')
      assert.match(answer.err, /^warning: not copied: out\/\.git\/modules\/refs\/config: git would obey it\n$/)
    },
  ),
)

for (const [way, first, last] of [
  ['settings last', [{ name: 'out/docs/HEAD', content: HEAD }], [{ name: 'out/docs/config', content: SETTINGS }]],
  ['settings first', [{ name: 'out/docs/config', content: SETTINGS }], [{ name: 'out/docs/HEAD', content: HEAD }]],
  [
    'hooks last',
    [{ name: 'out/docs/HEAD', content: HEAD }],
    [{ name: 'out/docs/hooks/post-index-change', content: '#!/bin/sh\n', mode: 0o755 }],
  ],
  ['commondir last', [{ name: 'out/docs/HEAD', content: HEAD }], [{ name: 'out/docs/commondir', content: '../x\n' }]],
] as const)
  attack(
    row(
      BY_GIT,
      `a folder of any name that is a bare repository, ${way}, in one copy and in two`,
      'never both are there',
    ),
    () =>
      withHome(async (home) => {
        const all = [OUT, ...gitDirectory('out/docs'), ...first, ...last]
        for (const members of [all, [OUT, ...last], [OUT, ...first]])
          await answering(tar(...members), async (host) => {
            const answer = await home.cp('-c', 'bundle', '--docker-host', host, `${name}:/w/out`, home.target)
            assert.is(gitRuns(join(home.target, 'out/docs'), PLANTED), false)
            assert.is(answer.exitCode, 0)
          })
        assert.ok(existsSync(join(home.target, first[0].name)), 'what came first stays')
        assert.is(existsSync(join(home.target, last[0].name)), false)
      }),
  )

attack(
  row(
    'plants a Bottle',
    'a YAML file for a root that lies below the target: the own one, and others',
    'none is written',
  ),
  () =>
    withHome(async ({ client, target, cp }) => {
      const own = basename(client.root)
      mkdirSync(join(target, 'out/bottles/.bottled'), { recursive: true })
      for (const [source, path, to] of [
        [own, `${own}/deep/evil.yaml`, dirname(client.root)],
        ['out', 'out/bottles/evil.json', target],
        ['out', 'out/bottles/.evil.yaml.bottled-00112233445566778899aabbccddeeff', target],
      ] as const)
        await answering(
          tar({ name: `${source}/`, type: '5' }, { name: path, content: 'kind: Bottle' }),
          async (host) => {
            const answer = await cp('-c', 'bundle', '--docker-host', host, `${name}:/w/${source}`, to)
            assert.match(answer.err, /^warning: not copied: [^\n]+: a controller would read it as a Bottle\n/)
            assert.equal([answer.exitCode, existsSync(join(to, path))], [1, false])
          },
        )
    }),
)

attack(row('forges the state of the root', 'a person copies into .bottled', 'refused'), () =>
  withHome(({ client, cp }) =>
    answering(tar(OUT), async (host) => {
      mkdirSync(join(client.root, '.bottled'))
      for (const to of ['.bottled', '.bottled/x', 'x/.bottled', './.bottled/'].slice(0, 2)) {
        const answer = await cp('-c', 'bundle', '--docker-host', host, `${name}:/w/out`, to)
        assert.equal([answer.exitCode, readdirSync(join(client.root, '.bottled'))], [1, []])
        assert.match(answer.err, /is in the state of bottled/)
      }
    }),
  ),
)

attack(
  row(
    'replaces what it sent before',
    'two members of one place, in several forms',
    'the first stays, the others are named',
  ),
  () =>
    copied(
      tar(
        OUT,
        { name: 'out/a', content: 'first' },
        { name: 'out/a', content: 'second' },
        { name: './out//a', content: 'third' },
        { name: 'out/a/', type: '5' },
        { name: 'out/a/b', content: 'below a file' },
        { name: 'out', content: 'a file in place of the folder' },
      ),
      ({ home, answer }) => {
        assert.equal([answer.exitCode, home.tree()], [1, ['target/out/', 'target/out/a first']])
        assert.match(answer.err, /error: 5 files and folders/)
      },
    ),
)

const broken: readonly (readonly [way: string, bytes: Buffer | Serve, message: RegExp])[] = [
  [
    'a negative size',
    tar(OUT, { name: 'out/a', size: Buffer.alloc(12, 0xff) }),
    /not a whole tar archive: a header has an invalid size/,
  ],
  [
    'a size of 2^60',
    tar(OUT, pax({ size: String(2 ** 60) }), { name: 'out/a' }),
    /not a whole tar archive: a pax header has an invalid size/,
  ],
  [
    'a size that never comes',
    tar(OUT, { name: 'out/a', size: 2 ** 32, content: 'x' }),
    /not a whole tar archive: it ends early/,
  ],
  ['no tar at all', Buffer.from('{"message":"hello"}'), /not a whole tar archive: it ends early/],
  ['nothing', Buffer.alloc(0), /not a whole tar archive: it ends early/],
  ['an empty archive', tar(), /nothing came of \/w\/out/],
  [
    'a header of a gigabyte',
    tar(entry({ name: 'p', type: 'x', size: 2 ** 30 })),
    /not a whole tar archive: a header of 1073741824 bytes/,
  ],
  ['a link that leads to itself', tar({ name: 'out', type: '2', link: 'out' }), /leads through more than 8 links/],
  ['a link to everything', tar({ name: 'out', type: '2', link: '/' }), /is a link to \//],
  [
    'a connection that is cut',
    (response) => {
      response.write(tar(OUT, { name: 'out/a', content: 'x'.repeat(5_000) }).subarray(0, 2_000), () =>
        response.destroy(),
      )
    },
    /the connection was lost before all of \/w\/out came/,
  ],
]
for (const [way, bytes, message] of broken)
  attack(row('leaves bottlectl without an end', way, 'a message, exit code not 0, no part of a file'), () =>
    copied(bytes, ({ home, answer }) => {
      assert.match(answer.err, message)
      assert.is.not(answer.exitCode, 0)
      assert.equal(
        home.tree().filter((line) => line !== 'target/out/'),
        [],
      )
    }),
  )

attack(
  row(
    'leaves bottlectl without an end',
    'a stream that stalls in the middle of a file',
    'exit 4 after --stall-timeout, no part of a file',
  ),
  () =>
    copied(
      (response) => void response.write(tar(OUT, { name: 'out/a', content: 'x'.repeat(5_000) }).subarray(0, 2_000)),
      ({ home, answer }) => {
        assert.equal([answer.exitCode, home.tree()], [4, ['target/out/']])
        assert.match(answer.err, /error: not a byte of \/w\/out came for 0\.3 s\n/)
      },
      { more: ['--stall-timeout', '300ms'] },
    ),
)

const FULL = 'fills the disk of the host'
attack(row(FULL, 'a file without end', 'the copy ends at --max-size, no part of a file'), () => {
  const piece = Buffer.alloc(65_536, 'x')
  return copied(
    (response) => {
      response.write(Buffer.concat([entry(OUT), entry({ name: 'out/a', size: 2 ** 32 })]))
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', more)
      more()
    },
    ({ home, answer }) => {
      assert.equal([answer.exitCode, home.tree()], [1, ['target/out/']])
      assert.match(answer.err, /error: more than 1 MiB came from \/w\/out\nhint: .*--max-size/)
    },
    { more: ['--max-size', '1M'] },
  )
})

attack(row(FULL, 'empty files without end', 'each counts for 4 KiB'), () =>
  copied(
    Buffer.concat([entry(OUT), ...Array.from({ length: 400 }, (_, at) => entry({ name: `out/${at}` }))]),
    ({ home, answer }) => {
      assert.match(answer.err, /error: more than 1 MiB came/)
      assert.ok(home.tree().length < 260)
    },
    { more: ['--max-size', '1M'] },
  ),
)

attack(row('hides what it does', 'a thousand links, to fill the terminal', '20 are named, the rest is counted'), () =>
  copied(
    tar(OUT, ...Array.from({ length: 1_000 }, (_, at) => ({ name: `out/${at}`, type: '2', link: 'x' }))),
    ({ answer }) => {
      assert.is(answer.err.split('\n').length, 22)
      assert.match(answer.err, /\nwarning: not copied: 980 more\n$/)
    },
  ),
)

attack(
  row(ELSEWHERE, 'the target is swapped for a link while the copy runs', 'the rest goes where it was opened', 'agent'),
  () =>
    withHome((home) => {
      const bytes = tar(OUT, { name: 'out/a', content: 'a' }, { name: 'out/key', content: 'forged' }, { name: 'out/z' })
      const swap: Serve = (response) => {
        response.write(bytes.subarray(0, 1_536))
        const wait = setInterval(() => {
          if (!existsSync(join(home.folder, 'repo/out/a'))) return
          clearInterval(wait)
          renameSync(join(home.folder, 'repo/out'), join(home.folder, 'repo/moved'))
          symlinkSync('..', join(home.folder, 'repo/out'))
          response.end(bytes.subarray(1_536))
        }, 5)
      }
      return answering(swap, async (host) => {
        const answer = await home.cp('-c', 'bundle', '--docker-host', host, `${name}:/w/out`, join(home.folder, 'repo'))
        assert.is(answer.exitCode, 0, answer.err)
        assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
        assert.is(readFileSync(join(home.folder, 'repo/moved/key'), 'utf8'), 'forged')
      })
    }),
)

attack(
  row(
    ELSEWHERE,
    'a link planted in a mounted workspace, where a person copies to',
    'it is not followed, exit 1',
    'agent',
  ),
  () =>
    withHome((home) =>
      answering(tar(OUT, { name: 'out/key', content: 'forged' }), async (host) => {
        symlinkSync(home.folder, join(home.folder, 'repo/results'))
        for (const to of ['repo/results', 'repo/results/', 'repo/results/target']) {
          const answer = await home.cp('-c', 'bundle', '--docker-host', host, `${name}:/w/out`, join(home.folder, to))
          assert.is(answer.exitCode, 1)
          assert.match(answer.err, /is a link to .*, and an agent can write where it lies/)
        }
        assert.equal(home.tree(), ['repo/results not a file'])
      }),
    ),
)

attack(
  row(
    'reads a file of the person',
    'a link planted in a mounted workspace, which a person copies into a bottle',
    'it is not followed, exit 1',
    'agent',
  ),
  () =>
    withHome(async (home) => {
      symlinkSync('../key', join(home.folder, 'repo/notes.md'))
      for (const part of ['bundle', 'machine']) {
        const answer = await home.cp('-c', part, join(home.folder, 'repo/notes.md'), `${name}:/tmp/`)
        assert.is(answer.exitCode, 1)
        assert.match(answer.err, /is a link to \.\.\/key, and an agent can write where it lies/)
      }
    }),
)

attack(
  row(
    'leaves bottlectl without an end',
    'a FIFO in place of a file, which a person copies into a bottle',
    'it is not opened, exit 2',
    'agent',
  ),
  () =>
    withHome(async (home) => {
      execFileSync('mkfifo', [join(home.folder, 'repo/notes.md')])
      for (const path of ['repo/notes.md', '/dev/zero']) {
        const answer = await home.cp(path.startsWith('/') ? path : join(home.folder, path), `${name}:/tmp/`)
        assert.is(answer.exitCode, 2)
        assert.match(answer.err, /is neither a file nor a folder/)
      }
    }),
)

const SMOLVM = 'out of the VM: '
const withSmolvm = (script: string, body: (home: Home, smolvm: string) => Promise<void>): Promise<void> =>
  withHome(async (home) => {
    const smolvm = join(home.client.root, '.smolvm')
    writeFileSync(smolvm, `#!/bin/sh\n${script}\n`)
    chmodSync(smolvm, 0o755)
    await body(home, smolvm)
  })

attack(
  row(ELSEWHERE, `${SMOLVM}a tar that sends links, hooks and paths upwards`, 'none is written, all are named', 'agent'),
  () =>
    withSmolvm('exec cat "$(dirname "$0")/.hostile.tar"', async (home, smolvm) => {
      const bytes = tar(
        OUT,
        { name: 'out/l', type: '2', link: '../..' },
        { name: 'out/l/key', content: 'x' },
        { name: '../key', content: 'forged' },
        { name: '.git/hooks/pre-commit', content: 'x', mode: 0o4755 },
        { name: 'out/ok', content: 'ok', mode: 0o4755 },
      )
      writeFileSync(join(home.client.root, '.hostile.tar'), bytes)
      const answer = await home.cp('--smolvm', smolvm, `${name}:/w/out`, home.target)
      assert.is(answer.exitCode, 1)
      assert.equal(home.tree(), ['target/out/', 'target/out/l/', 'target/out/l/key x', 'target/out/ok ok'])
      assert.is(answer.err.match(/^warning: not copied/gm)?.length, 3)
    }),
)

attack(
  row(
    ELSEWHERE,
    `${SMOLVM}no tar in the guest, so that smolvm itself writes`,
    'it writes into a private folder, and a link in the target is replaced',
    'agent',
  ),
  () =>
    withSmolvm(
      'case "$2" in exec) echo "executable file \\`tar\\` not found in \\$PATH" >&2; exit 1;; cp) printf forged > "$4";; esac',
      async (home, smolvm) => {
        symlinkSync('../key', join(home.target, 'out'))
        const answer = await home.cp('--smolvm', smolvm, `${name}:/w/out`, home.target)
        assert.equal([answer.exitCode, home.tree()], [0, ['target/out forged']])
        assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
      },
    ),
)

attack(
  row(
    'leaves bottlectl without an end',
    `${SMOLVM}a tar that says nothing and doesn't end`,
    'exit 4 after --stall-timeout, and smolvm is ended',
    'agent',
  ),
  () =>
    withSmolvm('echo $$ > "$(dirname "$0")/.pid"; exec sleep 600', async (home, smolvm) => {
      const answer = await home.cp('--smolvm', smolvm, '--stall-timeout', '700ms', `${name}:/w/out`, home.target)
      assert.is(answer.exitCode, 4)
      const pid = Number(readFileSync(join(home.client.root, '.pid'), 'utf8'))
      assert.throws(() => process.kill(pid, 0), /ESRCH/)
    }),
)

attack(
  row('hides how it ended', `${SMOLVM}a tar that fails after a whole archive`, 'its words and exit 1', 'agent'),
  () =>
    withSmolvm(
      'cat "$(dirname "$0")/.a.tar"; printf "tar: x: \\033]0;owned\\007 changed\\n" >&2; exit 2',
      async (home, smolvm) => {
        writeFileSync(join(home.client.root, '.a.tar'), tar(OUT, { name: 'out/a', content: 'a' }))
        const answer = await home.cp('--smolvm', smolvm, `${name}:/w/out`, home.target)
        assert.equal([answer.exitCode, home.tree()], [1, ['target/out/', 'target/out/a a']])
        assert.match(answer.err, /^error: can't copy all of \/w\/out out of bottle-.*: tar: x: .*changed\n/)
      },
    ),
)

/** A bundle on the real Engine whose own tar is this script. */
const withContainer = (script: string, body: (home: Home, container: string) => Promise<void>): Promise<void> =>
  withHome(async (home) => {
    const container = `bottle-${name}-bundle`
    const tools = join(home.folder, 'tools')
    mkdirSync(tools)
    chmodSync(home.folder, 0o755)
    const bytes = tar(
      OUT,
      { name: 'out/l', type: '2', link: '/' },
      { name: 'out/su', mode: 0o4755, content: 'su' },
      { name: 'out/sda', type: '4' },
      { name: '../key', content: 'forged' },
      { name: '.git/hooks/pre-commit', content: 'x', mode: 0o755 },
      { name: 'out/ok', content: 'ok' },
    )
    writeFileSync(join(tools, 'hostile.tar'), bytes)
    writeFileSync(join(tools, 'tar'), `#!/bin/busybox sh\n${script}\n`, { mode: 0o755 })
    const mounts = ['--tmpfs', '/w', '-v', `${tools}:/usr/local/bin:ro`]
    docker('run', '-d', '--name', container, '--network', 'none', ...mounts, await bundleImage())
    try {
      await body(home, container)
    } finally {
      docker('rm', '-f', container)
    }
  })

const docker = (...args: readonly string[]): string => execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' })

const missing = dockerMissing()
const onEngine = (given: Attack, body: () => Promise<void>): void => {
  const real = { ...given, way: `on the real Engine: ${given.way}` }
  if (missing === undefined) attack(real, body, { deadlineMs: 60_000 })
  else attack.skip(real, missing)
}

onEngine(
  row(
    ELSEWHERE,
    "a container's tar writes links, hooks, devices and paths upwards from a tmpfs",
    'only what was asked for arrives',
  ),
  () =>
    withContainer('exec /bin/busybox cat /usr/local/bin/hostile.tar', async (home) => {
      const answer = await home.cp('-c', 'bundle', `${name}:/w/out`, home.target)
      assert.is(answer.exitCode, 1, answer.err)
      assert.equal(
        home.tree().filter((line) => line.startsWith('target')),
        ['target/out/', 'target/out/ok ok', 'target/out/su su'],
      )
      assert.is(readFileSync(join(home.folder, 'key'), 'utf8'), 'secret')
      assert.is(answer.err.match(/^warning: not copied/gm)?.length, 4)
    }),
)

onEngine(
  row(
    'leaves bottlectl without an end',
    "a container's tar says nothing, in either direction",
    'exit 4 after --stall-timeout',
  ),
  () =>
    withContainer('exec /bin/busybox sleep 600', async (home) => {
      const at = ['-c', 'bundle', '--stall-timeout', '1s']
      writeFileSync(join(home.folder, 'large'), Buffer.alloc(8_000_000))
      for (const sides of [
        [`${name}:/w/out`, home.target],
        [join(home.folder, 'large'), `${name}:/w/`],
      ]) {
        const answer = await home.cp(...at, ...sides)
        assert.is(answer.exitCode, 4, answer.err)
        assert.match(answer.err, /^error: not a byte /)
      }
    }),
)

onEngine(
  row(
    'leaves bottlectl without an end',
    'a container that goes in the middle of a copy',
    'a message, exit code not 0, no part of a file',
  ),
  () =>
    withContainer(
      '/bin/busybox head -c 1536 /usr/local/bin/hostile.tar; /bin/busybox sleep 600',
      async (home, container) => {
        const copying = home.cp('-c', 'bundle', `${name}:/w/out`, home.target)
        while (!existsSync(join(home.target, 'out'))) await sleep(20)
        docker('kill', container)
        const answer = await copying
        assert.is.not(answer.exitCode, 0)
        assert.match(answer.err, /^error: .*\/w\/out/m)
        assert.equal(
          home.tree().filter((line) => line.startsWith('target')),
          ['target/out/'],
        )
      },
    ),
)

attack.run()
