import * as assert from 'uvu/assert'
import type { Container, ContainerState, ProbeResult, Port } from '../../../drivers/ports.ts'
import { bundle } from '../../../reconcilers/bundle/bundle.ts'
import { bundleRequest } from '../../../reconcilers/bundle/request.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { FOREIGN, LEFTOVER, aContainer, aSituation, createCalls, secondsAgo, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bundle')
const signal = new AbortController().signal

interface Seen {
  readonly container?: Container | undefined
  readonly imageThere?: boolean
  readonly answers?: readonly (ProbeResult & { readonly port: Port })[]
  readonly routed?: boolean
  readonly writable?: readonly string[]
}
const plan = (situation: Situation, seen: Seen = {}): readonly string[] =>
  words(
    bundle.plan(situation, {
      container: undefined,
      imageThere: true,
      answers: [],
      routed: true,
      writable: [],
      ...seen,
    }),
  )
/** One that is as this situation asks. */
const fitting = (situation: Situation, change: Partial<Container> = {}): Container =>
  aContainer({ labels: bundleRequest(situation, 'bundle:1').labels, ...change })
const up = aSituation({ record: { bundleRestarts: 2 } })
const NAME = 'bottle-web-bundle'
const SETTLED = ['settled {"name":"bottle-web-bundle","id":"c1","ip":"192.168.9.2","image":"bundle:1","restarts":2}']
const no = (port: Port, kind: 'Refused' | 'Unready' | 'Silent' | 'Unroutable') =>
  ({ port, ok: false, kind, message: 'told' }) as const
const yes = (port: Port) => ({ port, ok: true }) as const

test('without an image, or with a writable mount on the root, nothing is made', () => {
  assert.equal(plan(aSituation({ settings: { bundleImage: undefined } })), [
    'stuck NoBundleImage: no image for the bundle: set spec.bundle.image, or run bottled with --bundle-image REF',
  ])
  assert.equal(plan(up, { writable: ['/fine', '/root/queue'] }), [
    'stuck MountForbidden: writable mount /root/queue contains the root or lies inside it: a bottle must not edit its own Bottle',
  ])
  assert.equal(plan(up, { writable: ['/fine'] }), [`create bundle/${NAME}: it does not exist`])
})

test('it is pulled where the policy asks for it', () => {
  const create = `create bundle/${NAME}: it does not exist`
  const missing = "slowly pull image/bundle:1: Docker doesn't have it"
  const always = 'slowly pull image/bundle:1: pullPolicy is Always'
  const never = 'wait 15000 ImageNotFound: bundle:1 is not present and pullPolicy is Never; load it into Docker'
  for (const [pullPolicy, imageThere, lines] of [
    ['IfNotPresent', true, [create]],
    ['IfNotPresent', false, [missing, create]],
    ['Always', true, [always, create]],
    ['Always', false, [missing, create]],
    ['Never', true, [create]],
    ['Never', false, [never]],
  ] as const)
    assert.equal(plan(aSituation({ spec: { bundle: { pullPolicy } } }), { imageThere }), lines)
  const own = aSituation({ spec: { bundle: { image: 'own:2' } }, settings: { bundleImage: undefined } })
  assert.equal(plan(own, { imageThere: false }), ["slowly pull image/own:2: Docker doesn't have it", create])
})

test('whose it is, and whether it is the one that the spec asks for', () => {
  for (const [container, line] of [
    [
      aContainer({ labels: FOREIGN }),
      `stuck NameConflict: container ${NAME} belongs to the root with owner id them; if that root is gone or was this one, run bottled with --adopt them`,
    ],
    [
      aContainer({ labels: {} }),
      `stuck NameConflict: container ${NAME} exists without our labels and is never touched: rename or remove it, or set spec.identity`,
    ],
    [aContainer({ labels: LEFTOVER }), `remove bundle/${NAME}: it belongs to an earlier bottle of this name`],
    [aContainer(), `remove bundle/${NAME}: its spec changed`],
    [
      fitting(up, { attachments: [{ networkId: 'old', ip: '192.168.9.2' }] }),
      `remove bundle/${NAME}: its network no longer exists`,
    ],
    [fitting(up, { attachments: [] }), `remove bundle/${NAME}: its network no longer exists`],
  ] as const)
    assert.equal(plan(up, { container }), [line])
  const two = [
    { networkId: 'other', ip: '' },
    { networkId: 'n1', ip: '192.168.9.2' },
  ]
  assert.equal(plan(up, { container: fitting(up, { attachments: two }) }), SETTLED)
})

test('what each state of the container leads to', () => {
  for (const [state, lines] of [
    ['running', SETTLED],
    ['created', [`start bundle/${NAME}: it was created but not started`]],
    ['exited', [`start bundle/${NAME}: it exited with code 3`]],
    ['paused', [`remove bundle/${NAME}: it is paused`]],
    ['dead', [`remove bundle/${NAME}: it is dead`]],
    ['restarting', [`wait 500 BundleBusy: container ${NAME} is restarting`]],
    ['removing', [`wait 500 BundleBusy: container ${NAME} is removing`]],
  ] as const)
    assert.equal(plan(up, { container: fitting(up, { state, exitCode: 3 }) }), lines, state)
})

test('what the ports answer', () => {
  const [old, young] = [secondsAgo(31), secondsAgo(30)]
  for (const [what, answers, container, lines] of [
    ['all', [yes('proxy'), yes('git')], {}, SETTLED],
    [
      'the proxy refuses, started lately',
      [no('proxy', 'Refused')],
      { startedAt: young },
      [`wait 50 ProxyNotReady: port 8888 of ${NAME}: told`],
    ],
    [
      'the git gate',
      [yes('proxy'), no('git', 'Refused')],
      { startedAt: young },
      [`wait 50 GitNotReady: port 9418 of ${NAME}: told`],
    ],
    [
      'the supervise server',
      [yes('proxy'), no('supervise', 'Unready')],
      { startedAt: old },
      [`wait 50 SuperviseNotReady: port 9100 of ${NAME}: told`],
    ],
    [
      'closed for long',
      [no('git', 'Refused')],
      { startedAt: old },
      [`stop bundle/${NAME}: port 9418 is closed`, `start bundle/${NAME}: port 9418 was closed`],
    ],
    [
      'closed, started nobody knows when',
      [no('proxy', 'Refused')],
      {},
      [`wait 50 ProxyNotReady: port 8888 of ${NAME}: told`],
    ],
    [
      'silent for long',
      [no('proxy', 'Silent')],
      { startedAt: old },
      [`wait 50 ProxyNotReady: port 8888 of ${NAME}: told`],
    ],
    [
      'not to be reached',
      [no('proxy', 'Unroutable')],
      { startedAt: old },
      [`wait 5000 BridgeNotRoutable: port 8888 of ${NAME}: told`],
    ],
  ] as const)
    assert.equal(plan(up, { container: fitting(up, container), answers }), lines, what)
  assert.equal(plan(up, { container: fitting(up), answers: [no('proxy', 'Silent')], routed: false }), [
    `wait 5000 BridgeNotRoutable: this host has no route to ${NAME}: Docker runs in a VM or rootless; a native rootful engine is needed`,
  ])
})

test('a HEALTHCHECK that fails holds the VM back though every port answers; one that has not ended yet does not', () => {
  const unhealthy = [`wait 2000 Unhealthy: the HEALTHCHECK of ${NAME} fails`]
  for (const [health, lines] of [
    ['unhealthy', unhealthy],
    ['starting', SETTLED],
    ['healthy', SETTLED],
    [undefined, SETTLED],
  ] as const)
    assert.equal(plan(up, { container: fitting(up, { health }), answers: [yes('proxy')] }), lines, health ?? 'none')
})

test('a crash loop waits, and says so', () => {
  const bundleEnd = { at: secondsAgo(60), crashes: 3, generation: 1 }
  const situation = aSituation({ record: { bundleEnd } })
  const crashed = (finishedAt: string) =>
    plan(situation, {
      container: fitting(situation, { state: 'exited', exitCode: 1, startedAt: secondsAgo(11), finishedAt }),
    })
  assert.equal(crashed(secondsAgo(3)), [
    'wait 1000 CrashLoop: it exited with code 1, 4 times in a row; see bottlectl logs web',
  ])
  assert.equal(crashed(secondsAgo(4)), [`start bundle/${NAME}: it exited with code 1`])
})

test('downwards it is stopped, or removed; what is not ours is left alone', () => {
  const down = aSituation({ goal: 'down', spec: { suspend: true } })
  const unsafe = aSituation({ goal: 'down' })
  const gone = aSituation({ goal: 'gone', spec: 'none' })
  const stopped = 'settled {"name":"bottle-web-bundle","id":"c1","ip":"192.168.9.2","image":"bundle:1","restarts":0}'
  for (const situation of [down, gone]) {
    assert.equal(plan(situation), ['settled {}'])
    assert.equal(plan(situation, { container: aContainer({ labels: FOREIGN }) }), ['settled {}'])
  }
  for (const [state, line] of [
    ['running', `stop bundle/${NAME}: the bottle is suspended`],
    ['paused', `stop bundle/${NAME}: the bottle is suspended`],
    ['exited', stopped],
    ['created', stopped],
    ['dead', stopped],
  ] as const satisfies readonly (readonly [ContainerState, string])[])
    assert.equal(plan(down, { container: aContainer({ state }) }), [line], state)
  assert.equal(plan({ ...down, spec: undefined }, { container: aContainer() }), [
    `stop bundle/${NAME}: its network is not safe`,
  ])
  assert.equal(plan(unsafe, { container: aContainer() }), [`stop bundle/${NAME}: its network is not safe`])
  assert.equal(plan(gone, { container: aContainer({ labels: LEFTOVER }) }), [
    `remove bundle/${NAME}: the bottle is deleted`,
  ])
})

const observe = async (situation: Situation, answers: Readonly<Record<string, unknown>>) => {
  const { drivers, calls } = createCalls(answers)
  const seen = (await bundle.observe(situation, drivers, signal)) as Required<Seen>
  return { seen, calls }
}

test('only the ports that are declared are asked, thoroughly until the bundle was ready', async () => {
  const running = { 'containers.find': aContainer(), 'probes.ask': { ok: true } }
  const { seen, calls } = await observe(up, running)
  assert.equal(calls, [
    'containers.find("bottle-web-bundle")',
    'probes.ask({"ip":"192.168.9.2","port":"proxy","thorough":true})',
  ])
  assert.equal(seen, { container: aContainer(), imageThere: true, answers: [yes('proxy')], routed: true, writable: [] })
  const ready = { conditions: [{ type: 'BundleReady', status: 'True' }] }
  const all = await observe(aSituation({ spec: { git: true, supervise: true }, record: { status: ready } }), running)
  assert.equal(all.calls.slice(1), [
    'probes.ask({"ip":"192.168.9.2","port":"proxy","thorough":false})',
    'probes.ask({"ip":"192.168.9.2","port":"git","thorough":false})',
    'probes.ask({"ip":"192.168.9.2","port":"supervise","thorough":false})',
  ])
})

test('routes are read only where nobody answers, and only the own subnet counts', async () => {
  for (const [kind, routes, routed, asked] of [
    ['Refused', [], true, false],
    ['Unready', [], true, false],
    ['Silent', [], false, true],
    ['Unroutable', [{ cidr: '10.0.0.0/24', device: 'eth0' }], false, true],
    [
      'Silent',
      [
        { cidr: '10.0.0.0/24', device: 'eth0' },
        { cidr: '192.168.9.0/24', device: 'br0' },
      ],
      true,
      true,
    ],
  ] as const) {
    const { seen, calls } = await observe(up, {
      'containers.find': aContainer(),
      'probes.ask': no('proxy', kind),
      'host.routes': routes,
    })
    assert.is(seen.routed, routed, kind)
    assert.is(calls.includes('host.routes()'), asked, kind)
  }
})

test('the image and the mounts are looked at where a create is ahead', async () => {
  const mounts = [
    { source: '/w', target: '/w', readOnly: false },
    { source: '/lost', target: '/l', readOnly: false },
    { source: '/r', target: '/r' },
  ]
  const situation = aSituation({ spec: { bundle: { mounts } } })
  const none = await observe(situation, {
    'images.has': false,
    'host.realpath': (path: string) => (path === '/w' ? '/real' : undefined),
  })
  assert.equal(none.calls, [
    'containers.find("bottle-web-bundle")',
    'images.has("bundle:1")',
    'host.realpath("/w")',
    'host.realpath("/lost")',
  ])
  assert.equal(none.seen, {
    container: undefined,
    imageThere: false,
    answers: [],
    routed: true,
    writable: ['/real', '/lost'],
  })
  const exited = await observe(situation, { 'containers.find': aContainer({ state: 'exited' }), 'images.has': true })
  assert.equal(exited.calls, ['containers.find("bottle-web-bundle")', 'images.has("bundle:1")'])
  assert.equal([exited.seen.imageThere, exited.seen.answers, exited.seen.writable], [true, [], []])
  const unnamed = await observe(aSituation({ settings: { bundleImage: undefined } }), {})
  assert.is(unnamed.seen.imageThere, true)
})

test('downwards, or without a spec, only the container is looked at', async () => {
  for (const situation of [
    aSituation({ goal: 'down' }),
    aSituation({ goal: 'gone', spec: 'none' }),
    aSituation({ spec: 'none' }),
  ]) {
    const { seen, calls } = await observe(situation, { 'containers.find': aContainer() })
    assert.equal(calls, ['containers.find("bottle-web-bundle")'])
    assert.equal(seen, { container: aContainer(), imageThere: true, answers: [], routed: true, writable: [] })
  }
})

test.run()
