import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { valueAt } from '../../drivers/json.ts'
import { suite } from '../helpers/suite.ts'
import { createAgent } from './agent.ts'
import type { Agent } from './agent.ts'
import { agentToken, install, noApiServer, openApiServer, until } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { bottlesAt } from './bottles.ts'
import type { Bottles } from './bottles.ts'

/** The agent of one node, with the account and policies of the manifests, against the API server of Kubernetes; VMs are simulated. */
const test = suite('agent')
const NODE = 'n1'
const DEADLINE_MS = 240_000
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-k8s-'))
let server: ApiServer | undefined
let agent: Agent
let bottles: Bottles
let kubeconfig = ''

/** A test that fails must not leave the next ones without an agent: each would wait for it. */
const it = (title: string, body: () => Promise<void>): void => {
  if (noApiServer !== undefined) return test.skip(title, noApiServer)
  const tidy = async (): Promise<void> => {
    try {
      await body()
    } catch (error) {
      console.log(`FAIL  ${title}: ${String(error)}`)
      await agent.kill()
      agent.start('--allow-mass-delete')
      throw error
    }
  }
  return test(title, tidy, { deadlineMs: DEADLINE_MS })
}

test.before(async () => {
  if (noApiServer !== undefined) return
  server = await openApiServer(folder)
  await install(server)
  bottles = bottlesAt(server.connection, NODE)
  kubeconfig = server.kubeconfigOf(await agentToken(server.connection, NODE))
  agent = createAgent(folder, { kubeconfig, node: NODE })
  // Else the third deletion of a minute would be held.
  agent.start('--allow-mass-delete')
})

test.after(async () => {
  await agent?.stop()
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const isReady = async (name: string): Promise<boolean> => (await bottles.condition(name, 'Ready'))['status'] === 'True'
const isGone = async (name: string): Promise<boolean> => (await bottles.get(name)) === undefined
const finalizersOf = async (name: string): Promise<unknown> =>
  valueAt(await bottles.get(name), ['metadata', 'finalizers'])
const uidOf = async (name: string): Promise<unknown> => valueAt(await bottles.get(name), ['metadata', 'uid'])

it('a bottle of this node becomes ready, and its deletion ends when nothing of it is left', async () => {
  await bottles.create('web')
  await until('web is ready', () => isReady('web'))
  assert.equal(await finalizersOf('web'), ['bottled.dev/teardown'])
  assert.equal(await agent.machines(), ['bottle-default-web'])
  await until('its events are there', async () => (await bottles.events('web')).includes('Ready'))
  await bottles.delete('web')
  await until('web is gone', () => isGone('web'))
  assert.equal(await agent.machines(), [])
  assert.ok((await bottles.events('web')).includes('Deleted'))
})

it('a second agent on the same state ends, and says why', async () => {
  const second = createAgent(folder, { kubeconfig, node: NODE })
  second.start()
  assert.is(await second.ended(), 4)
  assert.match(second.log(), 'another controller holds this root')
})

it("a bottle of another node, or of none, isn't touched", async () => {
  await bottles.create('elsewhere', { nodeName: 'n2' })
  await bottles.create('nowhere', { nodeName: undefined })
  await bottles.create('here')
  await until('here is ready', () => isReady('here'))
  for (const name of ['elsewhere', 'nowhere']) {
    assert.is(await finalizersOf(name), undefined)
    assert.is(valueAt(await bottles.get(name), ['status']), undefined)
  }
  await bottles.delete('elsewhere', 'nowhere', 'here')
  await until('here is gone', () => isGone('here'))
})

it("an edit is the server's generation, and a rollout is asked for by an annotation, once", async () => {
  await bottles.create('edited', { machine: { image: 'a:1' } })
  await until('it is ready', () => isReady('edited'))
  await bottles.merge('edited', { spec: { machine: { image: 'a:2' } } })
  await until('the edit waits for a rollout', async () => {
    const { reason, observedGeneration } = await bottles.condition('edited', 'MachineReady')
    return reason === 'UpdatePending' && observedGeneration === 2
  })
  await bottles.merge('edited', { metadata: { annotations: { 'bottled.dev/rollout-at': 'now' } } })
  await until('it is rolled out', () => isReady('edited'))
  await bottles.merge('edited', { spec: { machine: { image: 'a:3' } } })
  await until('the next edit waits again', async () => {
    const { reason, observedGeneration } = await bottles.condition('edited', 'MachineReady')
    return reason === 'UpdatePending' && observedGeneration === 3
  })
  await bottles.delete('edited')
  await until('it is gone', () => isGone('edited'))
})

it('what would read from the node is refused, and says why', async () => {
  await bottles.create('path', { workspace: { path: '/srv/x', mode: 'copy' } })
  await bottles.create('env', { secrets: { A: { fromEnv: 'HOME' } } })
  for (const [name, field] of [
    ['path', 'spec.workspace.path'],
    ['env', 'spec.secrets.A.fromEnv'],
  ] as const) {
    await until(
      `${name} is refused`,
      async () => (await bottles.condition(name, 'Ready'))['reason'] === 'HostAccessRefused',
    )
    assert.match(String((await bottles.condition(name, 'Ready'))['message']), field)
  }
  assert.equal(await agent.machines(), [])
  await bottles.delete('path', 'env')
  for (const name of ['path', 'env']) await until(`${name} is gone`, () => isGone(name))
})

it('an agent that is killed goes on where it was, and finds what was deleted meanwhile', async () => {
  await bottles.create('kept')
  await bottles.create('dropped')
  await until('both are ready', async () => (await isReady('kept')) && (await isReady('dropped')))
  await bottles.create('half')
  await until('half has the finalizer', async () => (await finalizersOf('half')) !== undefined)
  await agent.kill()
  await bottles.delete('dropped')
  assert.not(await isGone('dropped'), 'it waits for the agent')
  agent.start('--allow-mass-delete')
  await until('dropped is gone', () => isGone('dropped'))
  await until('half is ready', () => isReady('half'))
  assert.equal(await agent.machines(), ['bottle-default-half', 'bottle-default-kept'])
  await bottles.delete('half', 'kept')
  for (const name of ['half', 'kept']) await until(`${name} is gone`, () => isGone(name))
  assert.equal(await agent.machines(), [])
})

it('an agent that is killed after each thing it says still ends where it was to', async () => {
  await agent.kill()
  await bottles.create('storm')
  /** Starts and kills it, until the goal is reached. How far it comes each time depends on the machine. */
  const storm = async (goal: () => Promise<boolean>): Promise<number> => {
    let deaths = 0
    for (; deaths < 8 && !(await goal()); deaths++) {
      const before = said()
      agent.start('--allow-mass-delete')
      await until('it says something of the bottle', async () => said() > before || goal())
      await agent.kill()
    }
    return deaths
  }
  const said = (): number => agent.log().split('default-storm').length
  assert.ok((await storm(() => isReady('storm'))) > 0)
  agent.start('--allow-mass-delete')
  await until('storm is ready', () => isReady('storm'))
  assert.equal(await agent.machines(), ['bottle-default-storm'])
  await agent.kill()
  await bottles.delete('storm')
  assert.ok((await storm(() => isGone('storm'))) > 0)
  agent.start('--allow-mass-delete')
  await until('storm is gone', () => isGone('storm'))
  assert.equal(await agent.machines(), [])
})

it('while the API server is away all runs on, and what changed meanwhile is found', async () => {
  await bottles.create('steady')
  await until('it is ready', () => isReady('steady'))
  await server?.kill()
  await until('the agent says so', () => agent.log().includes('the API server does not answer'))
  assert.equal(await agent.machines(), ['bottle-default-steady'])
  await server?.start()
  await until('a new one comes up', async () => {
    if ((await bottles.get('later')) === undefined) await bottles.create('later')
    return isReady('later')
  })
  assert.equal(await agent.machines(), ['bottle-default-later', 'bottle-default-steady'])
  await bottles.delete('steady', 'later')
  for (const name of ['steady', 'later']) await until(`${name} is gone`, () => isGone(name))
})

it('an object that is gone without a deletion is held, and taken up again by the next of its name', async () => {
  await bottles.create('forced')
  await until('it is ready', () => isReady('forced'))
  const before = await uidOf('forced')
  await agent.stop()
  await bottles.merge('forced', { metadata: { annotations: { 'bottled.dev/abandon': before } } })
  await bottles.delete('forced')
  await bottles.merge('forced', { metadata: { finalizers: null } })
  await until('it is gone', () => isGone('forced'))
  agent.start('--allow-mass-delete')
  await until('it is held', () => agent.log().includes('nobody was seen to delete it'))
  assert.equal(await agent.machines(), ['bottle-default-forced'])
  await bottles.create('forced')
  await until('it is ready again', () => isReady('forced'))
  assert.is.not(await uidOf('forced'), before)
  assert.equal(await agent.machines(), ['bottle-default-forced'])
  await bottles.delete('forced')
  await until('it is gone', () => isGone('forced'))
  assert.equal(await agent.machines(), [])
})

it('many deletions at once are held, and go one by one as a person confirms each', async () => {
  const names = ['m1', 'm2', 'm3', 'm4']
  for (const name of names) await bottles.create(name)
  for (const name of names) await until(`${name} is ready`, () => isReady(name))
  await agent.kill()
  await bottles.delete(...names)
  agent.start()
  await until('they are held', () => (agent.log().match(/nothing is deleted until/g) ?? []).length >= names.length)
  assert.is((await agent.machines()).length, names.length)
  for (const name of names) {
    const uid = await uidOf(name)
    await bottles.merge(name, { metadata: { annotations: { 'bottled.dev/confirm-delete': uid } } })
    await until(`${name} is gone`, () => isGone(name))
  }
  assert.equal(await agent.machines(), [])
  await agent.stop()
  agent.start('--allow-mass-delete')
})

it('with Retain everything runs on without its object, and the next of its name takes it up', async () => {
  await bottles.create('retained', { deletionPolicy: 'Retain' })
  await until('it is ready', () => isReady('retained'))
  await bottles.delete('retained')
  await until('it is gone', () => isGone('retained'))
  assert.equal(await agent.machines(), ['bottle-default-retained'])
  await bottles.create('retained')
  await until('it is ready', () => isReady('retained'))
  await bottles.delete('retained')
  await until('it is gone', () => isGone('retained'))
  assert.equal(await agent.machines(), [])
})

it('two namespaces have bottles of the same name', async () => {
  await server?.connection.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'team' } } })
  await bottles.create('twin')
  await bottles.create('twin', {}, 'team')
  await until('both run', async () => (await agent.machines()).length === 2)
  assert.equal(await agent.machines(), ['bottle-default-twin', 'bottle-team-twin'])
})

test.run()
