import { writeFile } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../helpers/suite.ts'
import { bottleText, serving } from './serving.ts'

/** Who may see and do what on the page, over real HTTP. */
const test = suite('the guard of the page')

const ACTION = JSON.stringify({ verb: 'suspend', target: 'web' })
/** Each would show or do something. */
const SECRET = [
  { path: '/api/stream' },
  { path: '/api/bottles/web' },
  { path: '/api/bottles/web/log' },
  { path: '/api/bottles/web/usage' },
  { path: '/api/preview', method: 'POST', body: ACTION },
  { path: '/api/do', method: 'POST', body: '{"id":"x"}' },
]

test('nothing is shown or done without the token, and it is taken from the header only', () =>
  serving(async ({ client, token, ask }) => {
    await client.file('web.yaml', bottleText('web'))
    assert.match(token, /^[0-9a-f]{64}$/)
    for (const { path, ...rest } of SECRET) {
      for (const authorization of [undefined, '', 'Bearer', `bearer ${token}`, `Bearer ${token}x`, `Basic ${token}`])
        assert.is((await ask(path, { ...rest, headers: { authorization } })).status, 401, `${path} ${authorization}`)
      for (const query of [`?token=${token}`, `?authorization=Bearer%20${token}`])
        assert.is((await ask(`${path}${query}`, { ...rest, headers: { authorization: undefined } })).status, 401)
      const headers = { authorization: undefined, cookie: `token=${token}; authorization=Bearer ${token}` }
      assert.is((await ask(path, { ...rest, headers })).status, 401, `${path} with a cookie`)
    }
    assert.is(client.text('web.yaml'), bottleText('web'))
    assert.is(statSync(join(client.stateDir, 'page.json')).mode & 0o777, 0o600)
  }))

test('a name that is led here by DNS rebinding gets nothing, not even with the token', () =>
  serving(async ({ port, token, ask }) => {
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, 'localhost.evil'])
      for (const { path, ...rest } of [...SECRET, { path: '/' }, { path: '/page.js' }]) {
        const { status } = await ask(path, { ...rest, headers: { host } })
        assert.is(status, 403, `${path} ${host}`)
      }
    // No name at all, as HTTP/1.0 may have it, and an empty one.
    for (const head of ['GET /api/bottles/web HTTP/1.0', 'GET /api/bottles/web HTTP/1.1\r\nHost:']) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`${head}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`)
      let text = ''
      for await (const chunk of socket) text += String(chunk)
      assert.match(text, /^HTTP\/1\.1 40[03] /)
    }
  }))

test('another origin is refused with the token, by Origin and by Sec-Fetch-Site', () =>
  serving(async ({ client, port, ask }) => {
    await client.file('web.yaml', bottleText('web'))
    const own = `http://127.0.0.1:${port}`
    for (const { path, ...rest } of SECRET) {
      for (const origin of [
        'http://evil.example',
        'null',
        `http://127.0.0.1:${port + 1}`,
        `https://127.0.0.1:${port}`,
        '',
      ])
        assert.is((await ask(path, { ...rest, headers: { origin } })).status, 403, `${path} ${origin}`)
      for (const site of ['cross-site', 'same-site', 'none', 'anything'])
        assert.is((await ask(path, { ...rest, headers: { 'sec-fetch-site': site } })).status, 403, `${path} ${site}`)
    }
    const { status, headers } = await ask('/api/bottles/web', {
      headers: { origin: own, 'sec-fetch-site': 'same-origin' },
    })
    assert.is(status, 200)
    assert.is(headers['access-control-allow-origin'], undefined)
    assert.is((await ask('/api/bottles/web', { method: 'OPTIONS' })).status, 405)
  }))

test('a form of another page is refused: by its origin, its type and its lack of a token', () =>
  serving(async ({ client, port, ask }) => {
    await client.file('web.yaml', bottleText('web'))
    const forms = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', undefined]
    for (const type of forms) {
      const form = { method: 'POST', body: ACTION }
      const headers = { 'content-type': type }
      assert.is((await ask('/api/preview', { ...form, headers })).status, 415, type)
      assert.is((await ask('/api/preview', { ...form, headers: { ...headers, authorization: undefined } })).status, 401)
      const origin = 'http://evil.example'
      assert.is((await ask('/api/preview', { ...form, headers: { ...headers, origin } })).status, 403)
    }
    for (const path of ['/', '/page.js', '/api/bottles/web', '/api/stream'])
      assert.ok([404, 405].includes((await ask(path, { method: 'POST', body: ACTION })).status), path)
    assert.is((await ask('/', { method: 'PUT', headers: { origin: `http://127.0.0.1:${port}` } })).status, 405)
  }))

test('every answer forbids other sources, frames, forms and a guess of its type', () =>
  serving(async ({ ask }) => {
    for (const path of ['/', '/page.css', '/nothing', '/api/bottles/none', '/../../etc/passwd', '/%2e%2e/page.json']) {
      const { headers } = await ask(path)
      const policy = headers['content-security-policy']
      for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"])
        assert.ok(String(policy).includes(part), `${path}: ${part}`)
      assert.not.match(String(policy), /unsafe|\*|http|data:/)
      assert.is(headers['x-content-type-options'], 'nosniff')
      assert.is(headers['cross-origin-resource-policy'], 'same-origin')
      assert.is(headers['referrer-policy'], 'no-referrer')
      assert.is(headers['cache-control'], 'no-store')
    }
    assert.is((await ask('/../../etc/passwd')).status, 404)
  }))

test('a body that is too large, no JSON or no action is refused', () =>
  serving(async ({ ask }) => {
    const send = async (body: string): Promise<number> => (await ask('/api/preview', { method: 'POST', body })).status
    assert.is(await send('x'.repeat(9_000)), 413)
    for (const body of [
      '',
      'nothing',
      '[]',
      '{}',
      '{"verb":"exec","target":"web"}',
      '{"verb":"suspend","target":"--all"}',
      '{"verb":"delete","target":"-l"}',
      '{"verb":"suspend","target":"../web"}',
      '{"verb":"suspend","target":["web"]}',
      '{"verb":"suspend","target":"web","for":"1h"}',
      '{"verb":"approve","target":"aaaaaaaa","for":"1h --yes"}',
      '{"verb":"approve","target":"aaaaaaaa","answer":"a\\nb"}',
      '{"verb":"deny","target":"aaaaaaaa","reason":"\\u001b[2J"}',
      `{"verb":"deny","target":"aaaaaaaa","reason":"${'x'.repeat(1_001)}"}`,
    ])
      assert.is(await send(body), 400, body)
    assert.is(
      (await ask('/api/do', { method: 'POST', body: '{"id":"00000000-0000-0000-0000-000000000000"}' })).status,
      409,
    )
  }))

test('a token that came along with a root, as with a clone, is none', async () => {
  const planted = 'a'.repeat(64)
  await serving(
    async ({ token, ask }) => {
      assert.is.not(token, planted)
      assert.is((await ask('/api/bottles/web', { headers: { authorization: `Bearer ${planted}` } })).status, 401)
    },
    {
      prepare: (client) =>
        client.file('.bottled/page.json', JSON.stringify({ at: 'http://127.0.0.1:1', run: '', token: planted })),
    },
  )
})

test('with a token of a file the page takes that one, and its own note has none', () =>
  serving(
    async ({ client, ask, token }) => {
      assert.is(token, '')
      const headers = { authorization: `Bearer ${'t'.repeat(40)}` }
      assert.is((await ask('/api/bottles/web', { headers })).status, 404)
      assert.is((await ask('/api/bottles/web')).status, 401)
      assert.is((await ask('/healthz', { headers: { authorization: undefined } })).status, 401)
      assert.not.match(client.text('.bottled/page.json'), /tttt/)
    },
    {
      tokenFile: async (client) => {
        const file = join(client.root, 'token')
        await writeFile(file, `${'t'.repeat(40)}\n`, { mode: 0o600 })
        return file
      },
    },
  ))

test.run()
