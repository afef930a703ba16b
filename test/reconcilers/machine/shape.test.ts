import * as assert from 'uvu/assert'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { guestEnv, PLACEHOLDER } from '../../../reconcilers/machine/guest-env.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import { labelsOf } from '../../../reconcilers/derive/names.ts'
import { OWNERSHIP, aSituation } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what is asked of smolvm for a VM')
const PROXIED = { KEY: { fromEnv: 'KEY', deliver: 'proxy' } } as const
const shapeOf = (spec: Partial<BottleSpec> = {}) => machineShape(aSituation({ spec }))

test('everything the spec says', () => {
  const { request, hash } = shapeOf({
    env: { A: '1' },
    git: true,
    workspace: { path: 'w', mode: 'mount', guestPath: '/g' },
    machine: { image: 'a:1', command: ['run'], cpus: 3, memory: 99, storage: 20 },
  })
  assert.equal(
    { ...request, env: { ...request.env } },
    {
      name: 'bottle-web',
      labels: labelsOf(OWNERSHIP, hash),
      env: { ...guestEnv({ env: { A: '1' }, bundleIp: '192.168.9.2', git: true, supervise: false }) },
      bundleIp: '192.168.9.2',
      mount: { source: '/base/w', target: '/g' },
      trusts: false,
      command: ['run'],
      cpus: 3,
      memoryMiB: 99,
      storageGiB: 20,
    },
  )
  assert.is(shapeOf({ workspace: { path: 'w', mode: 'copy' } }).request.mount, undefined)
  assert.is(shapeOf().request.mount, undefined)
})

test('what needs a new disk, what needs a restart, and what neither', () => {
  const before = shapeOf()
  for (const [what, spec, disk, restart] of [
    ['the image', { machine: { image: 'a:1' } }, true, false],
    ['the artifact', { machine: { artifact: 'a' } }, true, false],
    ['the command', { machine: { command: ['x'] } }, true, false],
    ['the workspace', { workspace: { path: 'w', mode: 'copy' } }, true, false],
    ['secrets', { secrets: { A: { fromEnv: 'A' } } }, true, false],
    ['env', { env: { A: '1' } }, false, true],
    ['egress', { egress: {} }, false, true],
    ['a secret of the bundle alone', { secrets: PROXIED, egress: {} }, false, true],
    ['git', { git: true }, false, true],
    ['supervise', { supervise: true }, false, true],
    ['cpus', { machine: { cpus: 3 } }, false, true],
    ['memory', { machine: { memory: 99 } }, false, true],
    ['storage', { machine: { storage: 20 } }, false, true],
    ['the agent', { agent: 'other' }, false, false],
    ['the bundle', { bundle: { user: '5' } }, false, false],
  ] as const) {
    const after = shapeOf(spec as Partial<BottleSpec>)
    assert.is(after.hash !== before.hash, disk, what)
    assert.is(after.restartHash !== before.restartHash, restart, what)
  }
  const moved = machineShape(aSituation({ upstream: { network: { bundleIp: '192.168.8.2' } } }))
  assert.is.not(moved.hash, before.hash)
})

test('what an agent may reach, and where a secret of its bundle comes from, changes nothing of the VM', () => {
  const before = shapeOf({ egress: {}, secrets: PROXIED })
  assert.is(before.request.trusts, true)
  assert.is(before.request.env['SSL_CERT_FILE'], '/etc/bottled/ca.pem')
  assert.is(before.request.env['KEY'], PLACEHOLDER)
  for (const after of [
    shapeOf({ egress: { presets: ['npm'] }, secrets: PROXIED }),
    shapeOf({ egress: {}, secrets: { KEY: { fromFile: '/elsewhere', deliver: 'proxy' } } }),
  ])
    assert.equal([after.hash, after.restartHash], [before.hash, before.restartHash])
})

test('a secret that the guest had, and has no longer, needs a new disk', () => {
  const before = shapeOf({ egress: {}, secrets: { KEY: { fromEnv: 'KEY', deliver: 'guest' } } })
  assert.is(before.request.env['KEY'], undefined)
  assert.is.not(shapeOf({ egress: {}, secrets: PROXIED }).hash, before.hash)
})

test('without a spec there is no shape', () => {
  assert.throws(() => machineShape(aSituation({ spec: 'none' })), /^bottle web has no spec to make a machine from$/)
})

test.run()
