import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createRealManager } from '../../bench/real-manager.ts'
import { removeStatus } from '../../controller/edit/splice-status.ts'
import type { Manager } from '../../controller/manager.ts'
import { acquireLock } from '../../controller/state/lock.ts'
import { ownImage, ownImageMissing } from '../bundle/image/own-image.ts'
import { call, connectAgent } from '../bundle/supervise/an-agent.ts'
import type { Agent } from '../bundle/supervise/an-agent.ts'
import { makeCertificates } from '../conformance/proxy/certificates.ts'
import { createGuest } from '../conformance/proxy/guest.ts'
import { bundleModules } from '../conformance/proxy/modules.ts'
import { tlsUpstream } from '../conformance/proxy/servers.ts'
import type { Upstream } from '../conformance/proxy/servers.ts'
import { get } from '../conformance/proxy/stage.ts'
import { runExecutable } from '../helpers/client.ts'
import { patience } from '../helpers/patience.ts'
import { steadily } from '../helpers/steadily.ts'
import { suite } from '../helpers/suite.ts'
import { ownBundleDrivers } from './in-process/own-bundle-rig.ts'

/**
 * From an agent's denial to a person's yes and its end: a whole controller on a real folder and the real Engine, with the image of
 * `bottled bundle build`, the SDK's own client as the agent, and the real bottlectl. VMs are simulated.
 */
const test = suite('e2e asks')
const modules = bundleModules()
const missing = ownImageMissing() ?? ('missing' in modules ? modules.missing : undefined)
const run = promisify(execFile)
const word = `t-${randomBytes(4).toString('hex')}`
const base = mkdtempSync(join(tmpdir(), 'bottle-t-asks-'))
const [root, extra] = [join(base, 'root'), join(base, 'extra')]
const file = join(root, 'web.yaml')
const certificates = makeCertificates()

let image = ''
let upstream: Upstream
let manager: Manager
let lock: Awaited<ReturnType<typeof acquireLock>>
let agent: Agent
let ip = ''
const notices: string[] = []

const text = `# by hand
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata: {name: ${word}}
spec:
  agent: claude
  supervise: true
  egress:
    allow:   # nothing much
    - host: b.test
  bundle:
    env: {NODE_EXTRA_CA_CERTS: /extra/internet.pem}
    mounts:
    - {source: ${join(extra, 'internet.pem')}, target: /extra/internet.pem}
    - {source: ${join(extra, 'hosts')}, target: /etc/hosts}
`

const read = (): string => steadily(() => readFileSync(file, 'utf8'))
const until = async (what: string, check: () => Promise<boolean> | boolean, forMs = 10_000): Promise<number> => {
  const beganMs = performance.now()
  const endMs = beganMs + forMs * patience()
  // What a check throws is a no as well: for a moment of each write of the file there is none.
  while (
    !(await Promise.resolve()
      .then(check)
      .catch(() => false))
  ) {
    if (performance.now() > endMs) throw new Error(`not in time: ${what}: ${read()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - beganMs
}
const request = async (): Promise<number> => {
  const guest = createGuest(8888, certificates.bottle.cert, ip)
  return (await guest.https(`a.test:${upstream.port}`, get('/', `a.test:${upstream.port}`))).status
}
/** Its id as people name it, once the controller has taken it up: at once, but for a busy machine. */
const opened = async (by: Agent, asked: Readonly<Record<string, unknown>>): Promise<string> => {
  let now = asked
  await until('it is taken up', async () => {
    if (now['state'] !== 'open') now = await call(by, 'check', { id: asked['id'], waitSeconds: 1 })
    return now['state'] === 'open'
  })
  return String(now['id'])
}
const says = (line: string): (() => boolean) => {
  return () => read().includes(line)
}
const events = (): string => readFileSync(join(root, '.bottled', 'bottles', word, 'events.jsonl'), 'utf8')
const bottlectl = (...argv: readonly string[]) =>
  runExecutable([...argv, '-d', root], { env: { EDITOR: join(extra, 'editor') } })

const title = (what: string, body: () => Promise<void>): void => {
  if (missing === undefined) test(what, body, { deadlineMs: 90_000 })
  else test.skip(what, missing)
}

test.before(async () => {
  if (missing !== undefined || 'missing' in modules) return
  const here = Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, family }) => !internal && family === 'IPv4'),
  )[0]?.address
  if (here === undefined) throw new Error('this host has no address but loopback')
  for (const folder of [root, extra]) mkdirSync(folder)
  chmodSync(base, 0o755)
  writeFileSync(join(extra, 'internet.pem'), certificates.internet.cert)
  writeFileSync(join(extra, 'hosts'), `${here} a.test\n`)
  // The Internet of this test is at a private address.
  writeFileSync(join(extra, 'editor'), '#!/bin/sh\necho "private: true" >> "$1"\n', { mode: 0o755 })
  writeFileSync(file, text)
  image = await ownImage()
  upstream = await tlsUpstream(certificates.server, undefined, here)
  lock = await acquireLock(join(root, '.bottled'), { simulated: false })
  ;({ manager } = await createRealManager({
    root,
    image,
    workers: 2,
    machines: { uid: 0, dataFolder: base },
    drivers: (given) => ownBundleDrivers(given, certificates.bottle).drivers,
    onAsk: ({ id }) => void notices.push(id),
  }))
  await manager.start()
  await until('it is Ready', says('phase: Ready'), 30_000)
  ip = /ip: ([\d.]+)/.exec(read())?.[1] ?? ''
  agent = await connectAgent(modules.path, `http://${ip}:9100`)
})

test.after(async () => {
  if (missing !== undefined) return
  await agent?.close()
  await manager?.stop()
  await lock?.release()
  await run('docker', ['rm', '-f', `bottle-${word}-bundle`]).catch(() => undefined)
  await run('docker', ['network', 'rm', `bottle-${word}`]).catch(() => undefined)
  await upstream?.close()
  rmSync(base, { recursive: true, force: true })
})

title(
  'an agent is denied, asks, is approved by one command, reaches it, and is denied again after its time',
  async () => {
    assert.is(await request(), 403)
    const url = `https://a.test:${upstream.port}`
    const asked = await call(agent, 'request_egress', { url, why: 'to get\u202e it', minutes: 60 })
    assert.is(asked['state'], 'open', JSON.stringify(asked))
    const id = String(asked['id'])
    assert.equal(notices, [id])
    await until('the status says so', says('\n  asks: 1\n'))
    assert.is((await bottlectl('asks', '--any-waiting')).exitCode, 0)
    assert.match(
      (await bottlectl('asks')).out,
      new RegExp(`^${id} +${word} +egress +any method ${url}, 60 min: "to get it"`, 'm'),
    )

    const approved = await bottlectl('approve', id, '--for', '12s', '--edit')
    assert.is(approved.exitCode, 0, approved.err)
    const tookMs = await until('it is reached', async () => (await request()) === 200, 2_000)
    console.log(`      reached ${Math.round(tookMs)} ms after bottlectl had ended`)
    assert.is((await call(agent, 'check', { id, waitSeconds: 5 }))['state'], 'granted')

    const now = removeStatus(read())
    const added = now.split('\n').filter((line) => !text.split('\n').includes(line))
    assert.is(now.replace(`${added.join('\n')}\n`, ''), text, 'the approval, and nothing else')
    assert.match(
      added.join('\n'),
      new RegExp(`- host: a\\.test # ask ${id}, approved by \\w+, [\\dTZ:-]+\n +ports: \\[${upstream.port}\\]\n`),
    )
    await until('it is said', () => events().includes('"AskApproved"'))
    await until('none waits', () => !says('\n  asks: ')())
    await until('its time is over', async () => (await request()) === 403, 20_000)
  },
)

title('a denial reaches the agent with its reason, also through another start of the bundle', async () => {
  const asked = await call(agent, 'ask', { question: 'May I push to main?', choices: ['yes', 'no'] })
  const id = await opened(agent, asked)
  await run('docker', ['restart', '-t', '1', `bottle-${word}-bundle`])
  let second: Agent | undefined
  await until(
    'it is asked again',
    async () => {
      if ('missing' in modules) return false
      second ??= await connectAgent(modules.path, `http://${ip}:9100`)
      return (await call(second, 'check', { id }))['state'] === 'open'
    },
    30_000,
  )
  const denied = await bottlectl('deny', id, '--reason', 'never to main')
  assert.is(denied.exitCode, 0, denied.err)
  if (second === undefined) throw new Error('no agent')
  const { state, message } = await call(second, 'check', { id, waitSeconds: 10 })
  assert.is(state, 'denied')
  assert.match(String(message), /never to main/)
  await second.close()
})

test.run()
