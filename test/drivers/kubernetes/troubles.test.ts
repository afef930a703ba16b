import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { ApiError } from '../../../drivers/kubernetes/api-error.ts'
import type { Connection } from '../../../drivers/kubernetes/connection.ts'
import { createResource } from '../../../drivers/kubernetes/resource.ts'
import type { Resource } from '../../../drivers/kubernetes/resource.ts'
import { plainConnection } from '../../conformance/kubernetes/plain-connection.ts'
import { suite } from '../../helpers/suite.ts'

/** Answers that a server that is well never gives. */
const test = suite('troubles of an API server')

const withServer = async (
  serve: RequestListener,
  work: (resource: Resource, connection: Connection) => Promise<void>,
): Promise<void> => {
  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = await plainConnection(url)
  const options = {
    group: 'bottled.dev/v1alpha1',
    plural: 'bottles',
    fieldSelector: 'spec.nodeName=n',
    watchSilenceMs: 300,
  }
  try {
    await work(createResource(connection, options), connection)
  } finally {
    connection.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const failureOf = async (work: Promise<unknown>): Promise<ApiError> => {
  try {
    await work
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it did not fail')
}

const whole = async (resource: Resource): Promise<readonly unknown[]> => {
  const events: unknown[] = []
  for await (const event of resource.watch('1', { seconds: 60, signal: new AbortController().signal }))
    events.push(event)
  return events
}

const object = (name: string): object => ({ metadata: { name, namespace: 'd', uid: 'u', resourceVersion: '7' } })

test('429 says when to come again, within a minute', async () => {
  await withServer(
    (_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('{"reason":"TooManyRequests","message":"later"}'),
    async (resource) => {
      const { status, reason, retryAfterMs, message } = await failureOf(resource.list())
      assert.equal([status, reason, retryAfterMs], [429, 'TooManyRequests', 7_000])
      assert.match(message, 'later')
    },
  )
  await withServer(
    (_, response) => response.writeHead(503, { 'retry-after': '86400' }).end('storage is (re)initializing'),
    async (resource) => assert.is((await failureOf(resource.list())).retryAfterMs, 60_000),
  )
})

test('a connection on which nothing is heard ends, before the answer and in it', async () => {
  await withServer(
    () => undefined,
    async (resource) => assert.match((await failureOf(whole(resource))).message, 'nothing was heard for 0.3 s'),
  )
  await withServer(
    (_, response) => void response.writeHead(200).write(`${JSON.stringify({ type: 'ADDED', object: object('a') })}\n`),
    async (resource) => assert.is((await failureOf(whole(resource))).status, 0),
  )
})

test('an event that comes in pieces is one event', async () => {
  const line = `${JSON.stringify({ type: 'ADDED', object: object('grün') })}\n`
  await withServer(
    (_, response) => {
      const bytes = Buffer.from(line.repeat(2))
      response.writeHead(200)
      for (let at = 0; at < bytes.length; at += 5) response.write(bytes.subarray(at, at + 5))
      response.end()
    },
    async (resource) => {
      const events = (await whole(resource)) as readonly { object: { metadata: { name: string } } }[]
      assert.equal(
        events.map(({ object: { metadata } }) => metadata.name),
        ['grün', 'grün'],
      )
    },
  )
})

test("a line that can't be read ends the watch with an error, and isn't skipped", async () => {
  for (const line of ['{"type":"ADDED","object":', '{"type":"ADDED","object":{}}', '{"type":"NEW","object":{}}', '7'])
    await withServer(
      (_, response) => response.writeHead(200).end(`${line}\n`),
      async (resource) => assert.match((await failureOf(whole(resource))).message, 'strange'),
    )
})

test('that a version is forgotten comes as an event, and is status 410', async () => {
  await withServer(
    (_, response) =>
      response
        .writeHead(200)
        .end('{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}\n'),
    async (resource) => {
      const { status, reason } = await failureOf(whole(resource))
      assert.equal([status, reason], [410, 'Expired'])
    },
  )
})

test('half a list is no list', async () => {
  let answers = 0
  await withServer(
    (_, response) => {
      answers += 1
      if (answers === 1)
        response
          .writeHead(200)
          .end(JSON.stringify({ metadata: { resourceVersion: '9', continue: 'x' }, items: [object('a')] }))
      else response.writeHead(410).end('{"reason":"Expired"}')
    },
    async (resource) => assert.is((await failureOf(resource.list())).status, 410),
  )
  for (const body of ['{"items":[]}', '[]', '{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{}}]}', 'x'])
    await withServer(
      (_, response) => response.writeHead(200).end(body),
      async (resource) => assert.is((await failureOf(resource.list())).status, 0),
    )
})

test('no redirect is followed: the credentials stay with this server', async () => {
  await withServer(
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    async (resource) => assert.is((await failureOf(resource.list())).status, 302),
  )
})

test.run()
