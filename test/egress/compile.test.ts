import * as assert from 'uvu/assert'
import { compile } from '../../egress/compile.ts'
import type { EgressPreset } from '../../schemas/egress.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('compile')
const presets: readonly EgressPreset[] = [
  { name: 'one', version: 1, description: '', allow: [{ host: 'one.example' }, { host: '*.one.example' }] },
  { name: 'two', version: 3, description: '', allow: [{ host: 'two.example', methods: ['GET'] }] },
]

test('nothing compiles to a policy that allows nothing', () => {
  const compiled = compile({}, presets)
  assert.equal(compiled.ok && compiled.policy, { version: 1, mode: 'enforce', allow: [], deny: [] })
})

test('every default is spelt out, and lists without order are sorted and without repeats', () => {
  const compiled = compile(
    {
      mode: 'audit',
      allow: [
        { host: 'B.example.' },
        {
          host: '*.Bücher.example',
          ports: [8443, 80, 443],
          methods: ['POST', 'GET'],
          paths: ['/b/**', '/%61', '/a'],
          push: true,
          private: true,
          until: '2026-12-01T13:00:00+01:00',
        },
        { host: 'c.example', credential: { secret: 'TOKEN', header: 'X-Key' }, websocket: true },
        { host: 'd.example', tls: 'passthrough' },
      ],
      deny: [{ host: 'E.example' }, { host: 'f.example', ports: [2, 1], methods: ['B', 'A'], paths: ['/2', '/1'] }],
    },
    [],
  )
  const rest = { push: false, tls: 'terminate', websocket: false, private: false }
  assert.equal(compiled.ok && compiled.policy, {
    version: 1,
    mode: 'audit',
    allow: [
      { rule: 'allow[0]', host: 'b.example', ports: [443], ...rest },
      {
        rule: 'allow[1]',
        host: '*.xn--bcher-kva.example',
        ports: [80, 443, 8443],
        methods: ['GET', 'POST'],
        paths: ['/a', '/b/**'],
        ...rest,
        push: true,
        private: true,
        until: '2026-12-01T12:00:00.000Z',
      },
      {
        rule: 'allow[2]',
        host: 'c.example',
        ports: [443],
        credential: { secret: 'TOKEN', header: 'X-Key', format: '{}' },
        ...rest,
        websocket: true,
      },
      { rule: 'allow[3]', host: 'd.example', ports: [443], ...rest, tls: 'passthrough' },
    ],
    deny: [
      { rule: 'deny[0]', host: 'e.example' },
      { rule: 'deny[1]', host: 'f.example', ports: [1, 2], methods: ['A', 'B'], paths: ['/1', '/2'] },
    ],
  })
})

test('presets come after the entries of the file, in the order named', () => {
  const compiled = compile({ presets: ['two', 'one'], allow: [{ host: 'a.example' }] }, presets)
  assert.equal(compiled.ok && compiled.policy.allow.map(({ rule, host }) => `${rule} ${host}`), [
    'allow[0] a.example',
    'presets.two[0] two.example',
    'presets.one[0] one.example',
    'presets.one[1] *.one.example',
  ])
})

test('a policy survives JSON', () => {
  const compiled = compile({ presets: ['one'], allow: [{ host: 'a.example' }], deny: [{ host: 'b.example' }] }, presets)
  assert.ok(compiled.ok)
  if (compiled.ok) assert.equal(JSON.parse(JSON.stringify(compiled.policy)), compiled.policy)
})

test('a policy with a fault does not compile', () => {
  const compiled = compile({ presets: ['three'], allow: [{ host: '1' }] }, presets)
  assert.equal(!compiled.ok && compiled.faults.map(({ path }) => path.join('.')), ['presets.0', 'allow.0.host'])
})

test.run()
