import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isApiError } from '../../drivers/kubernetes/api-error.ts'
import type { Connection } from '../../drivers/kubernetes/connection.ts'
import { createResource } from '../../drivers/kubernetes/resource.ts'
import type { PatchOperation } from '../../drivers/kubernetes/resource.ts'
import { valueAt } from '../../drivers/json.ts'
import { suite } from '../helpers/suite.ts'
import { agentToken, install, noApiServer, openApiServer, until } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { bottlesAt } from './bottles.ts'
import type { Bottles } from './bottles.ts'

/** What the manifests let whom do, asked of the API server of Kubernetes. */
const test = suite('rights')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-rights-'))
let server: ApiServer | undefined
let bottles: Bottles

const it = (title: string, body: () => Promise<void>): void =>
  noApiServer === undefined ? test(title, body, { deadlineMs: 180_000 }) : test.skip(title, noApiServer)

const running = (): ApiServer => {
  if (server === undefined) throw new Error('no API server')
  return server
}

const connectAs = (token: string): Promise<Connection> => running().connectAs(token)

const patch = (connection: Connection, name: string, operations: readonly PatchOperation[], sub?: 'status') =>
  createResource(connection, {
    group: 'bottled.dev/v1alpha1',
    plural: 'bottles',
    fieldSelector: 'spec.nodeName=n1',
  }).patch({ namespace: 'default', name }, operations, sub)

/** `403 …` where it is refused, `200` where it isn't. */
const answerTo = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return '200'
  } catch (error) {
    if (isApiError(error)) return `${error.status} ${error.message}`
    throw error
  }
}

const STATUS: readonly PatchOperation[] = [{ op: 'add', path: '/status', value: { phase: 'Ready' } }]
const CLAIM: readonly PatchOperation[] = [{ op: 'add', path: '/metadata/finalizers', value: ['bottled.dev/teardown'] }]
const RELEASE: readonly PatchOperation[] = [{ op: 'remove', path: '/metadata/finalizers' }]

test.before(async () => {
  if (noApiServer !== undefined) return
  server = await openApiServer(folder)
  await install(server)
  bottles = bottlesAt(server.connection, 'n1')
  await bottles.create('own')
  await bottles.create('other', { nodeName: 'n2' })
  await bottles.create('none', { nodeName: undefined })
  const agent = await connectAs(await agentToken(server.connection, 'n1'))
  await until('the policies are in force', async () =>
    (await answerTo(patch(agent, 'other', STATUS, 'status'))).startsWith('403'),
  )
})

test.after(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('an agent writes status and finalizer of the bottles of its node', async () => {
  const agent = await connectAs(await agentToken(running().connection, 'n1'))
  assert.is(await answerTo(patch(agent, 'own', CLAIM)), '200')
  assert.is(await answerTo(patch(agent, 'own', STATUS, 'status')), '200')
  assert.is(await answerTo(patch(agent, 'own', RELEASE)), '200')
})

it('and not those of another node, or of none', async () => {
  const agent = await connectAs(await agentToken(running().connection, 'n1'))
  for (const [name, node] of [
    ['other', 'n2'],
    ['none', ''],
  ] as const)
    for (const work of [() => patch(agent, name, CLAIM), () => patch(agent, name, STATUS, 'status')])
      assert.match(await answerTo(work()), new RegExp(`^403 .*this bottle is of node "${node}", the agent of "n1"`))
})

it('it changes neither spec nor annotations of its own, and neither makes nor deletes any', async () => {
  const { connection } = running()
  const agent = await connectAs(await agentToken(connection, 'n1'))
  for (const operation of [
    { op: 'replace', path: '/spec/agent', value: 'x' },
    { op: 'add', path: '/metadata/annotations', value: { 'bottled.dev/rollout-at': 'x' } },
    { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
  ] as const)
    assert.match(await answerTo(patch(agent, 'own', [operation])), /^403 .*beside the status/)
  assert.match(await answerTo(bottlesAt(agent, 'n1').create('new')), /^403/)
  assert.match(await answerTo(bottlesAt(agent, 'n1').delete('own')), /^403/)
  for (const path of ['/api/v1/secrets', '/api/v1/pods', '/api/v1/nodes', '/api/v1/namespaces/default/configmaps'])
    assert.match(await answerTo(agent.json({ method: 'GET', path })), /^403/, path)
})

it('a token that names no node writes nothing', async () => {
  const agent = await connectAs(await agentToken(running().connection))
  for (const work of [() => patch(agent, 'own', CLAIM), () => patch(agent, 'own', STATUS, 'status')])
    assert.match(await answerTo(work()), /^403 .*the token names no node/)
})

it('once its Node is deleted, the token of an agent is worth nothing', async () => {
  const { connection } = running()
  const agent = await connectAs(await agentToken(connection, 'n3'))
  assert.is(await answerTo(agent.json({ method: 'GET', path: '/apis/bottled.dev/v1alpha1/bottles' })), '200')
  await connection.json({ method: 'DELETE', path: '/api/v1/nodes/n3' })
  await until('the token is refused', async () =>
    (await answerTo(agent.json({ method: 'GET', path: '/apis/bottled.dev/v1alpha1/bottles' }))).startsWith('401'),
  )
})

it('nobody else takes the finalizer off, unless the bottle is given up by its uid', async () => {
  const { connection } = running()
  const agent = await connectAs(await agentToken(connection, 'n1'))
  await bottles.create('held')
  await patch(agent, 'held', CLAIM)
  const force = (): Promise<string> => answerTo(bottles.merge('held', { metadata: { finalizers: null } }))
  assert.match(await force(), /^403 .*takes bottled.dev\/teardown off/)
  await bottles.merge('held', { metadata: { annotations: { 'bottled.dev/abandon': 'another' } } })
  assert.match(await force(), /^403/)
  const uid = valueAt(await bottles.get('held'), ['metadata', 'uid'])
  assert.match(
    await answerTo(
      bottles.merge('held', { metadata: { finalizers: null, annotations: { 'bottled.dev/abandon': uid } } }),
    ),
    /^403/,
    'said in the same breath, it was not there before',
  )
  await bottles.merge('held', { metadata: { annotations: { 'bottled.dev/abandon': uid } } })
  assert.is(await force(), '200')
})

test.run()
