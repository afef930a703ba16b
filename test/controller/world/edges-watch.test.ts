import * as assert from 'uvu/assert'
import { createEdgesWatch } from '../../../controller/world/edges-watch.ts'
import type { Edge, EdgesLook } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('edges watch')
const edge = (identity: string, change: Partial<Edge> = {}): Edge => ({
  identity,
  bridge: 'br-1',
  bundleIp: '192.168.9.2',
  reach: [],
  ...change,
})
const closed = (...edges: readonly Edge[]): EdgesLook => ({
  may: true,
  closed: edges,
  identities: edges.map(({ identity }) => identity),
})

const make = () => {
  const world = { last: undefined as EdgesLook | undefined, next: undefined as EdgesLook | Error | undefined }
  const told: string[] = []
  const end = new AbortController()
  const watch = createEdgesWatch({
    firewall: {
      last: () => world.last,
      look: async () => {
        if (world.next instanceof Error) throw world.next
        return world.next ?? closed()
      },
    },
    signal: end.signal,
    onChange: (networks) => told.push(`changed ${[...networks].join()}`),
    onProblem: (why) => told.push(why),
  })
  return { world, watch, told, end }
}

test('networks whose rules were changed or removed since the last look are reported, and a look that fails', async () => {
  const { world, watch, told, end } = make()
  world.last = closed(edge('web'), edge('api'), edge('db'))
  world.next = closed(edge('web', { bridge: 'br-2' }), edge('db'), edge('new'))
  await watch.refresh()
  assert.equal(told.splice(0), ['changed bottle-web,bottle-api'])
  world.next = world.last
  await watch.refresh()
  assert.equal(told, [])
  world.next = new Error('no iptables')
  await watch.refresh()
  assert.equal(told.splice(0), ['no iptables'])
  end.abort()
  await watch.refresh()
  assert.equal(told, [], 'it is stopped')
})

test('another look that says the same of a bottle is the same, whatever it says of others', () => {
  const { world, watch } = make()
  world.last = closed(edge('web'))
  const before = watch.of('web')
  world.last = closed(edge('api'), edge('web'))
  assert.is(watch.of('web'), before)
})

test('whatever else a look says of a bottle differs from all others', () => {
  const { world, watch } = make()
  const looks: readonly (EdgesLook | undefined)[] = [
    undefined,
    { may: false, why: 'no iptables' },
    { may: false, why: 'not root' },
    closed(),
    closed(edge('api')),
    closed(edge('web')),
    closed(edge('web', { bridge: 'br-2' })),
    closed(edge('web', { bundleIp: '192.168.8.2' })),
    closed(edge('web'), edge('web', { bridge: 'br-2' })),
    { may: true, closed: [], identities: ['web'] },
  ]
  const said = looks.map((look) => {
    world.last = look
    return watch.of('web')
  })
  // Rules of another bottle are nothing of this one.
  assert.is(new Set(said).size, looks.length - 1)
})

test.run()
