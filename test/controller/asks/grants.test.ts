import * as assert from 'uvu/assert'
import { createGrants, judgeEntry } from '../../../controller/asks/grants.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { judgeContent } from '../../../egress/asks/content.ts'
import type { EgressAsk } from '../../../egress/asks/content.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

/** What is granted beside a bottle's file: when it may be, what of it, and what ends it. Kills are in the simulation. */
const test = suite('grants beside a file')

const judged = judgeContent({ kind: 'egress', host: 'pypi.example', port: 443, path: '/simple/**', why: 'to install' })
if ('fault' in judged || judged.content.kind !== 'egress') throw new Error('no ask')
const content: EgressAsk = judged.content
const ENTRY = { host: 'pypi.example', paths: ['/simple/**'] }

const scene = (isOpen = true) => {
  const clock = createFakeClock()
  const events: string[] = []
  let changes = 0
  let forbidden: string | undefined
  let record = {
    name: 'web',
    identity: 'web',
    file: 'web.yaml',
    spec: { agent: 'x', supervise: true, egress: { deny: [{ host: 'evil.example' }] } },
  } as unknown as BottleRecord
  const grants = createGrants({
    isOpen,
    registry: { byName: (name) => (name === 'web' ? record : undefined) },
    records: { update: async (_, change) => void (record = { ...record, ...change } as BottleRecord) },
    forbids: async () => forbidden,
    clock,
    announcer: { asked: (_, reason, message) => void events.push(`${reason} ${message}`) },
    onChange: () => void (changes += 1),
  })
  return {
    clock,
    events,
    grants,
    changes: () => changes,
    kept: () => (record.grants ?? []).map(({ ask, by }) => `${ask} ${by}`),
    forbid: (why: string) => void (forbidden = why),
    edit: (spec: object) => void (record = { ...record, spec: { ...(record.spec as object), ...spec } }),
    give: (entry: unknown = ENTRY, id = 'aaaaaaaa') => grants.give('web', { id, content, by: 'ann', entry }),
  }
}

test('a grant is kept once, and taken back by a person', async () => {
  const { grants, give, kept, changes, events } = scene()
  assert.is(await give(), undefined)
  assert.is(await give(), undefined)
  assert.equal([kept(), changes()], [['aaaaaaaa ann'], 1])
  assert.match((await grants.takeBack('web', { id: 'bbbbbbbb', by: 'bob' })) ?? '', /nothing is granted/)
  assert.is(await grants.takeBack('web', { id: 'aaaaaaaa', by: 'bob' }), undefined)
  assert.equal([kept(), changes()], [[], 2])
  assert.equal(events, ['GrantEnded aaaaaaaa: bob took back "pypi.example"'])
  assert.match((await grants.give('gone', { id: 'a', content, by: 'ann', entry: ENTRY })) ?? '', /is not here/)
})

test('where status stands in the files, an approval does, too', async () => {
  const { give, kept } = scene(false)
  assert.match((await give()) ?? '', /stands in the bottle's file, web\.yaml: only bottled run --status sidecar/)
  assert.equal(kept(), [])
})

test('what is too much, forbidden, over, or beside no egress is refused, and nothing is kept', async () => {
  const over = scene()
  assert.match(
    (await over.give({ ...ENTRY, until: new Date(over.clock.now() - 1_000).toISOString() })) ?? '',
    /doesn't allow/,
  )
  assert.equal(over.kept(), [])
  const { give, kept, edit, forbid } = scene()
  edit({ egress: undefined })
  assert.match((await give()) ?? '', /no egress/)
  edit({ egress: { deny: [{ host: 'pypi.example' }] } })
  assert.is(await give(), 'a deny of web.yaml forbids what was asked')
  edit({ egress: {} })
  forbid('no rule allows it')
  assert.is(await give(), 'no rule allows it')
  assert.equal(kept(), [])
  const many = scene()
  for (let at = 0; at < 32; at += 1) assert.is(await many.give(ENTRY, `ask${at}`), undefined)
  assert.match((await many.give(ENTRY, 'more')) ?? '', /32 are granted/)
})

test('time, the operator, and an edit of the file end it, and each is said', async () => {
  const timed = scene()
  await timed.give({ ...ENTRY, until: new Date(timed.clock.now() + 60_000).toISOString() })
  await timed.grants.tidy('web')
  assert.is(timed.kept().length, 1)
  await timed.clock.advance(61_000)
  await timed.grants.tidy('web')
  assert.equal([timed.kept(), timed.changes()], [[], 2])
  assert.match(timed.events.join(), /GrantEnded aaaaaaaa: "pypi\.example" is no longer granted: its time is over/)
  for (const [end, why] of [
    [(of: ReturnType<typeof scene>) => of.forbid('the rule egress'), /the rule egress/],
    [(of: ReturnType<typeof scene>) => of.edit({ egress: undefined }), /no egress/],
    [(of: ReturnType<typeof scene>) => of.edit({ supervise: false }), /asks nothing any more/],
  ] as const) {
    const ended = scene()
    await ended.give()
    end(ended)
    await ended.grants.tidy('web')
    assert.equal(ended.kept(), [])
    assert.match(ended.events.join(), why)
  }
})

test('an entry is one of spec.egress.allow that allows what was asked, without what stands in files alone', () => {
  const now = Date.parse('2026-12-01T12:00:00Z')
  assert.equal(judgeEntry(ENTRY, content, now), { entry: ENTRY })
  for (const [value, why] of [
    [undefined, /none of/],
    ['pypi.example', /none of/],
    [{ ...ENTRY, more: 1 }, /none of/],
    [{ ...ENTRY, host: '10.0.0.1' }, /none of/],
    [{ ...ENTRY, ports: [0] }, /none of/],
    [{ ...ENTRY, paths: Array.from({ length: 900 }, () => '/a/b') }, /too large|none of/],
    [{ host: 'other.example' }, /doesn't allow what was asked/],
    [{ ...ENTRY, credential: { secret: 'TOKEN', header: 'x' } }, /no credential/],
    [{ ...ENTRY, push: true }, /no push/],
    [{ host: 'pypi.example', tls: 'passthrough' }, /no tls: passthrough|no credential/],
  ] as const) {
    const verdict = judgeEntry(value, content, now)
    assert.type(verdict, 'string', JSON.stringify(value))
    assert.match(verdict as string, why)
  }
})

test.run()
