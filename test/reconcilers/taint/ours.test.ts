import * as assert from 'uvu/assert'
import { clashWith } from '../../../reconcilers/taint/ours.ts'
import { own, turn, use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what is ours')

test('what a bottle writes holds nothing of ours, and lies in nothing of ours', () => {
  for (const kind of ['mount', 'rw'] as const)
    for (const [path, ours, expected] of [
      ['/a/b', own('root', '/a/b'), 'is our root /a/b'],
      ['/a', own('root', '/a/b'), 'contains our root /a/b'],
      ['/', own('root', '/a/b'), 'contains our root /a/b'],
      ['/a/b/c', own('root', '/a/b'), 'lies in our root /a/b'],
      ['/a/bc', own('root', '/a/b'), undefined],
      ['/a', own('state', '/a/.state'), 'contains our state /a/.state'],
      ['/s/web', own('state', '/s'), 'lies in our state /s'],
      ['/cache/x', own('store', '/cache'), 'lies in our store /cache'],
      ['/opt', own('code', '/opt/bottled'), 'contains our code /opt/bottled'],
      ['/opt/bottled/x', own('code', '/opt/bottled'), 'lies in our code /opt/bottled'],
      ['/repo/.git/hooks', own('git', '/repo/.git'), 'lies in our git /repo/.git'],
      ['/repo', own('git', '/repo/.git'), 'contains our git /repo/.git'],
      ['/usr', own('entry', '/usr/bin/node'), 'contains our entry /usr/bin/node'],
      ['/bin/x', own('entry', '/bin'), undefined],
      ['/', own('root', '/'), 'is our root /'],
      ['/x', own('root', '/'), 'lies in our root /'],
    ] as const) {
      assert.is(clashWith(use(kind, path), ours), expected, `${kind} ${path}`)
    }
})

test('what is secret is not read either, and a copy leaves out states', () => {
  for (const [kind, path, ours, expected] of [
    ['ro', '/s', own('state', '/s'), 'is our state /s'],
    ['ro', '/s/ca', own('state', '/s'), 'lies in our state /s'],
    ['ro', '/root', own('state', '/root/.s'), 'contains our state /root/.s'],
    ['ro', '/home', own('store', '/home/.cache/bottled'), 'contains our store /home/.cache/bottled'],
    ['ro', '/opt/bottled', own('code', '/opt/bottled'), 'is our code /opt/bottled'],
    ['ro', '/root', own('root', '/root'), undefined],
    ['ro', '/repo', own('git', '/repo/.git'), undefined],
    ['ro', '/usr', own('entry', '/usr/bin/node'), undefined],
    ['copy', '/repo', own('state', '/repo/bottles/.bottled'), undefined],
    ['copy', '/repo', own('root', '/repo/bottles'), undefined],
    ['copy', '/repo', own('code', '/repo/node_modules/bottled'), undefined],
    ['copy', '/s', own('state', '/s'), 'is our state /s'],
    ['copy', '/s/bottles', own('state', '/s'), 'lies in our state /s'],
    ['copy', '/home', own('store', '/home/.local/share/smolvm'), 'contains our store /home/.local/share/smolvm'],
    ['secret', '/run/bottled/o/web/KEY', own('store', '/run/bottled'), 'lies in our store /run/bottled'],
    ['image', '/cache/archives/x.tar', own('store', '/cache'), 'lies in our store /cache'],
    ['artifact', '/s/x', own('state', '/s'), 'lies in our state /s'],
    ['secret', '/root/.env', own('root', '/root'), undefined],
  ] as const) {
    assert.is(clashWith(use(kind, path), ours), expected, `${kind} ${path}`)
  }
})

test('a link or a bind mount is named with what it leads to', () => {
  const linked = { ...own('root', '/real'), path: '/link' }
  assert.is(clashWith(use('mount', '/real'), linked), 'is our root /link (/real)')
  const through = own('root', '/real', { via: [turn('/w/link')] })
  assert.is(clashWith(use('mount', '/w'), through), 'contains /w/link, which leads to our root /real')
  assert.is(clashWith(use('ro', '/w'), through), undefined, 'it is not written')
})

test.run()
