import * as assert from 'uvu/assert'
import { judgeTaint } from '../../../reconcilers/taint/judge.ts'
import { createNeighbours } from '../../../reconcilers/taint/neighbours.ts'
import type { Own } from '../../../reconcilers/taint/ours.ts'
import type { Use } from '../../../reconcilers/taint/overlap.ts'
import { own, place, turn, use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('tainted paths')

const judge = (
  uses: readonly Use[],
  ours: readonly Own[] = [],
  others: readonly { readonly name: string; readonly use: Use; readonly held?: boolean | 'by its bundle' }[] = [],
): string | undefined => {
  const neighbours = createNeighbours()
  const held = { bundle: 'by its bundle', machine: true } as const
  for (const kind of ['declared', 'bundle', 'machine'] as const)
    for (const name of new Set(others.map((other) => other.name)))
      neighbours.set(
        { identity: name, name },
        kind,
        others
          .filter((other) => other.name === name && (kind === 'declared' || other.held === held[kind]))
          .map((each) => each.use),
      )
  return judgeTaint({ identity: 'me', uses }, ours, neighbours)?.message
}

test('what is reached through a folder that an agent writes is in its hands', () => {
  const linked = own('root', '/real', { via: [turn('/w/sub/link')] })
  assert.match(judge([use('mount', '/w')], [linked]) ?? '', /contains \/w\/sub\/link, which leads to our root \/real/)
  // The folder itself stands elsewhere: only who writes around it can turn it.
  assert.is(judge([use('mount', '/w')], [own('root', '/real', { via: [turn('/w')] })]), undefined)
  const secret = use('secret', '/etc/shadow', { path: '/w/key', via: [turn('/w/key')] })
  assert.is(
    judge([use('mount', '/w'), secret]),
    'spec.secrets.KEY.fromFile /w/key (/etc/shadow) is reached through /w/key, which lies in spec.workspace.path /w, and its agent could change it',
  )
})

test('a folder is known by what it is: bind mounts and hard links give it other paths', () => {
  const root = own('root', '/data/root')
  const bound = use('mount', '/mnt/x', { inode: '/data' })
  assert.match(judge([bound], [root]) ?? '', /contains our root/)
  assert.match(judge([use('mount', '/mnt/y', { inode: '/data/root' })], [root]) ?? '', /is our root/)
  const inside = use('mount', '/mnt/z', { above: ['1:/data/root', '1:/mnt'] })
  assert.match(judge([inside], [root]) ?? '', /lies in our root/)
  const mounted = { ...use('mount', '/w'), mounts: [place('/w/m', { inode: '/data' })] }
  assert.match(judge([mounted], [root]) ?? '', /contains our root/)
  const viaBound = own('root', '/real', { via: [turn('/data/link')] })
  assert.match(judge([bound], [viaBound]) ?? '', /contains \/data\/link, which leads to our root/)
  const policy = own('entry', '/etc/policy.yaml', { kind: 'file' })
  const twin = use('rw', '/x/other-name', { kind: 'file', inode: '/etc/policy.yaml' })
  assert.match(judge([twin], [policy]) ?? '', /is our entry/)
})

test('what is missing has no inode, and is judged by where it would be', () => {
  const later = own('root', '/a/later', { kind: 'missing', device: '', inode: '' })
  assert.match(judge([use('mount', '/a')], [later]) ?? '', /contains our root/)
  const nowhere = use('mount', '/b', { kind: 'missing', device: '', inode: '' })
  assert.is(judge([nowhere], [later]), undefined)
})

test("what a bottle trusts isn't in its own reach, nor in another's", () => {
  for (const kind of ['ro', 'secret', 'image', 'artifact'] as const)
    for (const [path, how] of [
      ['/w', 'is'],
      ['/w/x/y', 'lies in'],
    ] as const)
      for (const [writer, who] of [
        ['mount', 'spec.workspace.path /w'],
        ['rw', 'spec.bundle.mounts[0].source /w'],
      ] as const) {
        const changer = `and its ${writer === 'mount' ? 'agent' : 'bundle'} could change it`
        assert.match(judge([use(kind, path), use(writer, '/w')]) ?? '', `${path} ${how} ${who}, ${changer}`)
        assert.match(
          judge([use(kind, path)], [], [{ name: 'other', use: use(writer, '/w') }]) ?? '',
          `${path} ${how} ${who} of bottle/other, ${changer}`,
        )
      }
  for (const kind of ['ro', 'secret', 'image', 'artifact'] as const) {
    assert.is(judge([use(kind, '/wx'), use('mount', '/w')]), undefined)
    assert.is(judge([use(kind, '/w/x'), use('copy', '/w'), use('ro', '/w')]), undefined, 'nobody writes there')
  }
})

test('what a bundle may write lies in nobody’s reach but its own', () => {
  assert.match(judge([use('rw', '/w/q'), use('mount', '/w')]) ?? '', /lies in spec.workspace.path \/w/)
  const second = { ...use('rw', '/q'), field: ['spec', 'bundle', 'mounts', 2, 'source'] } as const
  assert.is(judge([use('rw', '/q'), second]), undefined, 'twice the same')
  const below = { ...use('rw', '/q/below'), field: ['spec', 'bundle', 'mounts', 2, 'source'] } as const
  assert.match(judge([use('rw', '/q'), below]) ?? '', /\/q\/below lies in spec.bundle.mounts\[0\]/)
  assert.match(judge([use('rw', '/q')], [], [{ name: 'other', use: use('rw', '/q') }]) ?? '', /is spec.bundle.mounts/)
})

test('workspaces may be shared, but none may be turned by another bottle', () => {
  const other = (path: string) => [{ name: 'other', use: use('mount', path) }]
  assert.is(judge([use('mount', '/w')], [], other('/w')), undefined)
  assert.is(judge([use('copy', '/w')], [], other('/w')), undefined)
  assert.match(judge([use('mount', '/w/x')], [], other('/w')) ?? '', /lies in spec.workspace.path \/w of bottle\/other/)
  // The copy is made of the very folder that was looked at.
  assert.is(judge([use('copy', '/w/x')], [], other('/w')), undefined)
  const turned = use('copy', '/home/.ssh', { path: '/w/x', via: [turn('/w/x')] })
  assert.match(judge([turned], [], other('/w')) ?? '', /\/w\/x \(\/home\/.ssh\) is reached through \/w\/x/)
})

test('a trusted file with several names may have one where an agent writes', () => {
  const secret = use('secret', '/keys/a', { kind: 'file', links: 2 })
  assert.is(judge([secret]), undefined, 'nobody writes anywhere')
  assert.match(judge([secret, use('mount', '/w')]) ?? '', /has 2 hard links, of which one may lie in .* \/w; make it/)
  const elsewhere = { name: 'other', use: use('mount', '/w', { device: '2' }) }
  assert.is(judge([secret], [], [elsewhere]), undefined, 'another file system')
  assert.match(judge([secret], [], [{ name: 'other', use: use('mount', '/w') }]) ?? '', /of bottle\/other/)
  assert.is(judge([secret, use('mount', '/w', { device: '2' })]), undefined, 'its own on another file system')
  for (const [what, trusted] of [
    ['one name', { ...secret, place: { ...secret.place, links: 1 } }],
    ['a folder', use('ro', '/rules', { kind: 'folder', links: 2 })],
    ['not trusted', use('rw', '/out', { kind: 'file', links: 2 })],
    ['what is copied is the agent’s', use('copy', '/in', { kind: 'file', links: 2 })],
  ] as const)
    assert.is(judge([trusted, use('mount', '/w')]), undefined, what)
})

test('of two bottles the one that was started first keeps what it has', () => {
  const key = use('secret', '/w/key')
  const writer = use('mount', '/w')
  assert.match(
    judge([writer], [], [{ name: 'b', use: key, held: true }]) ?? '',
    /^spec.workspace.path \/w would let its agent change spec.secrets.KEY.fromFile \/w\/key of bottle\/b, which was started before$/,
  )
  assert.is(judge([writer], [], [{ name: 'b', use: key }]), undefined, 'the one that trusts is refused')
  const mine = { name: 'me', use: key, held: true }
  assert.is(judge([key], [], [mine, { name: 'w', use: writer }]), undefined, 'the writer came later')
  assert.match(judge([key], [], [mine, { name: 'w', use: writer, held: true }]) ?? '', /lies in/, 'both were started')
  assert.is(
    judge(
      [writer],
      [],
      [
        { name: 'me', use: writer, held: true },
        { name: 'b', use: key, held: true },
      ],
    ),
    undefined,
    'both were started',
  )
  for (const [what, held, isRefused] of [
    ['another folder', use('mount', '/v'), true],
    ['a copy of it', use('copy', '/w'), true],
    ['it for its bundle', use('rw', '/w'), true],
    ['the same', use('mount', '/w'), false],
  ] as const)
    for (const by of [true, 'by its bundle'] as const)
      assert.is(
        judge(
          [writer],
          [],
          [
            { name: 'me', use: held, held: by },
            { name: 'b', use: key, held: true },
          ],
        )?.includes('would let') === true,
        isRefused,
        `it holds ${what}`,
      )
  assert.is(judge([writer], [], [{ name: 'b', use: use('copy', '/w/x'), held: true }]), undefined, 'it may be changed')
})

test('a bottle counts as it is now, not as it was started', () => {
  const key = use('secret', '/w/key')
  const writer = use('mount', '/w')
  assert.is(judge([key], [], [{ name: 'me', use: writer, held: true }]), undefined, 'it writes there no more')
  assert.is(judge([writer], [], [{ name: 'me', use: key, held: true }]), undefined, 'it trusts it no more')
  assert.match(
    judge([key, writer], [], [{ name: 'me', use: key, held: true }]) ?? '',
    /lies in spec.workspace.path \/w, /,
  )
})

test('only who could write what is ours is in breach', () => {
  const verdict = (uses: readonly Use[], ours: readonly Own[]) =>
    judgeTaint({ identity: 'me', uses }, ours, createNeighbours())?.reachesOurs
  assert.is(verdict([use('mount', '/a')], [own('root', '/a/b')]), true)
  assert.is(verdict([use('ro', '/s')], [own('state', '/s')]), false)
  assert.is(verdict([use('rw', '/w/q'), use('mount', '/w')], []), false, 'its own')
  assert.match(judge([use('ro', '/s')], [own('state', '/s')]) ?? '', / is our state \/s, which no bottle may read$/)
  assert.is(verdict([use('mount', '/w'), use('ro', '/w')], []), false)
})

test.run()
