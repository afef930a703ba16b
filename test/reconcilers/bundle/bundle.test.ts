import * as assert from 'uvu/assert'
import type { Container, ContainerState, ProbeResult, Port } from '../../../drivers/ports.ts'
import { bundle } from '../../../reconcilers/bundle/bundle.ts'
import { bundleRequest } from '../../../reconcilers/bundle/request.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import type { Verdict } from '../../../reconcilers/taint/taint.ts'
import { aVerdict } from '../../parts/a-taint.ts'
import {
  FACTS,
  FOREIGN,
  LEFTOVER,
  aContainer,
  aNetwork,
  aSituation,
  createCalls,
  secondsAgo,
  words,
} from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bundle')
const signal = new AbortController().signal

interface Seen {
  readonly container?: Container | undefined
  readonly imageThere?: boolean
  readonly answers?: readonly (ProbeResult & { readonly port: Port })[]
  readonly routed?: boolean
  readonly verdict?: Verdict | undefined
  readonly strays?: readonly Container[]
  readonly hasNetwork?: boolean
}
const plan = (situation: Situation, seen: Seen = {}): readonly string[] =>
  words(
    bundle.plan(situation, {
      container: undefined,
      imageThere: true,
      answers: [],
      routed: true,
      verdict: undefined,
      strays: [],
      hasNetwork: true,
      ...seen,
    }),
  )
/** One that is as this situation asks. */
const fitting = (situation: Situation, change: Partial<Container> = {}): Container =>
  aContainer({ labels: bundleRequest(situation, 'bundle:1').labels, ...change })
const up = aSituation({ record: { bundleRestarts: 2, bundleAnswered: 'its start' } })
const NAME = 'bottle-web-bundle'
const SETTLED = ['settled {"name":"bottle-web-bundle","id":"c1","ip":"192.168.9.2","image":"bundle:1","restarts":2}']
const no = (port: Port, kind: 'Refused' | 'Unready' | 'Silent' | 'Unroutable') =>
  ({ port, ok: false, kind, message: 'told' }) as const
const yes = (port: Port) => ({ port, ok: true }) as const

test('without an image nothing is made', () => {
  assert.equal(plan(aSituation({ settings: { bundleImage: undefined } })), [
    'stuck NoBundleImage: no image for the bundle: set spec.bundle.image, or run bottled with --bundle-image REF',
  ])
  assert.equal(plan(up), [`create bundle/${NAME}: it does not exist`])
})

test('what it was started with is given up once it has ended or is gone', () => {
  for (const [goal, container] of [
    ['down', undefined],
    ['gone', undefined],
    ['down', fitting(up, { state: 'exited' })],
  ] as const)
    assert.equal(plan(aSituation({ goal, record: { reach: { bundle: [] } } }), { container }), [
      'note paths/bundle: it no longer runs',
    ])
})

const MOUNTS = { bundle: { mounts: [{ source: '/q', target: '/q', readOnly: false }] } } as const
const MOUNTED = 'its mounts are others'

test('nothing tainted is started; what runs goes on, unless it could write what is ours', () => {
  const situation = aSituation({ spec: MOUNTS, record: { bundleAnswered: 's', reach: { bundle: [] } } })
  const verdict = aVerdict(situation, { tainted: 'it lies wrong' })
  const stuck = ['stuck Tainted: it lies wrong']
  assert.equal(plan(situation, { verdict }), stuck)
  for (const state of ['created', 'exited', 'dead'] as const)
    assert.equal(plan(situation, { verdict, container: fitting(situation, { state }) }), stuck, state)
  const running = fitting(situation)
  assert.match(plan(situation, { verdict, container: running })[0] ?? '', /^settled/)
  const edited = aContainer()
  assert.equal(plan(situation, { verdict, container: edited }), stuck, 'it is not recreated for an edit either')
  assert.equal(plan(situation, { verdict, container: running, hasNetwork: false }), [
    `remove bundle/${NAME}: it is not on the bottle's network`,
  ])
  const ours = aVerdict(situation, { tainted: 'it holds the root', reachesOurs: true })
  const stop = ['first what comes after goes down', `stop bundle/${NAME}: it holds the root`]
  assert.match(
    plan(situation, { verdict: ours, container: running })[0] ?? '',
    /^settled/,
    'it has other paths than these',
  )
  assert.equal(plan(situation, { verdict: ours }), [
    'first what comes after goes down',
    'stuck Tainted: it holds the root',
  ])
  const unnoted = aSituation({ spec: MOUNTS })
  assert.equal(plan(unnoted, { verdict: ours, container: running }), stop)
  const breach = { ...situation, taint: { ...situation.taint, breachOf: () => 'it holds the root' } }
  assert.equal(plan(breach, { container: running }), stop)
  assert.equal(plan(breach), ['first what comes after goes down', 'stuck Tainted: it holds the root'])
  assert.equal(plan(breach, { verdict }), ['first what comes after goes down', ...stuck])
})

test('its mounts are asked for as they were judged: now, or when it was started', () => {
  const facts = (source: string) => ({ ...FACTS, mounts: [{ source, target: '/q', readOnly: false }] })
  const plain = aSituation({ spec: MOUNTS, record: { bundleAnswered: 's' } })
  const verdict = aVerdict(plain, { leads: { '/q': '/real' } })
  const started = aSituation({ spec: MOUNTS, record: { bundleAnswered: 's', reach: { bundle: verdict.uses } } })
  const at = (situation: Situation, source: string, change: Partial<Container> = {}) =>
    fitting(situation, { facts: facts(source), ...change })
  const drift = [`remove bundle/${NAME}: ${MOUNTED}`]
  assert.match(plan(started, { container: at(started, '/real') })[0] ?? '', /^settled/)
  assert.equal(plan(started, { container: at(started, '/q') }), drift)
  const turned = aVerdict(plain, { leads: { '/q': '/other' } })
  assert.equal(plan(started, { verdict: turned, container: at(started, '/real', { state: 'exited' }) }), drift)
  // One that an older version started: what it has is noted.
  assert.equal(plan(plain, { verdict, container: at(plain, '/real') }), [
    `note paths/${NAME}: it was started with other paths`,
  ])
  assert.equal(plan(plain, { verdict, container: at(plain, '/q') }), drift)
})

test('paths are judged before a start, and where it runs with others than the spec has', async () => {
  const bare = aSituation({ spec: MOUNTS })
  const held = aSituation({ spec: MOUNTS, record: { reach: { bundle: aVerdict(bare).uses } } })
  for (const [what, situation, world, judged] of [
    ['to be created', bare, { ...calm, 'images.has': true }, true],
    [
      'to be started',
      held,
      { ...running, 'containers.find': aContainer({ state: 'exited' }), 'images.has': true },
      true,
    ],
    ['running, not noted', bare, running, true],
    ['running', held, running, false],
    ['without paths', aSituation(), calm, false],
    ['downwards', { ...bare, goal: 'down' as const }, { ...running, 'networks.find': [] }, false],
  ] as const)
    assert.is((await observe(situation, world)).seen.verdict !== undefined, judged, what)
})

test('our own image is never pulled, in any spelling, and nothing is removed for one that is not there', () => {
  for (const image of [
    'bottled/bundle:0.1.0',
    'docker.io/bottled/bundle:0.1.0',
    'bottled/bundle',
    'bottled/bundle@sha256:0',
  ])
    for (const pullPolicy of ['IfNotPresent', 'Always', 'Never'] as const) {
      const own = aSituation({ spec: { bundle: { image, pullPolicy } } })
      const missing = [`wait 15000 ImageNotFound: ${image} is not present; bottled bundle build makes it`]
      assert.equal(plan(own, { imageThere: false }), missing)
      assert.equal(plan(own, { imageThere: false, container: fitting(up) }), missing)
      assert.equal(plan(own), [`create bundle/${NAME}: it does not exist`])
    }
  for (const image of ['bottled/bundles:1', 'ghcr.io/bottled/bundle:1', 'mine/bottled/bundle:1'])
    assert.equal(plan(aSituation({ spec: { bundle: { image } } }), { imageThere: false }), [
      `slowly pull image/${image}: Docker doesn't have it`,
      `create bundle/${NAME}: it does not exist`,
    ])
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

test('what runs goes on until the image of the next one is here', () => {
  const gone = `remove bundle/${NAME}: its spec changed`
  const missing = "slowly pull image/bundle:1: Docker doesn't have it"
  const always = 'slowly pull image/bundle:1: pullPolicy is Always'
  const never = 'wait 15000 ImageNotFound: bundle:1 is not present and pullPolicy is Never; load it into Docker'
  for (const [pullPolicy, imageThere, lines] of [
    ['IfNotPresent', true, [gone]],
    ['IfNotPresent', false, [missing, gone]],
    ['Always', true, [always, gone]],
    ['Never', true, [gone]],
    ['Never', false, [never]],
  ] as const)
    assert.equal(
      plan(aSituation({ spec: { bundle: { pullPolicy } } }), { imageThere, container: aContainer() }),
      lines,
      `${pullPolicy} ${String(imageThere)}`,
    )
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
  ] as const)
    assert.equal(plan(up, { container }), [line])
  assert.equal(plan(up, { container: fitting(up), hasNetwork: false }), [
    `remove bundle/${NAME}: it is not on the bottle's network`,
  ])
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

test('what the ports answer counts', () => {
  assert.equal(plan(up, { container: fitting(up), answers: [no('proxy', 'Silent')] }), [
    `wait 50 ProxyNotReady: port 8888 of ${NAME}: told`,
  ])
  assert.equal(plan(up, { container: fitting(up, { health: 'unhealthy' }), answers: [yes('proxy')] }), [
    `wait 2000 Unhealthy: the HEALTHCHECK of ${NAME} fails`,
  ])
})

test('others that carry our labels go first, whatever is asked', () => {
  const strays = [aContainer({ id: 'c7', name: 'renamed' }), aContainer({ id: 'c8', name: 'copy' })]
  const line = (name: string) => `remove bundle/${name}: it carries the labels of the bundle, under another name`
  for (const situation of [up, aSituation({ goal: 'down' }), aSituation({ goal: 'gone', spec: 'none' })])
    assert.equal(plan(situation, { container: fitting(up), strays }), [line('renamed'), line('copy')])
})

test('what it is counts, and not what its labels say: but as the Engine made it, it stays', () => {
  const facts = FACTS
  const pids = 'its limit of processes is none and not 128'
  const memory = 'its memory limit is none and not 256 MiB'
  const address = 'its address is 192.168.9.9 and not 192.168.9.2'
  const moved = [{ networkId: 'n1', ip: '192.168.9.9' }]
  const given = (id: string) =>
    aSituation({ record: { bundleRestarts: 2, bundleAnswered: 'its start', bundleGiven: { id, differences: [pids] } } })
  for (const [what, situation, container, because] of [
    ['as asked', up, { facts }, undefined],
    ['without facts', up, {}, undefined],
    ['another limit', up, { facts: { ...facts, pids: 0 } }, pids],
    ['two', up, { facts: { ...facts, pids: 0, memoryMiB: 0 } }, `${memory}; ${pids}`],
    ['elsewhere', up, { attachments: moved }, address],
    ['elsewhere, and another limit', up, { attachments: moved, facts: { ...facts, pids: 0 } }, `${address}; ${pids}`],
    ['as it was made', given('c1'), { facts: { ...facts, pids: 0 } }, undefined],
    ['as it was made, and more', given('c1'), { facts: { ...facts, pids: 0, memoryMiB: 0 } }, memory],
    ['as another was made', given('c0'), { facts: { ...facts, pids: 0 } }, pids],
  ] as const)
    assert.equal(
      plan(situation, { container: fitting(situation, container) }),
      because === undefined ? SETTLED : [`remove bundle/${NAME}: ${because}`],
      what,
    )
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
  assert.equal(plan(unsafe, { container: aContainer(), hasNetwork: false }), [
    `remove bundle/${NAME}: it is not on the bottle's network`,
  ])
  assert.equal(plan(down, { container: aContainer(), hasNetwork: false }), [
    `stop bundle/${NAME}: the bottle is suspended`,
  ])
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

const FIND = [
  'containers.find("bottle-web-bundle")',
  'containers.carrying({"dev.bottled.owner":"me","dev.bottled.uid":"u1"})',
]
const WAY = 'host.source("192.168.9.2")'
const ASK = 'probes.ask({"ip":"192.168.9.2","port":"proxy","thorough":true})'
const calm = { 'host.source': '192.168.9.1', 'containers.carrying': [], 'probes.ask': { ok: true } }
const running = { ...calm, 'containers.find': fitting(up) }

test('only the ports that are declared are asked, thoroughly until the bundle was ready', async () => {
  const { seen, calls } = await observe(up, running)
  assert.equal(calls, [...FIND, WAY, ASK])
  assert.equal(seen, {
    container: fitting(up),
    strays: [],
    hasNetwork: true,
    imageThere: true,
    answers: [yes('proxy')],
    routed: true,
    verdict: undefined,
  })
  const ready = { conditions: [{ type: 'BundleReady', status: 'True' }] }
  const more = aSituation({ spec: { git: true, supervise: true }, record: { status: ready } })
  const all = await observe(more, { ...running, 'containers.find': fitting(more) })
  assert.equal(all.calls.slice(3), [
    'probes.ask({"ip":"192.168.9.2","port":"proxy","thorough":false})',
    'probes.ask({"ip":"192.168.9.2","port":"git","thorough":false})',
    'probes.ask({"ip":"192.168.9.2","port":"supervise","thorough":false})',
  ])
})

test('off our network, or by another way, only a stranger could answer, so nobody is asked', async () => {
  const off = fitting(up, { attachments: [{ networkId: 'n9', ip: '192.168.9.2' }] })
  for (const [what, world, seen] of [
    ['another way', { 'host.source': '10.0.0.5' }, { hasNetwork: true, routed: false }],
    ['no way', { 'host.source': undefined }, { hasNetwork: true, routed: false }],
    ['another network', { 'containers.find': off }, { hasNetwork: false, routed: true }],
    ['none', { 'containers.find': fitting(up, { attachments: [] }) }, { hasNetwork: false, routed: true }],
  ] as const) {
    const { seen: was, calls } = await observe(up, { ...running, ...world })
    assert.equal([was.hasNetwork, was.routed, was.answers], [seen.hasNetwork, seen.routed, []], what)
    assert.equal(calls, [...FIND, WAY], what)
  }
  const two = aContainer({
    attachments: [
      { networkId: 'n9', ip: '' },
      { networkId: 'n1', ip: '' },
    ],
  })
  assert.is((await observe(up, { ...running, 'containers.find': two })).seen.hasNetwork, true)
})

test('without a way the ports of an agent in a container are asked from inside, by one call', async () => {
  const settings = { runtime: 'container' } as const
  const image = 'agent:1'
  const spec = { git: true, machine: { image } }
  const asked = aSituation({ spec, settings })
  const inside = [{ ok: true }, { ok: false, kind: 'Refused', message: 'm' }]
  const world = { ...running, 'containers.find': fitting(asked), 'host.source': '10.0.0.5', 'probes.askInside': inside }
  const { seen, calls } = await observe(asked, world)
  assert.equal([seen.routed, seen.answers], [true, [yes('proxy'), { port: 'git', ...inside[1] }]])
  assert.equal(calls, [
    ...FIND,
    WAY,
    'probes.askInside({"container":"c1","ip":"192.168.9.2","ports":["proxy","git"],"thorough":true})',
  ])
  // What runs now counts.
  const vm = aSituation({
    spec,
    settings,
    record: { machine: { envKeys: [], restartHash: '', workspaceCopied: false } },
  })
  assert.equal((await observe(vm, { ...world, 'containers.find': fitting(vm) })).seen.routed, false)
})

test('who else carries our labels', async () => {
  const stray = aContainer({ id: 'c7', name: 'renamed' })
  const twin = aContainer({ id: 'c8' })
  const { seen } = await observe(up, { ...running, 'containers.carrying': [aContainer(), stray, twin] })
  assert.equal(seen.strays, [stray])
  const alone = await observe(up, { ...calm, 'containers.carrying': [stray], 'images.has': true })
  assert.equal([alone.seen.container, alone.seen.strays], [undefined, [stray]])
})

test('the image is looked at where a create is ahead', async () => {
  const none = await observe(aSituation(), { ...calm, 'images.has': false })
  assert.equal(none.calls, [...FIND, 'images.has("bundle:1")'])
  assert.equal(none.seen, {
    container: undefined,
    strays: [],
    hasNetwork: false,
    imageThere: false,
    answers: [],
    routed: true,
    verdict: undefined,
  })
  const exited = await observe(aSituation(), {
    ...running,
    'containers.find': aContainer({ state: 'exited' }),
    'images.has': true,
  })
  assert.equal(exited.calls, [...FIND, 'images.has("bundle:1")'])
  assert.equal([exited.seen.imageThere, exited.seen.answers], [true, []])
  const other = await observe(aSituation(), { ...running, 'containers.find': aContainer(), 'images.has': false })
  assert.equal([other.seen.imageThere, other.calls.at(-1)], [false, ASK])
  const unnamed = await observe(aSituation({ settings: { bundleImage: undefined } }), calm)
  assert.is(unnamed.seen.imageThere, true)
})

test('downwards, or without a spec, only the container and its network are looked at', async () => {
  const find = 'networks.find("bottle-web")'
  const down = (hauntedNetwork?: string) =>
    aSituation({ goal: 'down', ...(hauntedNetwork === undefined ? {} : { record: { hauntedNetwork } }) })
  for (const [what, situation, found, calls, hasNetwork] of [
    ['down', down(), [aNetwork()], [find], true],
    ['down, of two', down(), [aNetwork({ id: 'n0' }), aNetwork()], [find], true],
    ['down, its network is gone', down(), [], [find], false],
    ['down, another network', down(), [aNetwork({ id: 'n0' })], [find], false],
    ['down, haunted', down('n1'), [aNetwork()], [find], false],
    ['down, another was haunted', down('n0'), [aNetwork()], [find], true],
    ['gone', aSituation({ goal: 'gone', spec: 'none' }), [aNetwork()], [], false],
    ['without a spec', aSituation({ spec: 'none' }), [aNetwork()], [], false],
  ] as const) {
    const { seen, calls: asked } = await observe(situation, { ...running, 'networks.find': found })
    assert.equal(asked, [...FIND, ...calls], what)
    const rest = { imageThere: true, answers: [], routed: true, verdict: undefined }
    assert.equal(seen, { container: fitting(up), strays: [], hasNetwork, ...rest }, what)
  }
})

test('while it is parked its document is why it goes', () => {
  const parked = { since: '', until: '' }
  const why = "the bottle's document is gone"
  const deleted = 'the bottle is deleted'
  for (const [record, because] of [
    [{ parked }, why],
    [{ parked, deleting: { since: '' } }, deleted],
    [{}, deleted],
  ] as const)
    assert.equal(plan(aSituation({ goal: 'gone', record }), { container: aContainer() }), [
      `remove bundle/${NAME}: ${because}`,
    ])
})

test.run()
