import { randomBytes } from 'node:crypto'
import { createObjectEvents } from '../../controller/kubernetes/object-events.ts'
import { kubernetesSource } from '../../controller/kubernetes/kubernetes-source.ts'
import type { PolicySource } from '../../controller/policy/policy-keeper.ts'
import type { Policy } from '../../controller/policy/policy.ts'
import type { Logger } from '../../controller/report/log.ts'
import type { OpenSource } from '../../controller/source/source.ts'
import type { Clock } from '../../controller/time/clock.ts'
import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import { createConnection } from '../../drivers/kubernetes/connection.ts'
import { findCluster } from '../../drivers/kubernetes/find-cluster.ts'
import { KubeconfigError } from '../../drivers/kubernetes/kubeconfig.ts'
import { createResource } from '../../drivers/kubernetes/resource.ts'
import type { Resource } from '../../drivers/kubernetes/resource.ts'
import { messageOf } from '../../drivers/message.ts'
import type { OwnPath } from '../../reconcilers/taint/ours.ts'
import { CliError } from '../print/cli-error.ts'
import type { RunOptions } from './options.ts'

/** What `bottled run --kubernetes` works with in place of a folder. */
export interface ClusterParts {
  /** For people: which bottles of which server. */
  readonly what: string
  readonly source: OpenSource
  /** What no bottle may have: the agent's credentials. */
  readonly own: readonly OwnPath[]
  /** The operator's policy, narrowed to the host paths that bottles of a cluster may name. */
  narrowed(policy: PolicySource): PolicySource
  close(): void
}

const GROUP = 'bottled.dev/v1alpha1'
const AGAIN_MS = 2_000

/** Resolves when the API server has answered; undefined: stopped before that. */
export const openCluster = async (
  { node }: { readonly node: string },
  {
    options: { kubeconfig, hostPath },
    clock,
    log,
    env,
    stop,
  }: {
    readonly options: Pick<RunOptions, 'kubeconfig' | 'hostPath'>
    readonly clock: Clock
    readonly log: Logger
    readonly env: NodeJS.ProcessEnv
    readonly stop: AbortSignal
  },
): Promise<ClusterParts | undefined> => {
  const { cluster, secrets } = await findCluster({ file: kubeconfig, env }).catch(asAdvice)
  const connection = await createConnection(cluster).catch(asAdvice)
  const resource = createResource(connection, {
    group: GROUP,
    plural: 'bottles',
    fieldSelector: `spec.nodeName=${node}`,
  })
  if (!(await untilAnswered(resource, { clock, log, stop }))) {
    connection.close()
    return undefined
  }
  const events = createObjectEvents({
    create: (namespace, body) =>
      connection.json({
        method: 'POST',
        path: `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`,
        body,
      }),
    node,
    newId: () => randomBytes(6).toString('hex'),
    onProblem: (error) => log.debug(`an event is not in the API server: ${messageOf(error)}`),
  })
  return {
    what: `the Bottles of node ${node} at ${cluster.server.origin}`,
    own: secrets.map((path) => ({ what: "the agent's credentials", path, kind: 'store' })),
    source: kubernetesSource({ resource, events, node, hostPaths: hostPath, random: Math.random }),
    narrowed: (policy) => ({
      ...policy,
      policy: narrowedTo(policy.policy, hostPath),
      reload: async () => {
        const found = await policy.reload()
        return { ...found, policy: narrowedTo(found.policy, hostPath) }
      },
    }),
    close: connection.close,
  }
}

/** By where a path leads, too: a link below a prefix leads nowhere else. A list of the operator's says more, and stays. */
const narrowedTo = (policy: Policy, prefixes: readonly string[]): Policy => ({
  ...policy,
  spec: { ...policy.spec, paths: policy.spec.paths ?? prefixes.flatMap((prefix) => [prefix, `${prefix}/**`]) },
})

/** An API server that starts says that it isn't ready; what a person has to put right ends the wait. */
const untilAnswered = async (
  resource: Resource,
  { clock, log, stop }: { readonly clock: Clock; readonly log: Logger; readonly stop: AbortSignal },
): Promise<boolean> => {
  for (let said: string | undefined; !stop.aborted;) {
    try {
      await resource.list(stop)
      return true
    } catch (error) {
      if (stop.aborted) break
      const hint = isApiError(error) ? HINTS[error.status] : undefined
      if (hint !== undefined) throw new CliError(messageOf(error), hint)
      const why = messageOf(error)
      if (why !== said) log.warn(`the API server does not answer yet: ${why}`)
      said = why
      await clock.sleep(isApiError(error) ? (error.retryAfterMs ?? AGAIN_MS) : AGAIN_MS, stop).catch(() => undefined)
    }
  }
  return false
}

const HINTS: Readonly<Record<number, string>> = {
  400: 'bottled kubernetes manifests | kubectl apply -f - brings the definition up to date',
  401: 'the token or certificate is not accepted: kubectl create token bottled-agent -n bottled-system makes a new one',
  403: 'bottled kubernetes manifests | kubectl apply -f - gives the account bottled-agent its rights',
  404: 'bottled kubernetes manifests | kubectl apply -f - installs the definition of Bottles',
}

const asAdvice = (error: unknown): never => {
  if (error instanceof KubeconfigError) throw new CliError(error.message, error.hint)
  throw error
}
