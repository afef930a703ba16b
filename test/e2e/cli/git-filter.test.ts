import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { BottleSpec, BottleStatus } from '../../../schemas/bottle.ts'
import { runExecutable } from '../../helpers/client.ts'
import { entry } from '../../helpers/entry.ts'
import { patience } from '../../helpers/patience.ts'
import { needing } from '../../helpers/program.ts'
import { steadily } from '../../helpers/steadily.ts'
import { suite } from '../../helpers/suite.ts'

/** A root in a real repository, with the filter installed and a controller on stand-ins running all along. */
const test = suite('git beside a controller')
const withGit = needing(test, 'git')
const AGENTS = ['one', 'two'] as const
const DEADLINE = { deadlineMs: 120_000 }

interface Repository {
  readonly top: string
  readonly root: string
  git(...args: readonly string[]): string
  /** Its output if it is expected to fail. */
  refused(...args: readonly string[]): string
  put(name: string, spec: string): void
  text(name: string): string
  /** Ready for the spec that is in the file now, with the status written there. */
  ready(...names: readonly string[]): Promise<void>
  /** Fails unless git says nothing, within the second that the index may take. */
  clean(but?: string): Promise<void>
  events(reason: string): number
}

const until = async <T>(what: string, look: () => T | undefined | false, ms = 30_000): Promise<T> => {
  for (const end = Date.now() + ms * patience(); Date.now() < end; await sleep(100)) {
    const found = look()
    if (found !== undefined && found !== false) return found
  }
  throw new Error(`never: ${what}`)
}

const repository = async (body: (repo: Repository) => Promise<void>, linked = false): Promise<void> => {
  const home = mkdtempSync(join(tmpdir(), 'bottle-t-git-'))
  const top = join(home, linked ? 'linked' : 'main')
  const root = join(top, 'bottles')
  mkdirSync(join(home, 'main'))
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_EDITOR: 'true',
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@example.org',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@example.org',
  }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', home, ...(args[0] === '-C' ? [] : ['-C', top]), ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const text = (name: string): string => steadily(() => readFileSync(join(root, `${name}.yaml`), 'utf8'))
  const read = (name: string): { readonly spec?: BottleSpec; readonly status?: BottleStatus } => {
    try {
      return (parse(text(name)) ?? {}) as ReturnType<typeof read>
    } catch {
      // Absent or torn for a moment.
      return {}
    }
  }
  const repo: Repository = {
    top,
    root,
    git,
    refused: (...args) => {
      try {
        git(...args)
      } catch (error) {
        const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string }
        return `${stdout}${stderr}`
      }
      throw new Error(`git ${args.join(' ')} was not refused`)
    },
    put: (name, spec) =>
      writeFileSync(
        join(root, `${name}.yaml`),
        `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec:\n  ${spec}\n`,
      ),
    text,
    ready: async (...names) => {
      for (const name of names)
        await until(`${name} is Ready and says so`, () => {
          const { spec, status } = read(name)
          return status?.phase === 'Ready' && spec !== undefined && status.specHash === specHash(spec)
        })
    },
    clean: async (but = '') => {
      let said = ''
      await until('git status is clean', () => (said = git('status', '--porcelain')) === but, 8_000).catch(() =>
        assert.is(said, but),
      )
    },
    events: (reason) =>
      readFileSync(join(root, '.bottled', 'simulated', 'events.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"${reason}"`)).length,
  }
  let controller: ReturnType<typeof spawn> | undefined
  try {
    git('-C', join(home, 'main'), 'init', '-q', '-b', 'main')
    if (linked) {
      git('-C', join(home, 'main'), 'commit', '-q', '--allow-empty', '-m', 'first')
      git('-C', join(home, 'main'), 'worktree', 'add', '-q', '-b', 'work', top)
    }
    mkdirSync(root)
    const installed = await runExecutable(['-d', root, 'git-filter', 'install'], { env: { ...env } as never })
    assert.is(installed.exitCode, 0, installed.err)
    repo.put('a', 'agent: claude')
    repo.put('b', 'agent: claude')
    git('add', '-A')
    git('commit', '-qm', 'base')
    controller = spawn(process.execPath, [...entry('bottled'), 'run', root, '--simulate', '--log-level', 'debug'], {
      stdio: ['ignore', 'ignore', process.env['BOTTLED_LOG'] === undefined ? 'ignore' : 'inherit'],
      env,
    })
    await repo.ready('a', 'b')
    await body(repo)
    // Whatever was done: no commit ever had a status, and no bottle was taken for deleted.
    assert.not.match(git('log', '-p', '--all'), /^[+-]status:/m)
    assert.is(repo.events('Deleted'), 0)
    assert.equal(
      git('ls-files', '--others', '--exclude-standard').split('\n').filter(Boolean),
      [],
      'something was left beside the files',
    )
  } finally {
    if (controller !== undefined) {
      const ended = new Promise<void>((resolve) => controller?.on('exit', () => resolve()))
      controller.kill('SIGTERM')
      await ended
    }
    rmSync(home, { recursive: true, force: true })
  }
}

withGit(
  'git status is clean once a bottle is Ready, and soon again while git polls all the time',
  () =>
    repository(async (repo) => {
      for (let round = 1; round <= 5; round++) {
        repo.put('a', `agent: agent-${round}`)
        repo.git('commit', '-qam', `agent ${round}`)
        await repo.ready('a')
        // The text says Ready before the file that was taken aside is dropped.
        await repo.clean()
      }
      let looks = 0
      for (const end = Date.now() + 4_000; Date.now() < end; looks++) {
        if (looks % 5 === 0) {
          repo.put('b', `agent: agent-${looks}`)
          repo.git('commit', '-qam', `look ${looks}`)
        }
        repo.git('status', '--porcelain')
        await sleep(20)
      }
      assert.ok(looks > 5, String(looks))
      await repo.ready('b')
      await repo.clean()
      await sleep(1_500)
      assert.is(repo.git('status', '--porcelain'), '')
    }),
  DEADLINE,
)

withGit(
  'status is written and git status is clean: after edits, commits and a stash',
  () =>
    repository(async (repo) => {
      assert.match(repo.text('a'), /^status:\n {2}phase: Ready$/m)
      await repo.clean()
      repo.put('a', 'agent: codex')
      await repo.ready('a')
      await repo.clean(' M bottles/a.yaml\n')
      assert.match(repo.git('diff'), /-  agent: claude\n\+  agent: codex\n$/)
      repo.git('stash')
      assert.match(repo.text('a'), /agent: claude/)
      await repo.ready('a')
      await repo.clean()
      repo.git('stash', 'pop')
      assert.match(repo.text('a'), /agent: codex/)
      await repo.ready('a')
      await repo.clean(' M bottles/a.yaml\n')
      repo.git('commit', '-qam', 'codex')
      await repo.clean()
      assert.match(repo.text('a'), /^status:$/m)
    }),
  DEADLINE,
)

withGit(
  'another branch, a merge, a conflict in spec and a cherry-pick: none of them meets a status',
  () =>
    repository(async (repo) => {
      repo.git('checkout', '-qb', 'side')
      repo.put('a', 'agent: codex')
      await repo.ready('a')
      repo.git('commit', '-qam', 'codex')
      await repo.clean()
      repo.git('checkout', '-q', 'main')
      assert.match(repo.text('a'), /agent: claude/)
      await repo.ready('a', 'b')
      await repo.clean()
      repo.git('merge', '-q', '--no-ff', '-m', 'merged', 'side')
      await repo.ready('a')
      await repo.clean()

      repo.git('checkout', '-qb', 'other', 'HEAD~1')
      repo.put('a', 'agent: gemini')
      await repo.ready('a')
      await repo.clean(' M bottles/a.yaml\n')
      repo.git('commit', '-qam', 'gemini')
      await repo.clean()
      assert.match(repo.refused('merge', 'main'), /CONFLICT/)
      assert.match(repo.text('a'), /^<{7}/m)
      assert.not.match(repo.text('a'), /^status:/m)
      // b was merged without a conflict; it has its pass, and no write while git waits for a person.
      await until('the controller has seen it', () => repo.events('Unreadable') > 0)
      await sleep(1_200)
      assert.is(repo.git('status', '--porcelain'), 'UU bottles/a.yaml\n')
      repo.put('a', 'agent: both')
      await sleep(1_200)
      assert.not.match(repo.text('a'), /^status:/m, 'no status while git is at work')
      repo.git('add', 'bottles/a.yaml')
      repo.git('commit', '-qm', 'both')
      await repo.ready('a', 'b')
      await repo.clean()
      assert.match(repo.text('a'), /agent: both/)

      repo.git('checkout', '-qb', 'picked', 'main')
      repo.put('b', 'agent: codex')
      await repo.ready('b')
      repo.git('commit', '-qam', 'b codex')
      await repo.clean()
      repo.git('checkout', '-q', 'side')
      await repo.ready('a', 'b')
      await repo.clean()
      repo.git('cherry-pick', 'picked')
      await repo.ready('b')
      await repo.clean()
      assert.match(repo.text('b'), /agent: codex/)
    }),
  DEADLINE,
)

withGit(
  'an interactive rebase stops for an edit and continues: the controller writes nothing that blocks it',
  () =>
    repository(async (repo) => {
      for (const agent of AGENTS) {
        repo.put('a', `agent: ${agent}`)
        await repo.ready('a')
        repo.git('commit', '-qam', agent)
      }
      await repo.clean()
      repo.git('-c', "sequence.editor=sed -i 's/^pick/edit/'", 'rebase', '-q', '-i', 'HEAD~2')
      for (const agent of AGENTS) {
        assert.ok(existsSync(join(repo.top, '.git', 'rebase-merge')))
        assert.match(repo.text('a'), new RegExp(`agent: ${agent}`))
        // A person edits and amends while the rebase has stopped.
        repo.put('b', `agent: b-${agent}`)
        await sleep(1_500)
        assert.is(repo.git('status', '--porcelain'), ' M bottles/b.yaml\n')
        repo.git('commit', '-qa', '--amend', '--no-edit')
        repo.git('rebase', '--continue')
      }
      assert.not.ok(existsSync(join(repo.top, '.git', 'rebase-merge')))
      await repo.ready('a', 'b')
      await repo.clean()
      assert.is(repo.git('log', '--format=%s', 'main').replaceAll('\n', ' '), 'two one base ')
      assert.match(repo.git('show', 'main~1:bottles/b.yaml'), /agent: b-one/)
      assert.ok(repo.events('GitAtWork') > 0)

      repo.git('-c', "sequence.editor=sed -i 's/^pick/edit/'", 'rebase', '-q', '-i', 'HEAD~1')
      repo.git('rebase', '--abort')
      await repo.ready('a', 'b')
      await repo.clean()
    }),
  DEADLINE,
)

withGit(
  'a linked worktree works too, with its own index and operations',
  () =>
    repository(async (repo) => {
      await repo.clean()
      repo.put('a', 'agent: codex')
      repo.git('commit', '-qam', 'codex')
      repo.git('-C', join(repo.top, '..', 'main'), 'merge', '-q', '--no-commit', '--no-ff', 'work')
      // The other worktree's merge waits for a person; it does not concern this one.
      await repo.ready('a')
      await repo.clean()
      assert.is(repo.events('GitAtWork'), 0)
    }, true),
  DEADLINE,
)

test.run()
