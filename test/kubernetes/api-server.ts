import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments, stringify } from 'yaml'
import { manifests } from '../../cli/kubernetes/manifests.ts'
import { createConnection } from '../../drivers/kubernetes/connection.ts'
import type { Connection } from '../../drivers/kubernetes/connection.ts'
import { readKubeconfig } from '../../drivers/kubernetes/kubeconfig.ts'
import { sha256Of } from '../../drivers/content-hash.ts'
import { valueAt } from '../../drivers/json.ts'

/** The program of `.ci/install-apiserver`: the API server of Kubernetes, and etcd. */
const PROGRAM = process.env['BOTTLED_APISERVER'] ?? join(homedir(), '.cache/bottled-apiserver/apiserver')

const required = (process.env['BOTTLED_REQUIRE'] ?? '').split(',').includes('kubernetes')

/** Why tests with a real API server can't run here; undefined: they can. */
export const noApiServer =
  existsSync(PROGRAM) || required ? undefined : `${PROGRAM} is not there: npm run test:kubernetes builds it`

/** A real API server of our own, on loopback. */
export interface ApiServer {
  /** Of an administrator. */
  readonly connection: Connection
  /** A kubeconfig with that token. */
  kubeconfigOf(token: string): string
  /** Open until the server is closed. */
  connectAs(token: string): Promise<Connection>
  /** As by SIGKILL and a start of the same. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const LATEST_MS = 120_000

export const openApiServer = async (folder: string): Promise<ApiServer> => {
  const [port, client, peer] = await Promise.all([freePort(), freePort(), freePort()])
  const token = randomBytes(16).toString('hex')
  const certs = join(folder, 'certs')
  mkdirSync(certs, { recursive: true })
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,1,system:masters\n`, { mode: 0o600 })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  const log = openSync(join(folder, 'log'), 'a')
  const run = (...words: readonly string[]): ChildProcess =>
    spawn(PROGRAM, words, { stdio: ['pipe', log, log], cwd: folder })
  const etcd = run('etcd', join(folder, 'etcd'), String(client), String(peer))
  const kubeconfigOf = (of: string): string => {
    const file = join(folder, `${sha256Of(of).slice(0, 16)}.kubeconfig`)
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'test',
          cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': join(certs, 'apiserver.crt') },
        },
      ],
      users: [{ name: 'test', user: { token: of } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      'current-context': 'test',
    }
    writeFileSync(file, stringify(config), { mode: 0o600 })
    return file
  }
  const connections: Connection[] = []
  const connectAs = async (of: string): Promise<Connection> => {
    const config = readKubeconfig(readFileSync(kubeconfigOf(of), 'utf8'), (path) => path)
    const connection = await createConnection(config)
    connections.push(connection)
    return connection
  }
  let server: ChildProcess | undefined

  const start = async (): Promise<void> => {
    server = run(
      'apiserver',
      `--etcd-servers=http://127.0.0.1:${client}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${certs}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--token-auth-file=tokens.csv',
      '--authorization-mode=Node,RBAC',
      '--service-account-issuer=https://localhost',
      '--service-account-key-file=sa.key',
      '--service-account-signing-key-file=sa.key',
      '--enable-admission-plugins=NodeRestriction',
    )
    const child = server
    let why: unknown
    for (const end = Date.now() + LATEST_MS; Date.now() < end; await sleep(100)) {
      if (child.exitCode !== null) break
      try {
        const connection = await connectAs(token)
        await connection.json({ method: 'GET', path: '/api/v1/namespaces/default' })
        return
      } catch (error) {
        why = error
      }
    }
    throw new Error(
      `the API server does not answer: ${String(why)}\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)}`,
    )
  }

  const kill = async (): Promise<void> => end(server)
  try {
    await start()
  } catch (error) {
    await Promise.all([kill(), end(etcd)])
    throw error
  }
  return {
    connection: await connectAs(token),
    kubeconfigOf,
    connectAs,
    kill,
    start,
    close: async () => {
      for (const connection of connections) connection.close()
      await Promise.all([kill(), end(etcd)])
    },
  }
}

/** Installs what `bottled kubernetes manifests` prints; waits until Bottles are served and the policies are in force. */
export const install = async ({ connection }: Pick<ApiServer, 'connection'>): Promise<void> => {
  for (const document of parseAllDocuments(manifests())) {
    const object = document.toJS() as { readonly kind: string; readonly metadata: { readonly namespace?: string } }
    const path = PATHS[object.kind]
    if (path === undefined) throw new Error(`where is a ${object.kind} made?`)
    await connection.json({ method: 'POST', path, body: object })
  }
  await until('Bottles are served', async () => {
    await connection.json({ method: 'GET', path: '/apis/bottled.dev/v1alpha1/bottles' })
    return true
  })
}

const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

const PATHS: Readonly<Record<string, string>> = {
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/bottled-system/serviceaccounts',
  ClusterRole: `${RBAC}/clusterroles`,
  ClusterRoleBinding: `${RBAC}/clusterrolebindings`,
  ValidatingAdmissionPolicy: `${ADMISSION}/validatingadmissionpolicies`,
  ValidatingAdmissionPolicyBinding: `${ADMISSION}/validatingadmissionpolicybindings`,
}

/** A token of the agents' account, as `kubectl create token --bound-object-kind Node` gives it; without a node: bound to none. */
export const agentToken = async (connection: Connection, node?: string): Promise<string> => {
  const bound =
    node === undefined
      ? {}
      : {
          boundObjectRef: {
            apiVersion: 'v1',
            kind: 'Node',
            name: node,
            uid: valueAt(await nodeOf(connection, node), ['metadata', 'uid']),
          },
        }
  const answer = await connection.json({
    method: 'POST',
    path: '/api/v1/namespaces/bottled-system/serviceaccounts/bottled-agent/token',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3_600, ...bound },
    },
  })
  return String(valueAt(answer, ['status', 'token']))
}

/** The Node of this name, made if need be. */
const nodeOf = async (connection: Connection, name: string): Promise<unknown> => {
  try {
    return await connection.json({ method: 'GET', path: `/api/v1/nodes/${name}` })
  } catch {
    return connection.json({ method: 'POST', path: '/api/v1/nodes', body: { metadata: { name } } })
  }
}

/** Polls; what it throws counts as not yet. */
export const until = async (what: string, met: () => boolean | Promise<boolean>): Promise<void> => {
  let why: unknown = 'it is not so'
  for (const end = Date.now() + LATEST_MS; Date.now() < end; await sleep(100)) {
    try {
      if (await met()) return
    } catch (error) {
      why = error
    }
  }
  throw new Error(`not within ${LATEST_MS / 1_000} s: ${what}: ${String(why)}`)
}

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
