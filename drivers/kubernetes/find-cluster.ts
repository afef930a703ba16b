import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../message.ts'
import { KubeconfigError, readKubeconfig, serverOf } from './kubeconfig.ts'
import type { Cluster } from './kubeconfig.ts'

/** What the kubelet puts into each container of a Pod that has a service account. */
const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount'

export interface FoundCluster {
  readonly cluster: Cluster
  /** Files and folders with what the API server takes for us. */
  readonly secrets: readonly string[]
}

/** The cluster of a kubeconfig that is named, of KUBECONFIG, of the Pod that this runs in, or of ~/.kube/config. */
export const findCluster = async ({
  file,
  env,
  account = IN_CLUSTER,
}: {
  readonly file: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** The folder of the service account; tests give one. */
  readonly account?: string
}): Promise<FoundCluster> => {
  const named = file ?? env['KUBECONFIG']
  if (named !== undefined && named !== '') return fromFile(named)
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (host !== undefined)
    return {
      cluster: {
        server: serverOf(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
        ca: { file: join(account, 'ca.crt') },
        serverName: undefined,
        credentials: { kind: 'token', token: { file: join(account, 'token') } },
      },
      secrets: [account],
    }
  return fromFile(join(env['HOME'] || homedir(), '.kube', 'config'))
}

const fromFile = async (file: string): Promise<FoundCluster> => {
  const hint = 'bottled run --kubernetes --kubeconfig FILE names another one'
  if (file.includes(':')) throw new KubeconfigError(`${file} names several files`, hint)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new KubeconfigError(`${file}: ${messageOf(error)}`, hint)
  })
  try {
    const cluster = readKubeconfig(text, (path) => resolve(dirname(resolve(file)), path))
    return { cluster, secrets: [resolve(file), ...filesOf(cluster)] }
  } catch (error) {
    if (error instanceof KubeconfigError) throw new KubeconfigError(`${file}: ${error.message}`, error.hint)
    throw error
  }
}

const filesOf = ({ credentials }: Cluster): readonly string[] => {
  if (credentials.kind === 'none') return []
  const secret = credentials.kind === 'token' ? credentials.token : credentials.key
  return 'file' in secret ? [secret.file] : []
}
