import * as assert from 'uvu/assert'
import type { Step } from '../story.ts'
import type { Inside } from './inside.ts'
import type { Stage } from '../stage.ts'

/**
 * The git gate, in a guest with a real git: what is taken is upstream, what is refused says why, and a person approves a push.
 *
 * One script for each step: a look inside an emulated guest takes seconds.
 */
export const gitStory = (
  step: Step,
  { stage, inside, url }: { readonly stage: () => Stage; readonly inside: Inside; readonly url: () => string },
): void => {
  const refs = async (name = 'app'): Promise<readonly string[]> =>
    (
      await stage().lab.run(`git -C /tmp/git/acme/${name}.git for-each-ref --format='%(refname) %(objectname)'`, {
        timeoutMs: 60_000,
      })
    ).stdout
      .trim()
      .split('\n')

  step(
    'its git clones by the URL of upstream, pushes agent/x, and upstream has that branch and nothing else',
    async () => {
      const pushed = await inside(
        `${IDENTITY}rm -rf /work && git clone -q ${url()} /work && cd /work && git checkout -q -b agent/x && echo a > a && git add a && git commit -q -m "adds a" && git push origin HEAD 2>&1; git rev-parse HEAD`,
        MOST_MS,
      )
      assert.match(pushed, /remote: bottled: git\.up\.test has taken agent\/x/)
      const head = pushed.split('\n').at(-1) ?? ''
      const [agent, trunk, ...more] = await refs()
      assert.is(agent, `refs/heads/agent/x ${head}`)
      assert.match(trunk ?? '', /^refs\/heads\/trunk /)
      assert.equal(more, [])
    },
    { deadlineMs: STEP_MS },
  )

  step(
    'the main branch, a tag, a force, a deletion and a planted key are refused, each in words that say what to do',
    async () => {
      const before = await refs()
      const key = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')
      const said = await inside(
        `${IDENTITY}cd /work; push() { echo "== $1"; git push origin "$1" 2>&1; echo "exit $?"; }
git tag v1; git checkout -q -b agent/key origin/trunk; echo 'token = ${key}' > key; git add key; git commit -q -m key
push HEAD:trunk; push v1; push +origin/trunk:agent/x; push :agent/x; push HEAD; true`,
        MOST_MS,
      )
      const parts = said.split('== ').slice(1)
      const words = [
        /the branch trunk is not taken, only agent\/\*: git push origin HEAD:refs\/heads\/agent\/trunk/,
        /the tag v1 is not taken: only branches are; push without tags/,
        /agent\/x would lose commits that are upstream: git fetch, rebase onto it, and push without --force/,
        /agent\/x is not deleted: a person can delete it upstream/,
        /key holds what looks like a secret \(github\) in line 1: take it out of every commit that has it, and push again/,
      ]
      assert.is(parts.length, words.length, said)
      for (const [index, part] of parts.entries()) {
        assert.match(part, words[index] ?? /^$/)
        assert.match(part, /^exit [1-9]/m)
      }
      assert.equal(await refs(), before)
    },
    { deadlineMs: STEP_MS },
  )

  step(
    'a push to a repository under review waits for a person, and that commit goes upstream once',
    async () => {
      const push = (ref: string): string => `${IDENTITY}cd /work; git push kept HEAD:refs/heads/agent/${ref} 2>&1; true`
      const asked = await inside(
        `${IDENTITY}cd /work; git remote add kept ${url().replace(/app$/, 'kept')}; git checkout -q -b agent/kept origin/trunk; echo k > k; git add k; git commit -q -m "adds k"; git push kept HEAD 2>&1; true`,
        MOST_MS,
      )
      assert.match(asked, /agent\/kept at [0-9a-f]{12} needs a person's approval/)
      let id = ''
      await stage().until(
        'the ask is listed',
        async () => {
          const { stdout } = await stage().attempt('bottlectl -d reach asks -o json', 60_000)
          id =
            (JSON.parse(stdout) as { items: readonly { id: string; content: { kind: string } }[] }).items.find(
              ({ content }) => content.kind === 'push',
            )?.id ?? ''
          return id !== ''
        },
        60_000,
      )
      const { stderr, code } = await stage().attempt(`bottlectl -d reach approve ${id}`, 60_000)
      assert.is(code, 0, stderr)
      assert.match(stderr, /to push to "agent\/kept" of https:\/\/git\.up\.test:\d+\/acme\/kept, once/)
      assert.match(stderr, /1 new commit, 1 file changed, 1 insertion\(\+\); adds k/)
      assert.match(await inside(push('other'), MOST_MS), /agent\/other at [0-9a-f]{12} needs a person's approval/)
      assert.match(await inside(push('kept'), MOST_MS), /remote: bottled: git\.up\.test has taken agent\/kept/)
      assert.equal(
        (await refs('kept')).map((line) => line.split(' ')[0]),
        ['refs/heads/agent/kept', 'refs/heads/trunk'],
      )
    },
    { deadlineMs: STEP_MS },
  )
}

/** Each push starts two processes of Node, in an emulated container. */
const MOST_MS = 400_000
const STEP_MS = 900_000
const IDENTITY =
  'export HOME=/root GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@a GIT_TERMINAL_PROMPT=0\n'
