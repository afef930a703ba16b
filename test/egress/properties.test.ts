import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { compile } from '../../egress/compile.ts'
import { tlsOf } from '../../egress/connection.ts'
import { decide } from '../../egress/decide.ts'
import { plainDecision } from '../../egress/expected.ts'
import { explain } from '../../egress/explain.ts'
import { parseHost } from '../../egress/host.ts'
import { factsOf, forbids, namesHost, obstaclesOf } from '../../egress/matching.ts'
import type { Policy, Request } from '../../egress/policy.ts'
import { suggest } from '../../egress/suggest.ts'
import type { EgressAllow, EgressDeny, EgressPolicy } from '../../schemas/egress.ts'
import { validateEgress } from '../../schemas/validate-egress.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'
import { NOW } from './a-policy.ts'

/** What must hold for every policy and every request: few hosts and paths, so that entries and requests meet. */
const test = suite('egress properties')
const LIMIT = { deadlineMs: deadlineMs(120_000) }

const host = fc.constantFrom('a.example', 'b.example', 'x.a.example', '*.example', '*.a.example', 'A.example.')
const part = fc.constantFrom('a', 'b', 'c')
const globs = fc.uniqueArray(
  fc
    .array(fc.oneof(part, fc.constantFrom('*', '**', 'a*', 'info', 'refs', '*-pack')), { minLength: 1, maxLength: 3 })
    .map((parts) => `/${parts.join('/')}`),
  { minLength: 1, maxLength: 3 },
)
const methods = fc.uniqueArray(fc.constantFrom('GET', 'POST', 'DELETE'), { minLength: 1 })
const ports = fc.uniqueArray(fc.constantFrom(80, 443, 8443), { minLength: 1 })
const times = fc.constantFrom('2026-12-01T11:59:59Z', '2026-12-01T12:00:00Z', '2026-12-01T12:00:01Z')

const plainAllow = fc.record<EgressAllow, 'host'>(
  {
    host,
    ports,
    methods,
    paths: globs,
    push: fc.boolean(),
    private: fc.boolean(),
    until: times,
  },
  { requiredKeys: ['host'] },
)
const allow = fc.oneof(
  { weight: 5, arbitrary: plainAllow },
  plainAllow.map(({ host: name, ports: at, until }): EgressAllow => ({
    host: name,
    ...(at === undefined ? {} : { ports: at }),
    ...(until === undefined ? {} : { until }),
    tls: 'passthrough',
  })),
  fc.record<EgressAllow>({
    host,
    websocket: fc.constant(true),
    credential: fc.constant({ secret: 'TOKEN', header: 'x-key' }),
  }),
)
const deny = fc.record<EgressDeny, 'host'>({ host, ports, methods, paths: globs }, { requiredKeys: ['host'] })
const spec = fc.record<EgressPolicy>({
  allow: fc.array(allow, { maxLength: 5 }),
  deny: fc.array(deny, { maxLength: 2 }),
})

const path = fc.oneof(
  fc
    .array(
      fc.oneof(part, fc.constantFrom('A', '%61', 'b;x', 'info', 'refs', 'git-receive-pack', '', '..', '%2f', '%')),
      { maxLength: 4 },
    )
    .map((parts) => `/${parts.join('/')}`),
  fc.constantFrom('/a/info/refs?service=git-receive-pack', '*', '/a?b//c'),
)
const request = fc.record<Request, 'host' | 'port' | 'method' | 'path'>(
  {
    host: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom('a.example', 'b.example', 'x.a.example', 'y.x.a.example', 'A.EXAMPLE', 'example'),
      },
      fc.constantFrom('127.1', 'a b'),
    ),
    port: fc.oneof({ weight: 5, arbitrary: fc.constant(443) }, fc.constantFrom(80, 8443, 22)),
    method: fc.constantFrom('GET', 'GET', 'POST', 'DELETE', 'delete'),
    path,
    websocket: fc.boolean(),
  },
  { requiredKeys: ['host', 'port', 'method', 'path'] },
)

const compiled = (given: EgressPolicy): Policy => {
  assert.ok((validateEgress as unknown as (value: unknown) => boolean)(given))
  const result = compile(given, [])
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.policy
}
/** Its host is canonical; undefined: it is none. */
const clean = (asked: Request): Request | undefined => {
  const name = parseHost(asked.host)
  return 'name' in name ? { ...asked, host: name.name } : undefined
}

test(
  'what a deny matches is never allowed, and no connection is passed through in which it could be asked',
  async () => {
    let denied = 0
    await holds(
      'deny wins',
      fc.property(spec, request, (given, asked) => {
        const policy = compiled(given)
        const named = clean(asked)
        if (named === undefined) return
        const facts = factsOf(named, NOW)
        if (policy.deny.some((rule) => forbids(rule, facts))) {
          denied += 1
          assert.is(decide(policy, asked, NOW).allow, false)
          assert.is(tlsOf(policy, facts, NOW), 'terminate')
        }
      }),
      1_500,
    )
    assert.ok(denied > 60, `${denied}`)
  },
  LIMIT,
)

test(
  'an allow that is added, anywhere, never denies',
  async () => {
    let allowed = 0
    await holds(
      'allow adds',
      fc.property(spec, allow, fc.nat(5), request, (given, added, at, asked) => {
        const before = decide(compiled(given), asked, NOW)
        if (!before.allow) return
        allowed += 1
        const more = { ...given, allow: (given.allow ?? []).toSpliced(at, 0, added) }
        assert.ok(decide(compiled(more), asked, NOW).allow)
      }),
      1_500,
    )
    assert.ok(allowed > 60, `${allowed}`)
  },
  LIMIT,
)

test(
  'a deny that is added, anywhere, never allows',
  async () => {
    await holds(
      'deny takes',
      fc.property(spec, deny, fc.nat(5), request, (given, added, at, asked) => {
        if (decide(compiled(given), asked, NOW).allow) return
        const more = { ...given, deny: (given.deny ?? []).toSpliced(at, 0, added) }
        assert.not(decide(compiled(more), asked, NOW).allow)
      }),
      1_000,
    )
  },
  LIMIT,
)

test(
  'the order counts only among entries that match: others may stand anywhere, or not at all',
  async () => {
    let tried = 0
    await holds(
      'order',
      fc.property(spec, request, fc.infiniteStream(fc.nat()), (given, asked, random) => {
        const policy = compiled(given)
        const named = clean(asked)
        if (named === undefined) return
        const facts = factsOf(named, NOW)
        const [matching, others] = [true, false].map((wanted) =>
          policy.allow.filter((rule) => (namesHost(rule, facts) && obstaclesOf(rule, facts).length === 0) === wanted),
        )
        const mixed = [...(matching ?? [])]
        for (const rule of others ?? []) mixed.splice((random.next().value ?? 0) % (mixed.length + 1), 0, rule)
        const decision = decide(policy, asked, NOW)
        const again = decide({ ...policy, allow: mixed }, asked, NOW)
        assert.equal(plainDecision(again), plainDecision(decision))
        const alone = decide({ ...policy, allow: matching ?? [] }, asked, NOW)
        assert.is(alone.allow, decision.allow)
        if (alone.allow) {
          tried += 1
          assert.equal(plainDecision(alone), plainDecision(decision))
        }
      }),
      1_500,
    )
    assert.ok(tried > 60, `${tried}`)
  },
  LIMIT,
)

test(
  'a connection that is passed through is allowed whatever is in it',
  async () => {
    let through = 0
    await holds(
      'passthrough',
      fc.property(spec, request, fc.array(request, { minLength: 1, maxLength: 5 }), (given, asked, others) => {
        const policy = compiled(given)
        const named = clean(asked)
        if (named === undefined || tlsOf(policy, named, NOW) === 'terminate') return
        through += 1
        for (const other of others) {
          const decision = decide(policy, { ...other, host: asked.host, port: asked.port }, NOW)
          assert.ok(decision.allow && decision.tls === 'passthrough' && decision.credential === undefined)
        }
      }),
      1_500,
    )
    assert.ok(through > 8, `${through}`)
  },
  LIMIT,
)

test(
  'a time that passes takes and never gives',
  async () => {
    await holds(
      'time',
      fc.property(spec, request, fc.nat(3_000), fc.nat(3_000), (given, asked, earlierMs, laterMs) => {
        const policy = compiled(given)
        if (!decide(policy, asked, NOW - 1_500 + Math.max(earlierMs, laterMs)).allow) return
        assert.ok(decide(policy, asked, NOW - 1_500 + Math.min(earlierMs, laterMs)).allow)
      }),
      1_000,
    )
  },
  LIMIT,
)

test(
  'what is suggested allows the request, where no deny is in the way',
  async () => {
    let tried = 0
    await holds(
      'suggestions',
      fc.property(spec, request, (given, asked) => {
        const decision = decide(compiled(given), asked, NOW)
        const named = clean(asked)
        if (decision.allow || decision.reason !== 'NotAllowed' || named === undefined) return
        if (
          asked.websocket === true &&
          (asked.method !== 'GET' ||
            decide(compiled({ allow: [{ host: named.host, push: true }] }), { ...asked, websocket: false }, NOW)
              .allow === false)
        )
          return
        const [, ...lines] = suggest(named)
        const [entry] = parse(lines.join('\n')) as readonly EgressAllow[]
        if (entry === undefined || (entry.websocket === true && entry.push === true)) return
        tried += 1
        const more = compiled({ ...given, allow: [...(given.allow ?? []), entry] })
        assert.ok(decide(more, asked, NOW).allow, lines.join('\n'))
      }),
      1_000,
    )
    assert.ok(tried > 60, `${tried}`)
  },
  LIMIT,
)

test(
  'audit allows what enforce allows, in the same words, and says of the rest what enforce would say',
  async () => {
    await holds(
      'audit',
      fc.property(spec, request, (given, asked) => {
        const enforced = decide(compiled(given), asked, NOW)
        const audited = decide(compiled({ ...given, mode: 'audit' }), asked, NOW)
        if (enforced.allow || !audited.allow) assert.equal(audited, enforced)
        else assert.equal(audited.audit, enforced)
      }),
      1_000,
    )
  },
  LIMIT,
)

test(
  'any strings at all are decided and explained',
  async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('a', '.', '/', '%', '\0', '\uD800', '\uDC00', ';', '?', ':', '*', '~', '💩', '\u202E'),
      }),
      fc.constantFrom('a.example', '/a', 'GET'),
    )
    const wild = fc.record<Request>({
      host: text,
      port: fc.oneof(fc.constant(443), fc.double(), fc.integer()),
      method: text,
      path: text,
      websocket: fc.boolean(),
    })
    await holds(
      'any strings',
      fc.property(
        spec,
        fc.constantFrom('enforce' as const, 'audit' as const),
        wild,
        fc.oneof(fc.constant(NOW), fc.double()),
        (given, mode, asked, now) => {
          const policy = compiled({ ...given, mode })
          const decision = decide(policy, asked, now)
          const { what, why, todo } = explain(policy, { request: asked, decision, now })
          assert.not.match([what, ...why, ...todo].join(''), /[\p{Cc}\p{Cs}\u202E]/u)
          assert.ok(why.length > 0)
        },
      ),
      1_000,
    )
  },
  LIMIT,
)

test(
  'a megabyte in any place is decided and explained in few words',
  () => {
    const paths = [`/${'a*'.repeat(200)}b`, '/**/a/**/b/**']
    const policy = compiled({
      allow: [{ host: '*.example', paths, methods: ['GET'] }],
      deny: [{ host: '*.example', paths, methods: ['PUT'] }],
    })
    for (const unit of ['a', 'a/', '%61', ';', '\0', '\uD800', '.', '1', 'ü'])
      for (const place of ['host', 'method', 'path'] as const) {
        const text = `${place === 'path' ? '/' : ''}${unit.repeat(1_000_000 / unit.length)}`
        const asked = { host: 'a.example', port: 443, method: 'PUT', path: '/', [place]: text }
        const decision = decide(policy, asked, NOW)
        const { what, why, todo } = explain(policy, { request: asked, decision, now: NOW })
        assert.not(decision.allow)
        assert.ok([what, ...why, ...todo].join('').length < 10_000)
      }
  },
  LIMIT,
)

test.run()
