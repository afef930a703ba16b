import * as assert from 'uvu/assert'
import { isApiError } from '../../../drivers/kubernetes/api-error.ts'
import type { Connection } from '../../../drivers/kubernetes/connection.ts'
import { createResource } from '../../../drivers/kubernetes/resource.ts'
import type { PatchOperation, Resource, WatchEvent } from '../../../drivers/kubernetes/resource.ts'
import type { ApiObject } from '../../../drivers/kubernetes/objects.ts'
import { objectOf } from '../../../drivers/kubernetes/objects.ts'

/**
 * What an agent relies on in an API server, by its own client: the server in memory and the real one give the same answers.
 * Each test has a node of its own, so that they don't meet.
 */
export const apiSuite = (
  it: (title: string, body: () => Promise<void>) => void,
  connection: () => Connection,
): void => {
  let nodes = 0
  const stage = (): { readonly node: string; readonly resource: Resource } => {
    const node = `node-${(nodes += 1)}`
    const fieldSelector = `spec.nodeName=${node}`
    return { node, resource: createResource(connection(), { group: GROUP, plural: 'bottles', fieldSelector, page: 2 }) }
  }
  const create = async (node: string, name: string): Promise<ApiObject> => {
    const body = { apiVersion: GROUP, kind: 'Bottle', metadata: { name }, spec: { agent: 'claude', nodeName: node } }
    const made = objectOf(
      await connection().json({ method: 'POST', path: pathOf(), body: { ...body, status: { phase: 'Ready' } } }),
    )
    assert.ok(made)
    return made
  }
  const remove = async (name: string): Promise<void> =>
    void (await connection().json({ method: 'DELETE', path: pathOf(name) }))
  const names = async (resource: Resource): Promise<readonly string[]> =>
    (await resource.list()).objects.map(({ metadata }) => metadata.name).toSorted()

  it('a list has the objects of its node, in pages', async () => {
    const { node, resource } = stage()
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await create(node, name)
    await create('elsewhere', 'p6')
    assert.equal(await names(resource), ['p1', 'p2', 'p3', 'p4', 'p5'])
  })

  it('a field that is not declared as selectable is refused with 400', async () => {
    const other = createResource(connection(), { group: GROUP, plural: 'bottles', fieldSelector: 'spec.agent=claude' })
    assert.is(await statusOf(other.list()), 400)
  })

  it('a new object has a uid and generation 1, and no status', async () => {
    const { node, resource } = stage()
    const { metadata, status } = await create(node, 'fresh')
    assert.is(metadata.generation, 1)
    assert.ok(metadata.uid)
    assert.is(status, undefined)
    assert.is(await statusOf(create(node, 'fresh')), 409)
    assert.is(await resource.get({ namespace: 'default', name: 'missing' }), undefined)
  })

  it('a status is written by patch, and is no generation; spec is one; neither touches the other', async () => {
    const { node, resource } = stage()
    const made = await create(node, 'written')
    const uid: PatchOperation = { op: 'test', path: '/metadata/uid', value: made.metadata.uid }
    const stated = await resource.patch(
      made.metadata,
      [uid, { op: 'add', path: '/status', value: { phase: 'Ready' } }, { op: 'add', path: '/spec/agent', value: 'x' }],
      'status',
    )
    assert.equal(stated.status, { phase: 'Ready' })
    assert.is(stated.metadata.generation, 1)
    assert.is((stated.spec as { agent: string }).agent, 'claude')
    const edited = await resource.patch(made.metadata, [uid, { op: 'replace', path: '/spec/agent', value: 'pi' }])
    assert.is(edited.metadata.generation, 2)
    assert.equal(edited.status, { phase: 'Ready' })
    const same = await resource.patch(made.metadata, [uid, { op: 'replace', path: '/spec/agent', value: 'pi' }])
    assert.is(same.metadata.resourceVersion, edited.metadata.resourceVersion)
  })

  it('a patch that names another uid changes nothing: 422', async () => {
    const { node, resource } = stage()
    const { metadata } = await create(node, 'remade')
    await remove('remade')
    const second = await create(node, 'remade')
    assert.is.not(second.metadata.uid, metadata.uid)
    const patch = resource.patch(metadata, [
      { op: 'test', path: '/metadata/uid', value: metadata.uid },
      { op: 'add', path: '/metadata/finalizers', value: ['example.com/held'] },
    ])
    assert.is(await statusOf(patch), 422)
    assert.equal((await resource.get(metadata))?.metadata.finalizers, [])
  })

  it('an object with a finalizer stays until that is gone, and takes no new one', async () => {
    const { node, resource } = stage()
    const { metadata } = await create(node, 'kept')
    await resource.patch(metadata, [{ op: 'add', path: '/metadata/finalizers', value: ['example.com/held'] }])
    await remove('kept')
    const going = await resource.get(metadata)
    assert.ok(going?.metadata.deletionTimestamp)
    assert.is(going?.metadata.generation, 2)
    const more = resource.patch(metadata, [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/other' }])
    assert.is(await statusOf(more), 422)
    await resource.patch(metadata, [
      { op: 'test', path: '/metadata/finalizers/0', value: 'example.com/held' },
      { op: 'remove', path: '/metadata/finalizers/0' },
    ])
    assert.is(await resource.get(metadata), undefined)
    assert.is(await statusOf(resource.patch(metadata, [])), 404)
  })

  it('the node of an object never changes', async () => {
    const { node, resource } = stage()
    const { metadata } = await create(node, 'bound')
    const move = resource.patch(metadata, [{ op: 'replace', path: '/spec/nodeName', value: 'other' }])
    assert.is(await statusOf(move), 422)
  })

  it('a merge patch of an older version is a conflict', async () => {
    const { node, resource } = stage()
    const { metadata } = await create(node, 'older')
    await resource.patch(metadata, [{ op: 'replace', path: '/spec/agent', value: 'pi' }])
    const { resourceVersion } = metadata
    const stale = connection().json({
      method: 'PATCH',
      path: pathOf('older'),
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion }, spec: { agent: 'x' } },
    })
    assert.is(await statusOf(stale), 409)
  })

  it('a watch tells what changed since a list, in order, and ends with a bookmark in its time', async () => {
    const { node, resource } = stage()
    const { version } = await resource.list()
    const { metadata } = await create(node, 'seen')
    await create('elsewhere', 'unseen')
    await resource.patch(metadata, [{ op: 'add', path: '/metadata/finalizers', value: ['example.com/held'] }])
    await remove('seen')
    await resource.patch(metadata, [{ op: 'remove', path: '/metadata/finalizers/0' }])
    const events = await eventsOf(resource.watch(version, { seconds: 3, signal: new AbortController().signal }))
    const told = events.flatMap((event) => (event.type === 'BOOKMARK' ? [] : [event]))
    assert.equal(
      told.map(({ type }) => type),
      ['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'],
    )
    assert.is(told[0]?.object.metadata.deletionTimestamp, undefined)
    assert.ok(told[3]?.object.metadata.deletionTimestamp)
    const last = events.at(-1)?.version ?? ''
    const later = await eventsOf(resource.watch(last, { seconds: 1, signal: new AbortController().signal }))
    assert.equal(
      later.filter(({ type }) => type !== 'BOOKMARK'),
      [],
    )
  })
}

const GROUP = 'bottled.dev/v1alpha1'
const pathOf = (name = ''): string => `/apis/${GROUP}/namespaces/default/bottles${name === '' ? '' : `/${name}`}`

/** Of the ApiError that it ends with; undefined: it worked. */
const statusOf = async (work: Promise<unknown>): Promise<number | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    if (isApiError(error)) return error.status
    throw error
  }
}

const eventsOf = async (watch: AsyncIterable<WatchEvent>): Promise<readonly WatchEvent[]> => {
  const events: WatchEvent[] = []
  for await (const event of watch) events.push(event)
  return events
}
