import { join } from 'node:path'
import { runChain } from '../../controller/pass/chain.ts'
import { situationOf } from '../../controller/pass/walk.ts'
import { wordsOf } from '../../controller/pass/status-of.ts'
import { containerBody, userOf } from '../../drivers/docker/container-shapes.ts'
import { networkBody } from '../../drivers/docker/network-shapes.ts'
import type { BottleRecord, Drivers, Metadata, Records, Secrets } from '../../drivers/ports.ts'
import type { World } from '../../drivers/simulated/simulated.ts'
import { renderSmolfile } from '../../drivers/smolvm/smolfile.ts'
import { agentRequest } from './agent-request.ts'
import { createArgs } from '../../drivers/smolvm/args.ts'
import { bundleIpOf, gatewayOf } from '../../reconcilers/derive/cidr.ts'
import { guestSecrets } from '../../reconcilers/derive/deliveries.ts'
import { guestEnvOf } from '../../reconcilers/machine/guest-env.ts'
import type { Taint } from '../../reconcilers/taint/taint.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import type { Choice } from '../../reconcilers/derive/subnet.ts'
import { reconcilers } from '../../reconcilers/index.ts'
import type { Settings, Step } from '../../reconcilers/contract/reconciler.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { previewDrivers } from './preview-drivers.ts'
import type { Lists } from './preview-drivers.ts'

/**
 * What the controller would do for one bottle, found by running its own chain on an in-memory copy.
 *
 * Guarantees: nothing real is changed; the steps are those of the production reconcilers.
 */
export interface Preview {
  readonly name: string
  readonly identity: string
  readonly subnet: string | undefined
  readonly gateway: string | undefined
  readonly bundleIp: string | undefined
  readonly guestEnv: Readonly<Record<string, string>>
  readonly smolfile: string | undefined
  readonly steps: readonly { readonly verb: string; readonly target: string; readonly because: string }[]
  readonly requests: readonly PreviewRequest[]
  /** Why the requested state would not be reached. */
  readonly blocked: { readonly by: string; readonly reason: string; readonly message: string } | undefined
}

export type PreviewRequest =
  | { readonly to: 'docker'; readonly method: 'POST'; readonly path: string; readonly body: object }
  | { readonly to: 'smolvm'; readonly argv: readonly string[] }

const LOOKS = 8

export const previewBottle = async (given: {
  readonly name: string
  readonly identity: string
  readonly spec: BottleSpec
  /** Absolute folder that relative paths start at. */
  readonly base: string
  readonly record: BottleRecord
  readonly owner: string
  readonly allocation: Choice
  readonly settings: Settings
  readonly lists: Lists
  readonly metadata: Metadata | undefined
  readonly secrets: Secrets
  readonly guestFolder: (identity: string) => string
  /** The judge of its paths, that notes what it starts in these records. */
  readonly taintFor: (identity: string, records: Pick<Records, 'read' | 'update'>) => Promise<Taint>
  readonly now: number
}): Promise<Preview> => {
  const { name, identity, record, allocation, settings, secrets } = given
  const spec = resolveSpec(given.spec, given.base)
  const { drivers, clock } = previewDrivers(given)
  const requests: PreviewRequest[] = []
  const recording = recordRequests(drivers, requests)
  const steps: Pick<Step, 'verb' | 'target' | 'because'>[] = []
  const taint = await given.taintFor(identity, recording.records)
  const parts = { drivers: recording, settings, taint, owner: given.owner, clock, steadyClock: clock }
  const goal = spec.suspend ? 'down' : 'up'

  let blocked: Preview['blocked']
  for (let look = 0; look < LOOKS; look++) {
    const { verdicts } = await runChain(goal, {
      reconcilers,
      situation: (toward, upstream) => ({
        ...situationOf(parts, { record, goal: toward, upstream, spec, allocation }),
        rollout: false,
      }),
      live: recording,
      cached: recording,
      before: async () => {},
      done: async ({ verb, target, because, quiet }) => {
        if (quiet !== true) steps.push({ verb, target, because })
      },
      signal: new AbortController().signal,
    })
    const [by, verdict] = [...verdicts].find(([, one]) => one.verdict !== 'settled') ?? []
    blocked = by === undefined || verdict === undefined ? undefined : { by, ...wordsOf(verdict) }
    if (verdict?.verdict !== 'wait') break
  }

  // Ids of objects in memory are meaningless to people.
  const made = (recording as Partial<{ readonly world: World }>).world?.networks ?? {}
  const readable = requests.map((request) =>
    plainIds(request, new Map(Object.values(made).map(({ id, name: of }) => [id, `<id of network ${of}>`]))),
  )
  const subnet = record.subnet ?? ('subnet' in allocation ? allocation.subnet : undefined)
  const bundleIp = subnet === undefined ? undefined : bundleIpOf(subnet)
  const env = bundleIp === undefined ? {} : guestEnvOf(spec, bundleIp)
  const paths = Object.fromEntries(Object.keys(guestSecrets(spec)).map((key) => [key, secrets.path(identity, key)]))
  return {
    name,
    identity,
    subnet,
    gateway: subnet === undefined ? undefined : gatewayOf(subnet),
    bundleIp,
    guestEnv: env,
    smolfile: bundleIp === undefined ? undefined : renderSmolfile({ env, bundleIp, secrets: paths }),
    steps,
    requests: readable,
    blocked,
  }
}

const plainIds = (request: PreviewRequest, names: ReadonlyMap<string, string>): PreviewRequest =>
  JSON.parse(
    [...names].reduce((text, [id, name]) => text.replaceAll(id, name), JSON.stringify(request)),
  ) as PreviewRequest

const recordRequests = (drivers: Drivers, requests: PreviewRequest[]): Drivers => ({
  ...drivers,
  networks: {
    ...drivers.networks,
    create: (request, signal) => {
      requests.push({ to: 'docker', method: 'POST', path: '/networks/create', body: networkBody(request) })
      return drivers.networks.create(request, signal)
    },
  },
  containers: {
    ...drivers.containers,
    create: (request, signal) => {
      const user = userOf(request.user, '')
      requests.push({
        to: 'docker',
        method: 'POST',
        path: `/containers/create?name=${request.name}`,
        body: containerBody({ request, user, runsAs: user ?? '', kernelHasIPv6: true }),
      })
      return drivers.containers.create(request, signal)
    },
  },
  machines: {
    ...drivers.machines,
    create: (request, signal) => {
      requests.push(
        request.container === undefined
          ? { to: 'smolvm', argv: createArgs({ ...request, smolfile: join('STATE', request.smolfile) }) }
          : agentRequest(request),
      )
      return drivers.machines.create(request, signal)
    },
  },
})
