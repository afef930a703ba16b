import type { BottleRecord, Container, ContainerFacts, Drivers, Machine, Network } from '../../drivers/ports.ts'
import type { Plan, Situation, Step } from '../../reconcilers/contract/reconciler.ts'
import { labelsOf } from '../../reconcilers/derive/names.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { aTaint, OWN } from './a-taint.ts'

/** Pieces for tables of plans: a bottle called web, seen at one moment, and what there may be of it. */
export const NOW = '2026-01-01T00:10:00.000Z'
export const OWNERSHIP = { owner: 'me', uid: 'u1', name: 'web' }
export const SUBNET = '192.168.9.0/24'
export const OURS = labelsOf(OWNERSHIP, 'h')
/** Of an earlier bottle of the name, of another root, of nobody. */
export const LEFTOVER = labelsOf({ ...OWNERSHIP, uid: 'u0' }, 'h')
export const FOREIGN = labelsOf({ ...OWNERSHIP, owner: 'them' }, 'h')
export const UPSTREAM: Situation['upstream'] = {
  network: { id: 'n1', name: 'bottle-web', subnet: SUBNET, gateway: '192.168.9.1', bundleIp: '192.168.9.2' },
}
export const secondsAgo = (seconds: number): string => new Date(Date.parse(NOW) - seconds * 1_000).toISOString()

export const aRecord = (change: Partial<BottleRecord> = {}): BottleRecord => ({
  version: 1,
  uid: 'u1',
  name: 'web',
  identity: 'web',
  file: 'web.yaml',
  generation: 1,
  specHash: 's',
  ...change,
})

export const aSituation = ({
  spec = {},
  record = {},
  settings = {},
  ...change
}: Partial<Omit<Situation, 'spec' | 'record' | 'settings'>> & {
  readonly spec?: Partial<BottleSpec> | 'none'
  readonly record?: Partial<BottleRecord>
  readonly settings?: Partial<Situation['settings']>
} = {}): Situation => ({
  goal: 'up',
  ...OWNERSHIP,
  identity: 'web',
  spec: spec === 'none' ? undefined : resolveSpec({ agent: 'claude', ...spec }, '/base'),
  record: aRecord(record),
  upstream: UPSTREAM,
  settings: {
    bundleImage: 'bundle:1',
    root: '/root',
    stateDir: '/state',
    own: OWN,
    userId: 1000,
    subnets: { pools: [], excluded: [] },
    ...settings,
  },
  taint: aTaint(),
  allocation: { subnet: SUBNET },
  rollout: false,
  now: NOW,
  steadyNow: NOW,
  ...change,
})

export const aContainer = (change: Partial<Container> = {}): Container => ({
  id: 'c1',
  name: 'bottle-web-bundle',
  image: 'bundle:1',
  labels: OURS,
  state: 'running',
  health: undefined,
  attachments: [{ networkId: 'n1', ip: '192.168.9.2' }],
  ...change,
})

/** What the bundle's container is as it was asked for. */
export const FACTS: ContainerFacts = {
  env: { BOTTLE_NAME: 'web' },
  command: [],
  user: '5:5',
  dropsCapabilities: true,
  noNewPrivileges: true,
  readOnlyRoot: true,
  mounts: [],
  tmpfs: [],
  memoryMiB: 256,
  cpus: 0,
  pids: 128,
  restartPolicy: 'no',
  extras: [],
}

export const aNetwork = (change: Partial<Network> = {}): Network => ({
  id: 'n1',
  name: 'bottle-web',
  driver: 'bridge',
  labels: OURS,
  subnets: [SUBNET],
  endpoints: [],
  ...change,
})

export const aMachine = (change: Partial<Machine> = {}): Machine => ({
  name: 'bottle-web',
  labels: OURS,
  state: 'running',
  pid: 7,
  cpus: 2,
  memoryMiB: 512,
  storageGiB: undefined,
  lastExit: undefined,
  network: true,
  allowedCidrs: ['192.168.9.2/32'],
  allowedHosts: [],
  dns: '192.168.9.2',
  dnsOptions: [],
  ports: 0,
  mounts: 0,
  createdAt: 1,
  others: {},
  ...change,
})

/** A plan as lines that a table can hold. */
export const words = (plan: Plan): readonly string[] => {
  const down = 'downstreamFirst' in plan && plan.downstreamFirst === true ? ['first what comes after goes down'] : []
  switch (plan.verdict) {
    case 'settled':
      return [`settled ${JSON.stringify(plan.outputs)}`]
    case 'wait':
      return [...down, `wait ${plan.retryAfterMs} ${plan.reason}: ${plan.message}`]
    case 'stuck':
      return [
        ...down,
        `stuck ${plan.reason}: ${plan.message}`,
        ...(plan.outputs === undefined ? [] : [JSON.stringify(plan.outputs)]),
      ]
    case 'change':
      return [...down, ...plan.steps.map(wordsOfStep)]
  }
}

const wordsOfStep = ({ verb, target, because, slow }: Step): string =>
  `${slow === true ? 'slowly ' : ''}${verb} ${target}: ${because}`

/** Drivers that note each call and answer from a table; a verb that isn't in it answers nothing. */
export const createCalls = (
  answers: Readonly<Record<string, unknown>> = {},
): { readonly drivers: Drivers; readonly calls: string[] } => {
  const calls: string[] = []
  const port = (name: string): unknown =>
    new Proxy(
      {},
      {
        get:
          (_, verb) =>
          (...args: readonly unknown[]): unknown => {
            const call = `${name}.${String(verb)}`
            const told = args.filter((arg) => !(arg instanceof AbortSignal) && typeof arg !== 'function')
            const keepUndefined = (_: string, value: unknown): unknown => (value === undefined ? 'undefined' : value)
            calls.push(`${call}(${told.map((arg) => JSON.stringify(arg, keepUndefined)).join(', ')})`)
            const answer = answers[call]
            return typeof answer === 'function' ? (answer as (...all: readonly unknown[]) => unknown)(...args) : answer
          },
      },
    )
  const drivers = new Proxy({}, { get: (_, name) => port(String(name)) }) as Drivers
  return { drivers, calls }
}

export const runAll = async (plan: Plan, drivers: Drivers): Promise<void> => {
  if (plan.verdict !== 'change') throw new Error(`nothing to run: ${plan.verdict}`)
  for (const step of plan.steps) await step.run(drivers, new AbortController().signal)
}
