import * as assert from 'uvu/assert'
import type { Container, Machine } from '../../../drivers/ports.ts'
import {
  containerParts,
  isHolder,
  ISOLATION,
  mayHaveHolder,
  metBy,
  triedBy,
  unsupported,
} from '../../../reconcilers/machine/container.ts'
import { machineShape } from '../../../reconcilers/machine/shape.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { aSituation } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what is otherwise for an agent in a container')

const CONTAINER = { machine: { runtime: 'container', image: 'a:1' } } as const
const situationOf = (spec: Partial<BottleSpec>, runtime?: 'container' | 'gvisor') => {
  const situation = aSituation({ spec })
  return runtime === undefined ? situation : { ...situation, settings: { ...situation.settings, runtime } }
}

test('its seal is at .3, and opens the ports that its bundle has', () => {
  const situation = situationOf({ ...CONTAINER, git: true, bundle: { image: 'b:2' } })
  const network = situation.upstream['network']
  assert.equal(situation.spec && containerParts(situation, situation.spec), {
    networkId: String(network?.['id']),
    ip: String(network?.['bundleIp']).replace(/2$/, '3'),
    ports: [8888, 9418],
    image: 'b:2',
  })
  const all = situationOf({ machine: { image: 'a:1' }, supervise: true }, 'container')
  assert.equal(all.spec && containerParts(all, all.spec)?.ports, [8888, 9100])
  const vm = situationOf({ machine: { image: 'a:1', runtime: 'microvm' } }, 'container')
  assert.is(vm.spec && containerParts(vm, vm.spec), undefined)
})

test('another runtime is another disk, whoever named it', () => {
  const hashOf = (...asked: Parameters<typeof situationOf>): string => machineShape(situationOf(...asked)).hash
  const image = { machine: { image: 'a:1' } }
  assert.is.not(hashOf(CONTAINER), hashOf(image))
  assert.is(hashOf(CONTAINER), hashOf(image, 'container'))
  assert.is(hashOf({ machine: { image: 'a:1', runtime: 'microvm' } }), hashOf(image))
})

test('what it can not be is said, and what a VM can be is not', () => {
  assert.is(unsupported(situationOf({ machine: { artifact: 'a', storage: 3 } })), undefined)
  assert.is(unsupported(situationOf(CONTAINER)), undefined)
  assert.match(unsupported(situationOf({}, 'container')) ?? '', /needs spec\.machine\.image/)
  assert.match(unsupported(situationOf({ machine: { image: 'a:1', storage: 3 } }, 'container')) ?? '', /storage/)
  assert.match(unsupported(situationOf({ machine: { image: 'a:1', runtime: 'gvisor' } })) ?? '', /not built/)
  for (const identity of ['x-bundle', 'x-seal'])
    assert.match(unsupported({ ...situationOf(CONTAINER), identity }) ?? '', /set spec\.identity/)
  assert.is(unsupported({ ...situationOf({}), identity: 'x-bundle' }), undefined)
})

test('its holder is known by name, role and owner, and is looked for where there may be one', () => {
  const situation = situationOf({})
  const labels = { 'dev.bottled.role': 'seal', 'dev.bottled.owner': situation.owner }
  const holder = { name: `bottle-${situation.identity}-seal`, labels } as unknown as Container
  assert.is(isHolder(situation, holder), true)
  assert.is(isHolder(situation, undefined), false)
  for (const other of [
    { name: 'x' },
    { labels: { ...labels, 'dev.bottled.role': 'agent' } },
    { labels: { ...labels, 'dev.bottled.owner': 'x' } },
  ])
    assert.is(isHolder(situation, { ...holder, ...other } as Container), false)
  assert.is(mayHaveHolder(situation, undefined), false)
  assert.is(mayHaveHolder(situation, { runtime: 'container' } as Machine), true)
  assert.is(mayHaveHolder(situationOf(CONTAINER), undefined), true)
  const record = {
    ...situation.record,
    machine: { envKeys: [], restartHash: '', workspaceCopied: true, runtime: 'container' as const },
  }
  assert.is(mayHaveHolder({ ...situation, record }, undefined), true)
})

test('what was tried of its seal counts while it runs behind rules that are as asked', () => {
  const found = { runtime: 'container', state: 'running' } as Machine
  assert.match(triedBy(found, undefined) ?? '', /listed as they were loaded/)
  for (const other of [{ state: 'stopped' }, { astray: 'its seal ended' }, { runtime: undefined }])
    assert.is(triedBy({ ...found, ...other } as Machine, undefined), undefined)
  assert.is(triedBy(found, { because: 'opened' }), undefined)
  assert.is(triedBy(undefined, undefined), undefined)
})

test('its condition says what it shares', () => {
  assert.is(metBy({ runtime: 'container' } as Machine), ISOLATION)
  assert.is(metBy({} as Machine), undefined)
})

test.run()
