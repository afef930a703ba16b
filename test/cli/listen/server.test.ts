import type { Server } from 'node:http'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { createListenServer } from '../../../cli/listen/server.ts'
import type { ServerSetting } from '../../../cli/listen/server.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the server of --listen')

interface Place {
  readonly port: number
  collected: number
  nowMs: number
  waitsFor: readonly string[]
  ask(path: string, change?: { readonly method?: string; readonly headers?: Record<string, string> }): Promise<string>
}

const serving = async (setting: Partial<ServerSetting>, body: (place: Place) => Promise<void>): Promise<void> => {
  const server: Server = createListenServer({
    isLoopback: true,
    token: undefined,
    waitsFor: () => place.waitsFor,
    metrics: async () => {
      place.collected += 1
      return 'bottled_ready 1\n'
    },
    contentType: 'text/plain; version=0.0.4',
    now: () => place.nowMs,
    ...setting,
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const place: Place = {
    port,
    collected: 0,
    nowMs: 0,
    waitsFor: [],
    ask: (path, { method = 'GET', headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        request({ port, path, method, headers, agent: false }, (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () => resolve(`${String(response.statusCode)} ${text.trimEnd()}`))
        })
          .once('error', reject)
          .end()
      }),
  }
  try {
    await body(place)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
}

test('it is healthy from the start, and ready once nothing is waited for', () =>
  serving({}, async (place) => {
    place.waitsFor = ['the first lists', 'smolvm']
    assert.is(await place.ask('/healthz'), '200 ok')
    assert.is(await place.ask('/readyz'), '503 waits for the first lists, smolvm')
    place.waitsFor = []
    assert.is(await place.ask('/readyz?verbose'), '200 ok')
  }))

test('metrics are collected once a second at most, whoever asks how often', () =>
  serving({}, async (place) => {
    assert.equal(await Promise.all([1, 2, 3].map(() => place.ask('/metrics'))), Array(3).fill('200 bottled_ready 1'))
    place.nowMs = 999
    await place.ask('/metrics')
    assert.is(place.collected, 1)
    place.nowMs = 1_000
    await place.ask('/metrics')
    assert.is(place.collected, 2)
  }))

test('metrics that can not be collected are an error, and nothing of it is told', () =>
  serving({ metrics: () => Promise.reject(new Error('a secret')) }, async (place) => {
    assert.is(await place.ask('/metrics'), '500 it could not be collected')
    assert.is(await place.ask('/healthz'), '200 ok')
  }))

test('only GET and HEAD, and only three paths', () =>
  serving({}, async (place) => {
    assert.is(await place.ask('/metrics', { method: 'HEAD' }), '200 ')
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      assert.match(await place.ask('/metrics', { method }), /^405 /)
    for (const path of ['/', '/metrics/', '//metrics', '/../metrics', '/debug', '*'])
      assert.match(await place.ask(path), /^404 /, path)
  }))

test('a page of another origin, by DNS rebinding, gets nothing', () =>
  serving({}, async (place) => {
    for (const host of ['evil.example', `evil.example:${place.port}`, '127.0.0.1.evil.example'])
      for (const path of ['/healthz', '/readyz', '/metrics'])
        assert.match(await place.ask(path, { headers: { host } }), /^403 /, host)
    assert.is(place.collected, 0)
  }))

test('with a token nothing is answered without it', () =>
  serving({ isLoopback: false, token: 'x'.repeat(32) }, async (place) => {
    const asked = (authorization?: string): Promise<string> =>
      place.ask('/metrics', authorization === undefined ? {} : { headers: { authorization } })
    for (const wrong of [
      undefined,
      '',
      'Bearer',
      `Bearer ${'x'.repeat(31)}`,
      `Basic ${'x'.repeat(32)}`,
      `bearer ${'x'.repeat(32)}`,
    ])
      assert.match(await asked(wrong), /^401 /, wrong)
    assert.is(place.collected, 0)
    assert.is(await asked(`Bearer ${'x'.repeat(32)}`), '200 bottled_ready 1')
    assert.match(await place.ask('/elsewhere'), /^401 /)
  }))

test('of a thousand connections that say nothing it takes some, and serves again when they go', () =>
  serving({}, async (place) => {
    const sockets: Socket[] = []
    try {
      for (let n = 0; n < 1_000; n += 1) sockets.push(connect(place.port, '127.0.0.1').on('error', () => undefined))
      // More than it takes are closed at once.
      await Promise.all(sockets.slice(200).flatMap((socket) => (socket.closed ? [] : [once(socket, 'close')])))
      for (const socket of sockets.splice(0, 50)) socket.destroy()
      let answer = ''
      while (answer !== '200 ok') answer = await place.ask('/healthz').catch(() => '')
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  }))

test.run()
