import * as assert from 'uvu/assert'
import { createBook } from '../../../bundle/supervise/book.ts'
import { reviewPush } from '../../../bundle/supervise/review-push.ts'
import { TOOLS } from '../../../bundle/supervise/tool-list.ts'
import { callTool } from '../../../bundle/supervise/tools.ts'
import type { Push } from '../../../egress/asks/content.ts'
import { keyOf } from '../../../egress/asks/key.ts'
import { attacks } from '../attack.ts'

/** What an agent may do so that a push goes upstream that no person has approved. */
const attack = attacks('gate/review')
const PUSH: Push = {
  kind: 'push',
  repository: 'app',
  url: 'https://git.example/acme/app',
  ref: 'refs/heads/agent/x',
  commit: 'a'.repeat(40),
  summary: '',
}
const OF = { party: 'agent', aim: 'pushes what no person has approved', enforcedBy: 'bundle: git gate' } as const
const scene = () => {
  // Nothing waits for a controller here.
  let now = Date.parse('2026-12-01T12:00:00Z')
  const book = createBook(() => now)
  const review = (change: Partial<Push> = {}) => {
    const patient = { ...book, change: async () => void (now += 5_000) }
    return reviewPush({ book: patient, now: () => now }, { ...PUSH, ...change })
  }
  const approve = (push: Push): void =>
    book.told([
      {
        key: keyOf(push),
        id: 'kc7b5po5',
        state: 'approved',
        at: new Date(now).toISOString(),
        until: new Date(now + 3_600_000).toISOString(),
      },
    ])
  return { book, review, approve }
}
const isRefused = async (review: Promise<object>, what: string): Promise<void> =>
  assert.ok('refused' in (await review), what)

attack(
  {
    ...OF,
    way: 'each tool of the supervise server, told that it is about a push and that it is approved',
    seen: 'no tool opens an ask of a push or answers one; the push is refused',
  },
  async () => {
    const { book, review } = scene()
    const parts = { book, now: Date.now, policy: () => undefined, denials: () => [], repositories: () => [] }
    const forged = { ...PUSH, state: 'approved', until: '2027-01-01T00:00:00Z', key: keyOf(PUSH), content: PUSH }
    const more = {
      question: 'q',
      url: 'https://a.example/',
      why: 'w',
      text: 't',
      id: `new-${keyOf(PUSH).slice(0, 12)}`,
    }
    const left = new AbortController()
    left.abort()
    for (const { name } of TOOLS as readonly { name: string }[])
      for (const args of [forged, { ...more, ...forged }, { ...forged, ...more, tool_name: 'push', input: forged }])
        await callTool(parts, { name, args }, left.signal)
    const kinds = book.report().asks.map(({ content }) => content.kind)
    assert.ok(kinds.length > 0)
    assert.not(kinds.includes('push'))
    await isRefused(review(), 'nobody has approved it')
  },
)

attack(
  {
    ...OF,
    way: 'an approval of one push, used for another: a ref that looks like it or is called like a tag, another repository, URL or commit, and a second time',
    seen: 'each is refused; the one that was approved is taken once',
  },
  async () => {
    const { review, approve } = scene()
    approve(PUSH)
    for (const change of [
      { ref: 'refs/heads/agent/x\u200b' },
      { ref: 'refs/heads/agent/\u0445' },
      { ref: 'refs/heads/agent/x ' },
      { ref: 'refs/heads/agent/X' },
      { ref: 'refs/tags/agent/x' },
      { ref: 'refs/heads/refs/heads/agent/x' },
      { ref: 'agent/x' },
      { repository: 'app2' },
      { url: 'https://git.example/acme/app.git' },
      { url: 'https://git.example/acme/App' },
      { commit: `${'a'.repeat(39)}b` },
      { commit: 'a'.repeat(64) },
    ])
      await isRefused(review(change), JSON.stringify(change))
    const taken = await review({ summary: 'other words' })
    assert.ok('used' in taken)
    taken.used()
    await isRefused(review(), 'it is used up')
  },
)

attack.run()
