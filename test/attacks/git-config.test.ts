import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { statSync, symlinkSync, truncateSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { gitAtWork } from '../../controller/folder/git-at-work.ts'
import { createGitIndex } from '../../drivers/git/git-index.ts'
import { entry } from '../helpers/entry.ts'
import { patience } from '../helpers/patience.ts'
import { programMissing } from '../helpers/program.ts'
import { attacks } from './attack.ts'

/**
 * The root is a linked worktree of a repository in the agent's workspace, so the agent writes everything in that `.git`.
 * A controller runs on it once, and each trap is shown to close on a plain git.
 */
const attack = attacks('git configuration')
const missing = programMissing('git')
const AGENT = { party: 'agent', aim: 'runs code on the host', enforcedBy: 'controller' } as const
const SEEN = 'nothing of it runs; the status is written'
const NEVER = { deadlineMs: 120_000 }
const BOTTLE = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec:\n  agent: claude\n'

interface Place {
  readonly home: string
  /** The agent's repository, and its `.git`. */
  readonly repo: string
  readonly gitDir: string
  /** The linked worktree, and git's own folder for it. */
  readonly root: string
  readonly linkedDir: string
  /** A program of the agent's: it says that it ran, then does `more`. */
  trap(name: string, more?: string): string
  /** Those that ran. */
  sprung(): string
  git(...args: readonly string[]): string
  /** git as a person or the old controller runs it; its end is not looked at. */
  spring(...args: readonly string[]): void
  fifo(path: string): void
  /** Runs the controller once. Fails unless it ends in time and the status is written. */
  served(): Promise<void>
}

const inPlace = async (body: (place: Place) => Promise<void> | void): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), 'bottle-t-trap-'))
  const repo = join(home, 'workspace')
  const root = join(home, 'bottles')
  const said = join(home, 'sprung')
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(home, 'user'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@example.org',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@example.org',
  }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...args], {
      env,
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  try {
    for (const folder of [repo, join(home, 'user')]) mkdirSync(folder, { recursive: true })
    execFileSync('git', ['-C', repo, 'init', '-q', '-b', 'main'], { env })
    writeFileSync(join(repo, '.gitattributes'), '*.yaml filter=bottled\n')
    writeFileSync(join(repo, 'a.yaml'), BOTTLE)
    execFileSync('git', ['-C', repo, 'add', '-A'], { env })
    execFileSync('git', ['-C', repo, 'commit', '-qm', 'base'], { env })
    execFileSync('git', ['-C', repo, 'worktree', 'add', '-q', root], { env })
    const fifo = (path: string): void => {
      rmSync(path, { force: true, recursive: true })
      execFileSync('mkfifo', [path])
    }
    await body({
      home,
      repo,
      gitDir: join(repo, '.git'),
      root,
      linkedDir: join(repo, '.git', 'worktrees', 'bottles'),
      trap: (name, more = 'cat') => {
        const path = join(home, name.replaceAll('/', '-'))
        writeFileSync(path, `#!/bin/sh\necho ${name} >> ${said}\n${more}\n`)
        chmodSync(path, 0o755)
        return path
      },
      sprung: () => (existsSync(said) ? readFileSync(said, 'utf8') : ''),
      git,
      spring: (...args) => {
        try {
          git(...args)
        } catch {
          // What it was asked for isn't the point.
        }
      },
      fifo,
      served: async () => {
        const argv = [...entry('bottled'), 'run', root, '--simulate', '--once', '--log-level', 'debug']
        const said = await new Promise<string>((done) => {
          execFile(process.execPath, argv, { env, timeout: Math.ceil(40_000 * patience()) }, (error, out, err) =>
            done(error === null ? '' : `${String(error.code ?? error.signal)}\n${out}${err}`),
          )
        })
        assert.is(said, '', 'the controller ends, and each bottle is as asked')
        assert.match(readFileSync(join(root, 'a.yaml'), 'utf8'), /^status:\n {2}phase: Ready$/m)
      },
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const tried = (
  row: { readonly way: string; readonly aim?: string; readonly seen?: string },
  body: (place: Place) => Promise<void> | void,
): void => {
  const whole = { ...AGENT, seen: SEEN, ...row }
  if (missing === undefined) attack(whole, () => inPlace(body), NEVER)
  else attack.skip(whole, missing)
}

/** Served first: a trap that closed before would say nothing. */
const springs = async (place: Place, ...control: readonly string[]): Promise<void> => {
  await place.served()
  assert.is(place.sprung(), '')
  writeFileSync(join(place.root, 'a.yaml'), `${BOTTLE}# changed\n`)
  place.spring(...control)
  assert.ok(place.sprung() !== '', 'the trap works')
}

tried({ way: 'a promisor remote with core.sshCommand, and a missing object for .gitattributes' }, async (place) => {
  const { git, gitDir, root, trap } = place
  const id = git('rev-parse', 'HEAD:.gitattributes').trim()
  git('config', 'core.repositoryFormatVersion', '1')
  git('config', 'extensions.partialClone', 'origin')
  git('config', 'remote.origin.url', 'ssh://host/repo')
  git('config', 'remote.origin.promisor', 'true')
  git('config', 'core.sshCommand', trap('ssh', 'exit 1'))
  rmSync(join(root, '.gitattributes'))
  rmSync(join(gitDir, 'objects', id.slice(0, 2), id.slice(2)))
  await springs(place, 'check-attr', 'filter', '--', 'a.yaml')
})

for (const [way, key, more, control] of [
  ['core.fsmonitor', 'core.fsmonitor', "printf 't\\0/\\0'", ['update-index', '--refresh']],
  ['filter.bottled.clean', 'filter.bottled.clean', 'cat', ['update-index', '--refresh']],
  ['core.hooksPath with a post-index-change', 'core.hooksPath', '', ['update-index', '--force-write-index']],
  ['diff.external', 'diff.external', '', ['diff']],
  ['an alias of the name of a git command', 'alias.attr', '', ['attr']],
] as const)
  tried({ way: `${way} in the configuration` }, async (place) => {
    const { git, home, trap } = place
    const hooks = join(home, 'hooks')
    mkdirSync(hooks)
    const path = trap(key, more)
    symlinkSync(path, join(hooks, 'post-index-change'))
    git('config', key, key === 'core.hooksPath' ? hooks : key === 'alias.attr' ? `!${path}` : path)
    await springs(place, ...control)
  })

tried({ way: 'a filter of its own, set for every file by info/attributes and .gitattributes' }, async (place) => {
  const { git, gitDir, root, trap } = place
  for (const key of ['clean', 'smudge', 'process']) git('config', `filter.evil.${key}`, trap(`evil-${key}`))
  mkdirSync(join(gitDir, 'info'), { recursive: true })
  writeFileSync(join(gitDir, 'info', 'attributes'), '* filter=evil diff=evil\n')
  writeFileSync(join(root, '.gitattributes'), '* filter=evil\n')
  git('config', 'diff.evil.textconv', trap('textconv'))
  await springs(place, 'diff')
})

tried({ way: 'include.path to a file with a filter, a monitor and hooks' }, async (place) => {
  const { git, home, trap } = place
  const more = join(home, 'more')
  writeFileSync(more, `[core]\n\tfsmonitor = ${trap('monitor', '')}\n[filter "bottled"]\n\tclean = ${trap('clean')}\n`)
  git('config', 'include.path', more)
  await springs(place, 'update-index', '--refresh')
})

tried({ way: 'hooks in the shared folder, for everything that changes an index' }, async (place) => {
  const { gitDir, trap } = place
  const names = ['post-index-change', 'pre-commit', 'post-checkout', 'reference-transaction', 'fsmonitor-watchman']
  mkdirSync(join(gitDir, 'hooks'), { recursive: true })
  for (const name of names) symlinkSync(trap(name, ''), join(gitDir, 'hooks', `${name}`))
  await springs(place, 'update-index', '--force-write-index')
})

for (const [way, plant] of [
  [
    'a FIFO as core.attributesFile',
    ({ git, home, fifo }) => (git('config', 'core.attributesFile', join(home, 'f')), fifo(join(home, 'f'))),
  ],
  [
    'a FIFO by include.path',
    ({ git, home, fifo }) => (git('config', 'include.path', join(home, 'f')), fifo(join(home, 'f'))),
  ],
  ['a FIFO as the configuration', ({ gitDir, fifo }) => fifo(join(gitDir, 'config'))],
  [
    'a FIFO as info/attributes',
    ({ gitDir, fifo }) => (
      mkdirSync(join(gitDir, 'info'), { recursive: true }),
      fifo(join(gitDir, 'info', 'attributes'))
    ),
  ],
  ['a FIFO as .gitattributes', ({ root, fifo }) => fifo(join(root, '.gitattributes'))],
  ['a FIFO as the index', ({ linkedDir, fifo }) => fifo(join(linkedDir, 'index'))],
  ['a FIFO as commondir', ({ linkedDir, fifo }) => fifo(join(linkedDir, 'commondir'))],
  ['a FIFO as HEAD', ({ linkedDir, fifo }) => fifo(join(linkedDir, 'HEAD'))],
  ['a FIFO as .git', ({ root, fifo }) => fifo(join(root, '.git'))],
  [
    'a .git that leads to a FIFO',
    ({ root, home, fifo }) => (
      writeFileSync(join(root, '.git'), `gitdir: ${join(home, 'f')}\n`),
      fifo(join(home, 'f'))
    ),
  ],
  ['a .git that leads to itself', ({ root }) => writeFileSync(join(root, '.git'), 'gitdir: .git\n')],
  ['a .git of 10 GiB', ({ root }) => truncateSync(join(root, '.git'), 10 * 1024 ** 3)],
  ['an index of 1 TiB', ({ linkedDir }) => truncateSync(join(linkedDir, 'index'), 1024 ** 4)],
  ['a .gitattributes of 1 TiB', ({ root }) => truncateSync(join(root, '.gitattributes'), 1024 ** 4)],
  [
    'an index that is a link to /dev/zero',
    ({ linkedDir }) => (rmSync(join(linkedDir, 'index')), symlinkSync('/dev/zero', join(linkedDir, 'index'))),
  ],
  [
    'a .gitattributes that is a link to /dev/zero',
    ({ root }) => (rmSync(join(root, '.gitattributes')), symlinkSync('/dev/zero', join(root, '.gitattributes'))),
  ],
  [
    'patterns without end',
    ({ root }) => writeFileSync(join(root, '.gitattributes'), `${'*a'.repeat(900)}b filter=x\n`.repeat(140)),
  ],
] as const satisfies readonly (readonly [string, (place: Place) => unknown])[])
  tried({ way, aim: 'stops the controller', seen: 'it is not waited for, nor read without end' }, async (place) => {
    plant(place)
    const file = join(place.root, 'a.yaml')
    const index = createGitIndex({ env: { PATH: process.env['PATH'], HOME: join(place.home, 'user') } })
    await index.filtered([file])
    for (const ask of [index.forget, index.mend]) assert.not.match(await ask([file]), /busy/)
    assert.is(await gitAtWork(place.root), undefined)
  })

tried({ way: 'all of git is FIFOs', aim: 'stops the controller', seen: 'the status is written' }, async (place) => {
  const { gitDir, linkedDir, root, fifo } = place
  mkdirSync(join(gitDir, 'info'), { recursive: true })
  for (const path of ['config', 'info/attributes', 'HEAD', 'packed-refs']) fifo(join(gitDir, path))
  for (const path of ['index', 'HEAD', 'commondir', 'gitdir']) fifo(join(linkedDir, path))
  fifo(join(root, '.gitattributes'))
  await place.served()
})

tried(
  {
    way: 'core.worktree, and an index that names files elsewhere',
    aim: 'has another file changed',
    seen: 'only the index of the worktree and the Bottle file are written',
  },
  async (place) => {
    const { git, home, linkedDir } = place
    const elsewhere = join(home, 'elsewhere')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'a.yaml'), 'mine')
    git('config', 'core.worktree', elsewhere)
    const index = readFileSync(join(linkedDir, 'index'))
    const at = index.indexOf('a.yaml\0')
    index.write('../../', at, 'latin1')
    writeFileSync(join(linkedDir, 'index'), index)
    await place.served()
    assert.equal(readdirSync(elsewhere), ['a.yaml'])
    assert.is(readFileSync(join(elsewhere, 'a.yaml'), 'utf8'), 'mine')
    assert.ok(readFileSync(join(linkedDir, 'index')).equals(index), 'an index that is damaged stays as it is')
  },
)

tried(
  {
    way: 'a link in place of the copy of the index',
    aim: 'has the mode of another file changed',
    seen: 'the copy is written by its descriptor; nothing is there before it, and what is comes with another name',
  },
  async ({ root, linkedDir, home }) => {
    const key = join(home, 'key')
    writeFileSync(key, 'secret', { mode: 0o600 })
    chmodSync(join(linkedDir, 'index'), 0o666)
    // Whoever races us: a link of each name that appears.
    const raced = new Set<string>()
    const watcher = watch(linkedDir, (_, name) => {
      if (name === null || raced.has(name) || !/^index\.bottled-\w+$/.test(name)) return
      try {
        rmSync(join(linkedDir, name))
        symlinkSync(key, join(linkedDir, name))
        raced.add(name)
      } catch {
        // It was gone already.
      }
    })
    try {
      const file = join(root, 'a.yaml')
      const bytes = readFileSync(join(linkedDir, 'index'))
      for (let round = 0; round < 300; round++) {
        rmSync(join(linkedDir, 'index'), { force: true })
        writeFileSync(join(linkedDir, 'index'), bytes)
        chmodSync(join(linkedDir, 'index'), 0o666)
        await createGitIndex({ env: {} })
          .forget([file])
          .catch(() => undefined)
        assert.is(statSync(key).mode & 0o777, 0o600)
        assert.is(readFileSync(key, 'utf8'), 'secret')
      }
      assert.ok(raced.size > 100, `the race was won ${raced.size} times`)
    } finally {
      watcher.close()
    }
  },
)

const NEIGHBOUR = { party: 'neighbour', enforcedBy: 'controller' } as const
if (process.getuid?.() !== 0)
  attack.skip(
    {
      ...NEIGHBOUR,
      aim: 'holds deletions and statuses',
      way: 'a .git with an index.lock in a folder above the root',
      seen: "another user's repository is none of ours",
    },
    'only root can be another user',
  )
else
  attack(
    {
      ...NEIGHBOUR,
      aim: 'holds deletions and statuses',
      way: 'a .git with an index.lock in a folder above the root',
      seen: "another user's repository is none of ours",
    },
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'bottle-t-trap-'))
      try {
        const root = join(home, 'bottles')
        for (const folder of [root, join(home, '.git')]) mkdirSync(folder)
        writeFileSync(join(home, '.git', 'index.lock'), '')
        writeFileSync(join(home, '.gitattributes'), '*.yaml filter=bottled\n')
        assert.is(await gitAtWork(root), 'index.lock', 'our own counts')
        chownSync(join(home, '.git'), 65534, 65534)
        assert.is(await gitAtWork(root), undefined)
        const index = createGitIndex({ env: {} })
        assert.is((await index.filtered([join(root, 'a.yaml')])).size, 0)
      } finally {
        rmSync(home, { recursive: true, force: true })
      }
    },
  )

attack.run()
