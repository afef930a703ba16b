import { request } from 'node:http'
import * as assert from 'uvu/assert'
import { keyOf } from '../../../egress/asks/key.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { suite } from '../../helpers/suite.ts'
import { call, connectAgent, createScene } from './an-agent.ts'
import type { Agent, Scene } from './an-agent.ts'

/** The supervise server, spoken to by the SDK's own client and by bytes that none would send. */
const test = suite('supervise server')
const modules = bundleModules()

const scene = (title: string, body: (on: Scene, agent: Agent) => Promise<void>): void => {
  if ('missing' in modules) return test.skip(title, modules.missing)
  const { path } = modules
  test(title, async () => {
    const on = await createScene(path)
    const agent = await connectAgent(path, `${on.url}/mcp`)
    try {
      await body(on, agent)
      assert.equal(on.failures, [])
    } finally {
      await agent.close()
      await on.close()
    }
  })
}

const post = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const asking = request(
      url,
      {
        method,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        agent: false,
      },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    asking.on('error', reject)
    asking.end(body)
  })

scene('an agent learns at once what it may reach, and lists six tools', async (on, agent) => {
  assert.match(agent.getInstructions() ?? '', /No host may be reached/)
  on.load({ allow: [{ host: 'api.example', credential: { secret: 'KEY', header: 'x-key', format: '{}' } }] })
  if ('missing' in modules) return
  const second = await connectAgent(modules.path, on.url)
  assert.match(second.getInstructions() ?? '', /Reachable: api\.example\..*KEY/)
  await second.close()
  const { tools } = await agent.listTools()
  assert.equal(
    tools.map(({ name }) => name),
    ['policy', 'request_egress', 'ask', 'notify', 'check', 'permission_prompt'],
  )
  const policy = await call(agent, 'policy')
  assert.equal(policy['secrets'], ['KEY'])
  assert.equal(policy['denials'], [{ host: 'evil.example', reason: 'NotAllowed', count: 2 }])
})

scene(
  'a request becomes an ask, and is granted once the policy is in force, not when it is approved',
  async (on, agent) => {
    on.load({ allow: [{ host: 'api.example' }] })
    const before = await call(agent, 'request_egress', { url: 'https://api.example/x', why: 'to see' })
    assert.is(before['state'], 'granted')
    const asking = call(agent, 'request_egress', {
      url: 'https://pypi.example/simple/**',
      why: 'to install',
      minutes: 30,
    })
    await until(() => on.book.report().asks.length === 1)
    assert.equal(on.book.report().asks[0]?.content, {
      kind: 'egress',
      host: 'pypi.example',
      port: 443,
      path: '/simple/**',
      why: 'to install',
      minutes: 30,
    })
    on.answer()
    const { id, state } = await asking
    assert.equal([id, state], ['aaaaaaaa', 'open'])
    assert.equal(on.book.report().asks, [], 'what the controller has taken over is no longer reported')
    const key = keyOf({ kind: 'egress', host: 'pypi.example', port: 443, path: '/simple/**', why: '' })
    on.book.told([{ key, id: 'aaaaaaaa', state: 'approved', at: new Date().toISOString() }])
    assert.is((await call(agent, 'check', { id })).state, 'approved')
    const checking = call(agent, 'check', { id, waitSeconds: 40 })
    on.load({ allow: [{ host: 'pypi.example', paths: ['/simple/**'] }] })
    assert.is((await checking)['state'], 'granted')
  },
)

scene('what no approval can change is refused at once', async (on, agent) => {
  on.load({ allow: [], deny: [{ host: '*.evil.example' }] })
  for (const [url, why] of [
    ['https://a.evil.example', /deny of the policy/],
    ['https://10.0.0.1/', /addresses can never be allowed/],
    ['https://0x7f.1/', /addresses can never be allowed/],
    ['https://a_b..example/', /no name of a host/],
    ['ftp://a.example', /a URL looks like/],
    ['https://u:p@a.example', /name or a password/],
    ['https://a.example/x/../y', /plain/],
  ] as const) {
    const { isError, message } = await call(agent, 'request_egress', { url, why: 'w' })
    assert.ok(isError, url)
    assert.match(String(message), why)
  }
  assert.is((await call(agent, 'request_egress', { url: 'https://a.example', why: ' \u202e\u0000 ' })).isError, true)
  assert.equal(on.book.report().asks, [])
})

scene('a question gets its answer, a denial its reason', async (on, agent) => {
  const asking = call(agent, 'ask', { question: 'Which\n\u202eone?\u0007', choices: ['a', 'b'] })
  await until(() => on.book.report().asks.length === 1)
  const [ask] = on.book.report().asks
  assert.equal(ask?.content, { kind: 'question', question: 'Which one?', choices: ['a', 'b'] })
  on.answer({ state: 'approved', answer: 'b' })
  assert.is((await asking)['answer'], 'b')
  const second = call(agent, 'ask', { question: 'May I?' })
  await until(() => on.book.report().asks.length === 1)
  on.answer({ state: 'denied', reason: 'not today' })
  assert.match(String((await second)['message']), /denied: not today/)
})

scene('a permission is given for once', async (on, agent) => {
  const asking = call(agent, 'permission_prompt', { tool_name: 'Bash', input: { command: 'ls' }, tool_use_id: 'x' })
  await until(() => on.book.report().asks.length === 1)
  on.answer({ state: 'approved' })
  const { isError: _, ...allowed } = await asking
  assert.equal(allowed, { behavior: 'allow', updatedInput: { command: 'ls' } })
  const again = call(agent, 'permission_prompt', { tool_name: 'Bash', input: { command: 'ls' } })
  await until(() => on.book.report().asks.length === 1)
  assert.is(on.book.report().asks[0]?.after, 'aaaaaaaa')
  on.answer({ id: 'bbbbbbbb', state: 'denied', reason: 'no' })
  assert.equal((await again)['message'], 'a person denied it: no')
})

scene('the controller hears of an ask at once, and waits where there is none', async (on, agent) => {
  const { text } = await post(`${on.url}/asks`, '', {}, 'GET')
  const first = JSON.parse(text) as { readonly run: string; readonly seq: number }
  const watching = post(`${on.url}/asks?run=${first.run}&after=${first.seq}`, '', {}, 'GET')
  assert.is((await call(agent, 'notify', { level: 'warning', text: 'half \u001b[31mdone' })).isError, false)
  const heard = JSON.parse((await watching).text) as { seq: number; notices: readonly object[] }
  assert.equal(heard.notices, [{ seq: 1, level: 'warning', text: 'half [31mdone' }])
  const next = post(`${on.url}/asks?run=${first.run}&after=${heard.seq}`, '', {}, 'GET')
  void call(agent, 'ask', { question: 'May I?' }).catch(() => undefined)
  const asked = JSON.parse((await next).text) as { asks: readonly object[]; notices: readonly object[] }
  assert.is(asked.asks.length, 1)
  assert.equal(asked.notices, [], 'what was heard is not told again')
  on.answer({ state: 'denied' })
})

scene('a loop of 10,000 asks opens eight, and grows nothing', async (on) => {
  for (let n = 0; n < 10_000; n += 1) on.book.open({ kind: 'question', question: `q${n}` })
  assert.is(on.book.report().asks.length, 8)
  for (let n = 0; n < 1_000; n += 1) on.book.notify('info', `n${n}`)
  assert.is(on.book.report().notices.length, 10)
  assert.ok(JSON.stringify(on.book.report()).length < 10_000)
})

scene('bytes that no client sends are refused, each by its own words', async (on) => {
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const status = async (...args: Parameters<typeof post>): Promise<number> => (await post(...args)).status
  assert.is(await status(on.url, '', {}, 'GET'), 405)
  assert.is(await status(`${on.url}/mcp`, '', {}, 'DELETE'), 405)
  assert.is(await status(`${on.url}/other`, call), 404)
  assert.is(await status(on.url, call, { host: 'evil.example' }), 403)
  assert.is(await status(on.url, call, { host: '127.0.0.1.evil.example:9100' }), 403)
  assert.is(await status(on.url, call, { origin: 'https://evil.example' }), 403)
  assert.is(await status(on.url, call, { origin: 'null' }), 403)
  assert.is(await status(on.url, call, { origin: on.url }), 200)
  assert.is(await status(on.url, `[${call},${call}]`), 400)
  assert.is(await status(on.url, 'no json'), 400)
  assert.is(await status(on.url, ' '.repeat(300 * 1024)).catch(() => 413), 413)
  const probe = await post(on.url, JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'server/discover' }))
  assert.match(probe.text, /"jsonrpc":"2\.0","id":7/)
  const text = await post(
    on.url,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } }),
  )
  assert.match(text.text, /UnknownTool/)
})

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test.run()
