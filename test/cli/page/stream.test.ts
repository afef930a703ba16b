import { connect } from 'node:net'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { MOST_STREAMS } from '../../../cli/page/app.ts'
import { suite } from '../../helpers/suite.ts'
import { bottleText, serving } from './serving.ts'

/** The stream of the page: what comes, and what it costs whom. */
const test = suite('the stream of the page')

test('a saved file appears, an edit is one row, a removed file is gone, a broken one shows its place', () =>
  serving(async ({ client, follow }) => {
    await client.file('web.yaml', bottleText('web'))
    const stream = await follow()
    const first = await stream.until(({ isFirst }) => isFirst === true)
    assert.equal(
      first.rows?.map(({ name, phase, file }) => [name, phase, file]),
      [['web', '', 'web.yaml']],
    )
    await client.file('api.yaml', bottleText('api', '{agent: codex}'))
    const second = await stream.until(({ isFirst, rows }) => isFirst === undefined && rows !== undefined)
    assert.equal(
      second.rows?.map(({ name, agent }) => [name, agent]),
      [['api', 'codex']],
    )
    assert.equal([second.gone, second.asks, second.head], [undefined, undefined, undefined])
    await writeFile(join(client.root, 'broken.yaml'), 'apiVersion: [\n')
    const { broken } = await stream.until(({ isFirst, broken: found }) => isFirst === undefined && found !== undefined)
    assert.match(broken?.[0]?.place ?? '', /^broken\.yaml:\d+:\d+$/)
    await client.file('bad.yaml', bottleText('bad', '{agnt: claude}'))
    const { rows = [] } = await stream.until((each) => each.rows?.[0]?.name === 'bad')
    assert.match(rows[0]?.message ?? '', /^bad\.yaml:5:1: spec\.agent is missing/)
    await rm(join(client.root, 'web.yaml'))
    assert.equal((await stream.until(({ gone }) => gone !== undefined)).gone, ['web web.yaml 0'])
    stream.end()
  }))

test('who comes later gets all that there is now, and then the same changes as the others', () =>
  serving(async ({ client, follow }) => {
    await client.file('web.yaml', bottleText('web'))
    const early = await follow()
    await early.until(({ isFirst, rows }) => isFirst === true && rows?.length === 1)
    await client.file('api.yaml', bottleText('api'))
    await early.until(({ isFirst, rows }) => isFirst === undefined && rows?.[0]?.name === 'api')
    const late = await follow()
    const first = await late.until(({ isFirst }) => isFirst === true)
    assert.equal(
      first.rows?.map(({ name }) => name),
      ['api', 'web'],
    )
    await client.file('web.yaml', bottleText('web', '{agent: codex}'))
    const changes = await Promise.all(
      [early, late].map((each) => each.until(({ rows }) => rows?.some(({ agent }) => agent === 'codex') === true)),
    )
    assert.is(changes[0]?.isFirst, undefined)
    assert.equal(changes[0], changes[1])
    early.end()
    late.end()
  }))

test(`of more than ${MOST_STREAMS} who look the others are refused, until some go`, () =>
  serving(async ({ follow, ask }) => {
    const all = await Promise.all(Array.from({ length: MOST_STREAMS }, () => follow()))
    assert.ok(all.every(({ status }) => status === 200))
    assert.is((await ask('/api/stream')).status, 503)
    assert.is((await ask('/healthz')).status, 200)
    for (const each of all.slice(0, 4)) each.end()
    let next = await follow()
    while (next.status !== 200) next = await follow()
    for (const each of [...all, next]) each.end()
  }))

test(
  'who reads nothing is closed, though there is always something new, and makes room for others',
  () =>
    serving(async ({ client, port, token, follow }) => {
      const change = async (turn: number): Promise<void> => {
        for (let at = 0; at < 300; at += 1)
          await client.file(`b${at}.yaml`, bottleText(`b${at}`, `{agent: ${'x'.repeat(500)}${turn}}`))
      }
      await change(0)
      const slow = connect(port, '127.0.0.1')
      slow.on('error', () => undefined)
      slow.pause()
      slow.write(`GET /api/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`)
      const others = [await follow()]
      await others[0]?.until(({ rows = [] }) => rows.length === 300)
      while (others.length < MOST_STREAMS - 1) others.push(await follow())
      let next = await follow()
      assert.is(next.status, 503)
      for (let turn = 1; next.status !== 200; turn += 1) {
        await change(turn)
        next = await follow()
      }
      for (const each of [...others, next]) each.end()
      slow.destroy()
    }),
  { deadlineMs: 120_000 },
)

test('the end of the listener ends the streams', async () => {
  let ended: Promise<void> | undefined
  await serving(async ({ follow }) => {
    const stream = await follow()
    await stream.until(({ isFirst }) => isFirst === true)
    ended = stream.ended
  })
  await ended
})

test('a client that vanishes leaves no stream behind', () =>
  serving(async ({ port, token, follow }) => {
    for (let at = 0; at < MOST_STREAMS * 2; at += 1) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(`GET /api/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`)
      await once(socket, 'data')
      socket.resetAndDestroy()
    }
    let next = await follow()
    while (next.status !== 200) next = await follow()
    next.end()
  }))

test.run()
