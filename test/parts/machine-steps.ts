import { errnoOf } from '../../drivers/errno.ts'
import { adviceOf } from '../../drivers/message.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { change } from '../../reconcilers/contract/reconciler.ts'
import type { Step } from '../../reconcilers/contract/reconciler.ts'
import { SUBNET, aContainer, aNetwork, aRecord, aSituation, createCalls, runAll } from './plans.ts'
import { UNTRIED } from './seal-looks.ts'

/** Steps of a VM, on a record that remembers what it is told. */
export type Kept = NonNullable<BottleRecord['machine']>
export const kept: Kept = { envKeys: ['A'], restartHash: 'r', workspaceCopied: true }
export const BOUNDARY = {
  'networks.find': [aNetwork()],
  'containers.find': aContainer(),
  'host.source': (ip: string) => ip.replace(/2$/, '1'),
  'seals.look': UNTRIED,
}
export const FIND = ['networks.find("bottle-web")', 'containers.find("bottle-web-bundle")']
export const LOOK = [...FIND, 'host.source("192.168.9.2")']
export const SEEN = [...LOOK, 'machines.find("bottle-web")']

/** The calls of a step, with a record that remembers what it is told; reads of it aren't listed. */
export const run = async (
  step: Step,
  machine: Kept | undefined,
  answers: Readonly<Record<string, unknown>> = BOUNDARY,
): Promise<{ readonly calls: readonly string[]; readonly machine: Kept | undefined; readonly error?: string }> => {
  let record = aRecord({ subnet: SUBNET, ...(machine === undefined ? {} : { machine }) })
  const { drivers, calls } = createCalls({
    'records.read': () => record,
    'records.update': (_: string, more: Partial<BottleRecord>) => (record = { ...record, ...more }),
    ...answers,
  })
  const end = await runAll(change(step), drivers).then(
    () => ({}),
    (error: unknown) => ({ error: `${errnoOf(error)}: ${adviceOf(error)}` }),
  )
  return {
    calls: calls.filter((call) => !/^(records\.read|seals\.look)\(/.test(call)),
    machine: record.machine,
    ...end,
  }
}
export const update = (machine: object): string => `records.update("web", ${JSON.stringify({ machine })})`

export const TRUSTING = { egress: {}, secrets: { KEY: { fromEnv: 'KEY', deliver: 'proxy' } } } as const
export const FOLDER = '/guests/web'
/** This run of its bundle has the policy of an empty `egress`. */
export const told = () => {
  const { egress } = aSituation({ spec: TRUSTING }).spec ?? {}
  const hash = egress?.compiled.ok === true ? egress.compiled.hash : ''
  const { id: container, startedAt } = aContainer()
  return { run: { identity: 'web', container, startedAt }, hash, outcome: { kind: 'loaded', hash } }
}
export const TRUST = {
  'authorities.guestFolder': FOLDER,
  'authorities.ensure': { cert: 'c', key: 'k' },
  'bundles.last': told,
}
