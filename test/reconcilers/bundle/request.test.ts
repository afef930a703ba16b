import * as assert from 'uvu/assert'
import { bundleRequest } from '../../../reconcilers/bundle/request.ts'
import { HASH, labelsOf } from '../../../reconcilers/derive/names.ts'
import { OWNERSHIP, UPSTREAM, aSituation } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what is asked of Docker for a bundle')

test('everything the spec says, and what it is by default', () => {
  const { labels, ...plain } = bundleRequest(aSituation(), 'image:1')
  assert.equal(plain, {
    name: 'bottle-web-bundle',
    image: 'image:1',
    ip: '192.168.9.2',
    env: { BOTTLE_NAME: 'web' },
    command: undefined,
    user: undefined,
    mounts: [],
    tmpfs: [],
    readOnlyRoot: true,
    memoryMiB: 256,
    cpus: undefined,
    pids: 128,
    networkId: 'n1',
  })
  assert.equal(labels, labelsOf(OWNERSHIP, labels[HASH] ?? ''))
  const all = bundleRequest(
    aSituation({
      spec: {
        git: true,
        supervise: true,
        bundle: {
          env: { A: '1', BOTTLE_NAME: 'other' },
          command: ['run'],
          user: '5:5',
          mounts: [{ source: 'q', target: '/q' }],
          tmpfs: ['/tmp'],
          readOnlyRoot: false,
          resources: { memory: 99, cpus: 3, pids: 5 },
        },
      },
    }),
    'image:1',
  )
  assert.equal(all.env, { A: '1', BOTTLE_NAME: 'web', BOTTLE_GIT: '1', BOTTLE_SUPERVISE: '1' })
  assert.equal(
    [all.command, all.user, all.mounts, all.tmpfs, all.readOnlyRoot, all.memoryMiB, all.cpus, all.pids],
    [['run'], '5:5', [{ source: '/base/q', target: '/q', readOnly: true }], ['/tmp'], false, 99, 3, 5],
  )
})

test("the hash covers all of it but the network's id, which is compared by itself", () => {
  const hash = (change: Parameters<typeof aSituation>[0], image = 'image:1'): string | undefined =>
    bundleRequest(aSituation(change), image).labels[HASH]
  const plain = hash({})
  assert.is(hash({ upstream: { network: { ...UPSTREAM['network'], id: 'n2' } } }), plain)
  assert.is(hash({ spec: { env: { A: '1' } } }), plain)
  for (const bundle of [
    { env: { A: '1' } },
    { command: ['x'] },
    { user: '5' },
    { tmpfs: ['/x'] },
    { readOnlyRoot: false },
  ])
    assert.is.not(hash({ spec: { bundle } }), plain)
  assert.is.not(hash({ spec: { git: true } }), plain)
  assert.is.not(hash({}, 'image:2'), plain)
  assert.is.not(hash({ upstream: { network: { ...UPSTREAM['network'], bundleIp: '192.168.9.3' } } }), plain)
})

test('without a spec there is no request', () => {
  assert.throws(
    () => bundleRequest(aSituation({ spec: 'none' }), 'i'),
    /^bottle web has no spec to make a bundle from$/,
  )
})

test.run()
