import * as assert from 'uvu/assert'
import { reportDenials } from '../../../controller/report/egress-denials.ts'
import type { BottleRecord, Denial, Port, Probes, ProbeResult } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('reports of what was denied')

const record = { uid: 'u', name: 'one', identity: 'one', subnet: '10.0.7.0/24' } as BottleRecord
const other = { ...record, uid: 'v', name: 'two', identity: 'two', subnet: '10.0.8.0/24' }

interface Scene {
  readonly said: string[]
  nowMs: number
  ask(denials: readonly Denial[] | undefined, at?: { readonly ip?: string; readonly port?: Port }): Promise<ProbeResult>
  askInside(ports: readonly Port[], denials: readonly Denial[]): Promise<unknown>
}

const scene = (): Scene => {
  let answer: ProbeResult = { ok: true }
  const probes: Probes = { ask: async () => answer, askInside: async ({ ports }) => ports.map(() => answer) }
  const on: Scene = {
    said: [],
    nowMs: 0,
    ask: (denials, { ip = '10.0.7.2', port = 'proxy' } = {}) => {
      answer = denials === undefined ? { ok: true } : { ok: true, denials }
      return watched.ask({ ip, port, thorough: false })
    },
    askInside: (ports, denials) => {
      answer = { ok: true, denials }
      return watched.askInside({ container: 'c1', ip: '10.0.7.2', ports, thorough: false })
    },
  }
  const watched = reportDenials(probes, {
    all: () => [other, record],
    denied: ({ name }, host, reason) => void on.said.push(`${name} ${host} ${reason}`),
    now: () => on.nowMs,
  })
  return on
}

const denial = (host: string, count = 1, reason = 'NotAllowed'): Denial => ({ host, reason, count })

test('each host and reason is reported once, and again when more of it was denied', async () => {
  const { ask, said } = scene()
  await ask([denial('a'), denial('a', 1, 'Expired')])
  assert.equal(said.splice(0), ['one a NotAllowed', 'one a Expired'])
  await ask([denial('a'), denial('a', 1, 'Expired')])
  assert.equal(said, [])
  await ask([denial('b'), denial('a', 2)])
  assert.equal(said.splice(0), ['one b NotAllowed', 'one a NotAllowed'])
})

test('what a bundle says from inside counts as what it says over the bridge, of its proxy alone', async () => {
  const { ask, askInside, said } = scene()
  await ask([denial('a')])
  await askInside(['git', 'proxy'], [denial('a'), denial('b')])
  assert.equal(said.splice(0), ['one a NotAllowed', 'one b NotAllowed'])
  await askInside(['git'], [denial('c')])
  assert.equal(said, [])
})

test('a bundle that was started anew counts from the beginning', async () => {
  const { ask, said } = scene()
  await ask([denial('a', 5)])
  await ask([denial('a', 2)])
  await ask(undefined)
  await ask([denial('a', 2)])
  assert.is(said.length, 3)
})

test('it is told of the bottle whose bundle has the address, and of none that is gone', async () => {
  const { ask, said } = scene()
  await ask([denial('a')], { ip: '10.0.8.2' })
  await ask([denial('a')], { ip: '10.0.9.2' })
  assert.equal(said, ['two a NotAllowed'])
})

test('only the proxy is listened to, and every answer is handed on', async () => {
  const { ask, said } = scene()
  assert.equal(await ask([denial('a')], { port: 'git' }), { ok: true, denials: [denial('a')] })
  assert.equal(said, [])
  assert.equal(await ask(undefined), { ok: true })
})

test('an agent that asks for ever more hosts fills no log, and takes nothing from another bottle', async () => {
  const on = scene()
  const asking = async (): Promise<void> => {
    for (let n = 0; n < 100; n += 1)
      await on.ask(Array.from({ length: 20 }, (_, at) => denial(`h${on.nowMs}-${n}-${at}`)))
  }
  await asking()
  assert.is(on.said.length, 10)
  on.nowMs += 5 * 60_000
  await asking()
  assert.is(on.said.length, 11)
  await on.ask([denial('b')], { ip: '10.0.8.2' })
  assert.is(on.said.length, 12)
})

test.run()
