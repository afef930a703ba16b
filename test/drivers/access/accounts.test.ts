import * as assert from 'uvu/assert'
import { parseAccounts } from '../../../drivers/access/accounts.ts'
import { type Found, judgeWriters, type Role } from '../../../drivers/access/judge-writers.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('who may write')

const passwd = [
  'root:x:0:0::/root:/bin/sh',
  'toor:x:0:0::/root:/bin/sh',
  'ann:x:1000:1000::/home/ann:/bin/sh',
  'bob:x:1001:1001::/home/bob:/bin/sh',
  'web:x:33:33::/var/www:/bin/false',
  'torn line',
].join('\n')
const group = [
  'root:x:0:',
  'ann:x:1000:',
  'bob:x:1001:ann',
  'web:x:33:',
  'admin:x:50:root,toor,ann',
  'team:x:100:ann,bob,carol,dave,eve',
  'away:x:101:ldap-user',
].join('\n')
const ann = { uid: 1000, gid: 1000 }

const GROUPS: readonly (readonly [
  title: string,
  gid: number,
  others: readonly string[] | undefined,
  who?: typeof ann,
])[] = [
  ['a group of their own', 1000, []],
  ['a group of root and of this user', 50, []],
  ["root's group", 0, []],
  ['a group that is the first of another user', 33, ['web']],
  ['a group of another user that they are in', 1001, ['bob']],
  ['a group of several', 100, ['bob', 'carol', 'dave', 'eve']],
  ['a member that only a directory service knows', 101, ['ldap-user']],
  ['a group that nobody knows', 4242, undefined],
  ['their own group, both unknown here', 4242, [], { uid: 4242, gid: 4242 }],
  ['a group that is not theirs, for who is unknown here', 50, undefined, { uid: 4242, gid: 4242 }],
  ["root's group, for who is unknown here", 0, [], { uid: 4242, gid: 0 }],
  ['the number of another user, for who is unknown here', 1001, undefined, { uid: 4242, gid: 1001 }],
  ["another user's number as a group", 1001, ['ann', 'bob'], { uid: 0, gid: 0 }],
]
for (const [title, gid, others, who = ann] of GROUPS)
  test(`${title}: ${others === undefined ? 'unknown' : others.join(', ') || 'nobody else'}`, () =>
    assert.equal(parseAccounts({ passwd, group }, who).othersIn(gid), others))

const accounts = parseAccounts({ passwd, group }, ann)
const found = (change: Partial<Found>): Found => ({
  uid: 1000,
  gid: 1000,
  mode: 0o40755,
  isLink: false,
  hasList: false,
  ...change,
})
const CASES: readonly (readonly [title: string, change: Partial<Found>, role: Role, why: string | undefined])[] = [
  ['a folder of ours', {}, 'itself', undefined],
  ["a folder of root's", { uid: 0, gid: 0 }, 'itself', undefined],
  ["another user's folder", { uid: 1001 }, 'itself', '/x belongs to the user bob'],
  ["another user's folder on the way", { uid: 1001 }, 'way', '/x belongs to the user bob'],
  ["another user's sticky folder on the way", { uid: 1001, mode: 0o41777 }, 'way', '/x belongs to the user bob'],
  ['a user without a name', { uid: 4242 }, 'itself', '/x belongs to the user with the number 4242'],
  ['umask 002, with a group of their own', { mode: 0o42775 }, 'itself', undefined],
  [
    'a group of several',
    { mode: 0o40775, gid: 100 },
    'itself',
    'the group team (bob, carol, dave, …) may write /x (mode 0775)',
  ],
  ['a group of several that may only read', { mode: 0o40755, gid: 100 }, 'itself', undefined],
  ['an unknown group', { mode: 0o40775, gid: 9 }, 'itself', 'the group with the number 9 may write /x (mode 0775)'],
  [
    'an access list behind a group of their own',
    { mode: 0o40775, hasList: true },
    'itself',
    '/x has an access list by which others may write it',
  ],
  ['everyone', { mode: 0o40757 }, 'itself', 'every user may write /x (mode 0757)'],
  ['everyone, sticky', { mode: 0o41777 }, 'itself', 'every user may write /x (mode 1777)'],
  ['everyone, sticky, on the way', { uid: 0, mode: 0o41777 }, 'way', undefined],
  ['everyone, on the way', { uid: 0, mode: 0o40777 }, 'way', 'every user may write /x (mode 0777)'],
  ['a link of ours', { isLink: true, mode: 0o120777 }, 'way', undefined],
  ["another user's link", { isLink: true, uid: 1001, mode: 0o120777 }, 'way', 'the link /x belongs to the user bob'],
]
for (const [title, change, role, why] of CASES)
  test(`${title}: ${why ?? 'nobody else'}`, () =>
    assert.is(judgeWriters('/x', found(change), { role, me: 1000, accounts })?.why, why))

test('the fix is what a person would type', () => {
  const fixOf = (path: string, change: Partial<Found>) =>
    judgeWriters(path, found(change), { role: 'itself', me: 1000, accounts })?.fix
  assert.is(fixOf("/a b/it's", { mode: 0o40777 }), "chmod go-w '/a b/it'\\''s'")
  assert.is(fixOf('/x', { uid: 33 }), 'sudo chown 1000 /x')
  assert.is(fixOf('/$(id)', { mode: 0o40775, hasList: true }), "setfacl -b '/$(id)' && chmod go-w '/$(id)'")
})

test.run()
