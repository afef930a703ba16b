import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { judgeContent } from '../../../egress/asks/content.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what an agent may ask')
const egress = { kind: 'egress', host: 'A.Example.', port: 443, why: 'to\n see' }
const permission = { kind: 'permission', tool: 'Bash', input: '{}', digest: 'a'.repeat(64), bytes: 2 }
const push = {
  kind: 'push',
  repository: 'app',
  url: 'https://a.example/app',
  ref: 'refs/heads/agent/x',
  commit: 'b'.repeat(40),
  summary: 's',
}

const fault = (value: unknown): string => {
  const judged = judgeContent(value)
  return 'fault' in judged ? judged.fault : 'taken'
}

test('what is right is taken over, canonical and clean, and nothing beside it', () => {
  assert.equal(judgeContent({ ...egress, path: '/', more: 1 }), {
    content: { kind: 'egress', host: 'a.example', port: 443, why: 'to see' },
  })
  assert.equal(judgeContent({ ...egress, path: '/a/**', method: 'GET', minutes: 5 }), {
    content: { kind: 'egress', host: 'a.example', port: 443, method: 'GET', path: '/a/**', why: 'to see', minutes: 5 },
  })
  assert.equal(judgeContent({ kind: 'question', question: ' q ', choices: ['a', 'b'] }), {
    content: { kind: 'question', question: 'q', choices: ['a', 'b'] },
  })
  assert.equal(judgeContent(permission), { content: permission })
  assert.equal(judgeContent(push), { content: push })
  assert.equal(judgeContent({ ...push, summary: undefined }), { content: { ...push, summary: '' } })
})

for (const [what, value, why] of [
  ['no object', 7, 'it must be an object'],
  ['a list', [], 'it must be an object'],
  ['an unknown kind', { kind: 'x' }, 'its kind is unknown'],
  ['an address', { ...egress, host: '10.0.0.1' }, 'addresses can never be allowed: ask for a name'],
  ['an address in disguise', { ...egress, host: '0x7f.1' }, 'addresses can never be allowed: ask for a name'],
  ['a wildcard', { ...egress, host: '*.example' }, 'host is no name of a host'],
  ['no host', { ...egress, host: undefined }, 'host is no name of a host'],
  ['a long host', { ...egress, host: `${'a.'.repeat(200)}b` }, 'host is no name of a host'],
  ['port 0', { ...egress, port: 0 }, 'there is no such port'],
  ['port 65536', { ...egress, port: 65_536 }, 'there is no such port'],
  ['half a port', { ...egress, port: 1.5 }, 'there is no such port'],
  ['a method in lower case', { ...egress, method: 'get' }, 'method must be one like GET or POST'],
  ['no reason', { ...egress, why: '\u202e' }, 'why must say what it is for'],
  ['no minutes', { ...egress, minutes: 0 }, 'minutes must be a whole number from 1 to 10080'],
  ['too many minutes', { ...egress, minutes: 10_081 }, 'minutes must be a whole number from 1 to 10080'],
  ['an empty question', { kind: 'question', question: '\n' }, 'question must say something'],
  [
    'nine choices',
    { kind: 'question', question: 'q', choices: [...'abcdefghi'] },
    'choices must be a list of 1 to 8 texts',
  ],
  ['no choices', { kind: 'question', question: 'q', choices: [] }, 'choices must be a list of 1 to 8 texts'],
  [
    'equal choices',
    { kind: 'question', question: 'q', choices: ['a', 'a\u200b'] },
    'each of choices must be a text of its own',
  ],
  ['no tool', { ...permission, tool: '' }, 'a tool and its input are needed'],
  ['no digest', { ...permission, digest: 'x' }, 'digest and bytes must be those of the input'],
  ['negative bytes', { ...permission, bytes: -1 }, 'digest and bytes must be those of the input'],
  ['no repository', { ...push, repository: '' }, 'a repository and its URL are needed'],
  ['a URL that turns', { ...push, url: 'https://a.example/\u202eppa' }, 'a repository and its URL are needed'],
  ...[
    undefined,
    'agent/x',
    'refs/heads/',
    'refs/pull/1/head',
    'refs/heads/a\u200bb',
    'refs/heads/a\u0007',
    `refs/heads/${'a'.repeat(250)}`,
  ].map(
    (ref) =>
      [
        `the ref ${JSON.stringify(ref)?.slice(0, 30)}`,
        { ...push, ref },
        'the ref must be a branch or a tag, of 250 plain characters at most',
      ] as const,
  ),
  ['a short commit', { ...push, commit: 'abc' }, 'commit must be its whole name'],
] as const)
  test(`${what} is refused: ${why}`, () => assert.is(fault(value), why))

for (const path of [
  'x',
  '//a',
  '/../a',
  '/.',
  '/./a',
  '/a/../b',
  '/a/.',
  '/a?b',
  '/a%2fb',
  '/a\\b',
  '/a b',
  '/ü',
  '/a#b',
  `/${'a'.repeat(501)}`,
])
  test(`the path ${path.slice(0, 20)} is refused`, () => assert.match(fault({ ...egress, path }), /must begin with \//))

test('whatever comes, it is small, and judged again it is the same', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('egress', 'question', 'permission', 'push'),
      fc.dictionary(
        fc.constantFrom('host', 'port', 'why', 'question', 'choices', 'tool', 'input', 'digest', 'bytes', 'path'),
        fc.anything(),
      ),
      (kind, fields) => {
        const judged = judgeContent({ ...egress, ...permission, question: 'q', ...fields, kind })
        if ('fault' in judged) return judged.fault.length < 200
        assert.equal(judgeContent(judged.content), judged)
        return JSON.stringify(judged.content).length < 12_000
      },
    ),
  ))

test.run()
