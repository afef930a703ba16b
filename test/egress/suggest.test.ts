import * as assert from 'uvu/assert'
import { suggest } from '../../egress/suggest.ts'
import { suite } from '../helpers/suite.ts'
import { requestTo } from './a-policy.ts'

const test = suite('suggest')

const suggested = (...given: Parameters<typeof requestTo>): string => suggest(requestTo(...given)).join('\n')

test('the entry is as small as can be', () => {
  assert.is(
    suggested('a.example', { path: '/v1/x?key=1' }),
    'Add to allow:\n- host: a.example\n  methods: [GET]\n  paths: ["/v1/x"]',
  )
  assert.is(
    suggested('a.example', { port: 8443, method: 'POST', path: '/x/git-receive-pack', websocket: true }),
    'Add to allow:\n- host: a.example\n  ports: [8443]\n  methods: [POST]\n  paths: ["/x/git-receive-pack"]\n  websocket: true\n  push: true',
  )
})

test('a path that servers may read in two ways can only be allowed with all others', () => {
  assert.is(
    suggested('a.example', { path: '/a//b' }),
    'Write the path so that it is read in one way; or allow every path. Add to allow:\n- host: a.example\n  methods: [GET]',
  )
})

test('a path that is no glob of itself, or too long to be read, is left out', () => {
  for (const path of ['/a*b', '/a%3Fb', '/b%C3%BCcher', `/${'a'.repeat(300)}`])
    assert.is(suggested('a.example', { path }), 'Add to allow:\n- host: a.example\n  methods: [GET]', path)
})

test('parameters of a path may be dropped, so that a * stands for them', () => {
  assert.is(
    suggested('a.example', { path: '/a;v=1/b' }),
    'Add to allow:\n- host: a.example\n  methods: [GET]\n  paths: ["/a*/b"]',
  )
})

test('a method that no policy can name is left out', () => {
  for (const method of ['get', 'A B', '', 'GET\n- host: evil.example', 'A'.repeat(33)])
    assert.is(suggested('a.example', { method }), 'Add to allow:\n- host: a.example\n  paths: ["/"]', method)
})

test('what YAML would take for something else is quoted', () => {
  for (const host of ['null', 'true', '0o7', '1.e3', '1password.com'])
    assert.match(suggested(host), `- host: "${host}"`)
  assert.match(suggested('nullable.example', { method: 'TRUE' }), '- host: nullable.example\n  methods: ["TRUE"]')
})

test.run()
