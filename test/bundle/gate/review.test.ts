import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createBook } from '../../../bundle/supervise/book.ts'
import { reviewPush } from '../../../bundle/supervise/review-push.ts'
import { askIdOf } from '../../../controller/asks/ask.ts'
import type { AskAnswer } from '../../../egress/asks/answer.ts'
import type { Push } from '../../../egress/asks/content.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { suite } from '../../helpers/suite.ts'
import { createGateRig } from './gate-rig.ts'
import type { GateRig } from './gate-rig.ts'
import { TOKEN } from './upstream.ts'

/** `review: true` with a real git client, the gate, the bundle's book, and a controller played by the test. */
const test = suite('a push that a person reviews')
const modules = bundleModules()
const book = createBook(Date.now)
const other = 'https://b.test/acme/app'
/** What a controller knows, by key. */
let known: readonly AskAnswer[] = []
let ids = 0
let rig: GateRig
let work = ''

const title = (text: string, body: () => Promise<void>): void => {
  if ('missing' in modules) test.skip(text, modules.missing)
  else test(text, body, { deadlineMs: 60_000 })
}
const tell = (): void => book.told(known)
/** Takes up what is asked, as a controller does, and gives it ids. */
const takeUp = (): void => {
  const fresh = book.report().asks.map(({ key }): AskAnswer => ({
    key,
    id: askIdOf(String((ids += 1))),
    state: 'open',
    at: new Date().toISOString(),
  }))
  known = [...known.filter(({ key }) => !fresh.some((each) => each.key === key)), ...fresh]
  if (fresh.length > 0) tell()
}
const decide = (id: string, change: Partial<AskAnswer>): void => {
  known = known.map((each) => (each.id === id ? { ...each, at: new Date().toISOString(), ...change } : each))
  tell()
}
const asked = (): readonly Push[] => {
  const all = book.report().asks.map(({ content }) => content as Push)
  takeUp()
  return all
}
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString()

let taking: NodeJS.Timeout | undefined
/** With `taking` a controller takes up at once what is asked. */
const listening = (isOn: boolean): void => {
  clearInterval(taking)
  if (isOn) taking = setInterval(takeUp, 20)
}

test.before(async () => {
  if ('missing' in modules) return
  rig = await createGateRig(modules.path, { review: (push) => reviewPush({ book, now: Date.now }, push) })
  await rig.gate.load([rig.repository({ review: true })])
  work = await rig.clone('work')
  await rig.must(work, 'checkout', '--quiet', '-b', 'agent/x')
})
test.after(async () => {
  listening(false)
  if (!('missing' in modules)) await rig.close()
})

title('no controller is there: the push is asked for once, and refused', async () => {
  const made = await rig.commit(work, 'a.txt', 'a\n')
  await rig.refused(
    work,
    /remote: bottled: agent\/x at [0-9a-f]{12} needs a person's approval, and no controller has taken that up yet: do something else, and push the same commit again once it is approved/,
    'HEAD',
  )
  await rig.refused(work, /no controller has taken that up yet/, 'HEAD')
  const [push, ...more] = asked()
  assert.equal(more, [])
  assert.equal(push, {
    kind: 'push',
    repository: 'app',
    url: rig.repository().url,
    ref: 'refs/heads/agent/x',
    commit: made,
    summary: '1 new commit, 1 file changed, 1 insertion(+); adds a.txt',
  })
})

title('approved, this commit goes upstream once, and nothing else does', async () => {
  listening(true)
  const first = await rig.must(work, 'rev-parse', 'HEAD')
  const [{ id } = { id: '' }] = known
  await rig.refused(
    work,
    new RegExp(`needs a person's approval \\(bottlectl approve ${id}\\): do something else`),
    'HEAD',
  )
  decide(id, { state: 'approved', until: tomorrow() })
  const second = await rig.commit(work, 'b.txt', 'b\n')
  await rig.refused(work, /agent\/x at [0-9a-f]{12} needs a person's approval/, 'HEAD')
  await rig.refused(work, /agent\/y at [0-9a-f]{12} needs a person's approval/, `${first}:refs/heads/agent/y`)
  const { code, text } = await rig.git(work, 'push', 'origin', `${first}:refs/heads/agent/x`)
  assert.is(code, 0, text)
  assert.match(text, /remote: bottled: a\.test has taken agent\/x/)
  assert.is(rig.upstream.branches()['refs/heads/agent/x'], first)
  assert.equal(book.report().used, [id], 'the controller hears that it is used up')
  // A person takes it back upstream: the same commit needs another approval.
  await rig.must(rig.upstream.folder, 'update-ref', '-d', 'refs/heads/agent/x')
  await rig.refused(work, /agent\/x at [0-9a-f]{12} needs a person's approval/, `${first}:refs/heads/agent/x`)
  decide(known.find((each) => each.id === id)?.id ?? '', { used: true })
  assert.equal(book.report().used, [])
  assert.is.not(first, second)
})

title(
  'a denial says why, an approval ends by the clock, and what was used up stays so for the next start',
  async () => {
    const made = await rig.commit(work, 'c.txt', 'c\n')
    await rig.refused(work, /needs a person's approval/, 'HEAD')
    const { key, id } = known.at(-1) ?? { key: '', id: '' }
    decide(id, { state: 'denied', reason: 'not before Monday' })
    await rig.refused(work, /a person denied agent\/x at [0-9a-f]{12}: not before Monday; don't push it again/, 'HEAD')
    decide(id, { state: 'approved', until: new Date(Date.now() - 1).toISOString() })
    await rig.refused(work, /needs a person's approval/, 'HEAD')
    const again = known.find((each) => each.key === key)
    assert.is.not(again?.id, id)
    assert.is(again?.state, 'open')
    decide(again?.id ?? '', { state: 'approved', until: tomorrow(), used: true })
    await rig.refused(work, /needs a person's approval/, 'HEAD')
    decide(known.find((each) => each.key === key)?.id ?? '', { state: 'expired' })
    await rig.refused(work, /nobody has approved agent\/x at [0-9a-f]{12} in a day, which is no/, 'HEAD')
    assert.is(made.length, 40)
  },
)

title('an approval is for one place: another URL under its name needs another', async () => {
  const head = await rig.must(work, 'rev-parse', 'HEAD')
  const push: Push = {
    kind: 'push',
    repository: 'app',
    url: other,
    ref: 'refs/heads/agent/x',
    commit: head,
    summary: '',
  }
  assert.ok('refused' in (await reviewPush({ book, now: Date.now }, push)))
  const { id } = known.at(-1) ?? { id: '' }
  decide(id, { state: 'approved', until: tomorrow() })
  assert.ok('used' in (await reviewPush({ book, now: Date.now }, push)))
  await rig.refused(work, /nobody has approved|needs a person's approval/, 'HEAD')
})

title("a person may let pass what a rule finds, is told of it, and never the bottle's own secret", async () => {
  known = []
  tell()
  listening(false)
  await rig.must(work, 'checkout', '--quiet', '-b', 'agent/key', 'origin/trunk')
  await rig.commit(work, 'notes.txt', `x\ntoken = ${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}\n`)
  await rig.refused(work, /agent\/key at [0-9a-f]{12} needs a person's approval/, 'HEAD')
  const push = asked().find(({ ref }) => ref === 'refs/heads/agent/key')
  assert.match(
    push?.summary ?? '',
    /^notes\.txt holds what looks like a secret \(github\) in line 2, or more from there on; 1 new commit, /,
  )
  decide(known.at(-1)?.id ?? '', { state: 'approved', until: tomorrow() })
  const { code, text } = await rig.git(work, 'push', 'origin', 'HEAD')
  assert.is(code, 0, text)
  for (const letter of 'uvwxyz') {
    writeFileSync(join(work, `${letter}.txt`), `token = ${['ghp', letter.repeat(26)].join('_')}0123456789\n`)
    await rig.must(work, 'add', `${letter}.txt`)
  }
  await rig.must(work, 'commit', '--quiet', '-m', 'many')
  await rig.refused(work, /z\.txt holds what looks like a secret \(github\) in line 1: take it out/, 'HEAD')
  await rig.must(work, 'reset', '--quiet', '--hard', 'HEAD^')
  await rig.commit(work, 'own.txt', `${TOKEN}\n`)
  await rig.refused(work, /own\.txt holds a secret of this bottle in line 1: take it out/, 'HEAD')
  assert.equal(asked(), [])
})

title('a ref that a person could not read is refused, and so is a ninth ask', async () => {
  await rig.gate.load([rig.repository({ review: true, push: ['agent/**', 'tags/*'] })])
  known = []
  tell()
  await rig.must(work, 'checkout', '--quiet', '--orphan', 'plain')
  await rig.must(work, 'rm', '-rfq', '--cached', '.')
  writeFileSync(join(work, 'README'), 'other\n')
  await rig.commit(work, 'README', 'another\n')
  await rig.refused(
    work,
    /agent\/x\\u\{200b\} at [0-9a-f]{12} can't be approved by a person: the ref must be a branch or a tag/,
    'HEAD:refs/heads/agent/x\u200b',
  )
  assert.equal(asked(), [])
  listening(true)
  const refs = Array.from({ length: 9 }, (_, n) => `HEAD:refs/heads/agent/n${n}`)
  await rig.refused(
    work,
    /agent\/n8 at [0-9a-f]{12} needs a person's approval, and as many asks as can be are open/,
    ...refs,
  )
  assert.is(known.length, 8)
})

test.run()
