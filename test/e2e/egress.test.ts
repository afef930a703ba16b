import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createRealManager } from '../../bench/real-manager.ts'
import type { Manager } from '../../controller/manager.ts'
import { createSecrets } from '../../drivers/disk/secrets.ts'
import type { Simulated } from '../../drivers/simulated/simulated.ts'
import { ownImage, ownImageMissing } from '../bundle/image/own-image.ts'
import { makeCertificates } from '../conformance/proxy/certificates.ts'
import { createGuest } from '../conformance/proxy/guest.ts'
import { tlsUpstream } from '../conformance/proxy/servers.ts'
import type { Upstream } from '../conformance/proxy/servers.ts'
import { get } from '../conformance/proxy/stage.ts'
import { patience } from '../helpers/patience.ts'
import { steadily } from '../helpers/steadily.ts'
import { suite } from '../helpers/suite.ts'
import { ownBundleDrivers } from './in-process/own-bundle-rig.ts'

/**
 * A whole controller on a real folder and the real Engine, with the image of `bottled bundle build`; VMs are simulated, and a client
 * on this host stands for the agent.
 */
const test = suite('e2e egress')
const missing = ownImageMissing()
const run = promisify(execFile)
const word = `t-${randomBytes(4).toString('hex')}`
const base = mkdtempSync(join(tmpdir(), 'bottle-t-egress-'))
const [root, extra, runtimeDir] = ['root', 'extra', 'runtime'].map((name) => join(base, name)) as [
  string,
  string,
  string,
]
const bundle = `bottle-${word}-bundle`
const VALUES = ['hunter2-the-first', 'hunter2-the-second'] as const
const certificates = makeCertificates()

let image = ''
let upstream: Upstream
let manager: Manager
let ip = ''
let simulated: Simulated

const here = Object.values(networkInterfaces()).flatMap((each = []) =>
  each.filter(({ internal, family }) => !internal && family === 'IPv4'),
)[0]?.address

/** As an editor saves it. */
const save = (name: string, text: string): void => {
  writeFileSync(join(root, `.${name}.new`), text)
  renameSync(join(root, `.${name}.new`), join(root, name))
}
const bottle = (egress: object): string =>
  JSON.stringify({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name: word },
    spec: {
      agent: 'claude',
      secrets: { TOKEN: { fromFile: join(extra, 'token') } },
      egress,
      bundle: {
        env: { NODE_EXTRA_CA_CERTS: '/extra/internet.pem' },
        mounts: [
          { source: join(extra, 'internet.pem'), target: '/extra/internet.pem' },
          { source: join(extra, 'hosts'), target: '/etc/hosts' },
        ],
      },
    },
  })
const credential = { secret: 'TOKEN', header: 'x-api-key' }
const open = (): object => ({ allow: [{ host: 'a.test', ports: [upstream.port], private: true, credential }] })

const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
  const endMs = performance.now() + 10_000 * patience()
  while (!(await check().catch(() => false))) {
    if (performance.now() > endMs) throw new Error(`not within 10 s: ${what}: ${JSON.stringify(status()?.conditions)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const status = () =>
  (
    JSON.parse(steadily(() => readFileSync(join(root, `${word}.json`), 'utf8'))) as {
      status?: {
        phase?: string
        bundle?: { ip?: string }
        conditions?: { type: string; status: string; reason: string }[]
      }
    }
  ).status
const condition = (): string | undefined => {
  const found = status()?.conditions?.find(({ type }) => type === 'EgressEnforced')
  return found && `${found.status} ${found.reason}`
}
const request = async (): Promise<number> => {
  const guest = createGuest(8888, certificates.bottle.cert, ip)
  return (await guest.https(`a.test:${upstream.port}`, get('/', `a.test:${upstream.port}`))).status
}
const lastKey = (): string | undefined => {
  const raw = upstream.requests.at(-1)?.raw ?? []
  return raw[raw.indexOf('x-api-key') + 1]
}
const runOf = async (): Promise<string> =>
  (await run('docker', ['inspect', '-f', '{{.Id}} {{.State.StartedAt}}', bundle])).stdout.trim()
const events = (): string => readFileSync(join(root, '.bottled', 'bottles', word, 'events.jsonl'), 'utf8')

const title = (text: string, body: () => Promise<void>): void => {
  if (missing === undefined) test(text, body, { deadlineMs: 90_000 })
  else test.skip(text, missing)
}

test.before(async () => {
  if (missing !== undefined) return
  if (here === undefined) throw new Error('this host has no address but loopback')
  for (const folder of [root, extra, runtimeDir]) mkdirSync(folder)
  chmodSync(base, 0o755)
  writeFileSync(join(extra, 'internet.pem'), certificates.internet.cert)
  writeFileSync(join(extra, 'hosts'), `${here} a.test\n`)
  writeFileSync(join(extra, 'token'), `${VALUES[0]}\n`, { mode: 0o600 })
  image = await ownImage()
  upstream = await tlsUpstream(certificates.server, undefined, here)
  save(`${word}.json`, bottle(open()))

  ;({ manager } = await createRealManager({
    root,
    image,
    workers: 2,
    machines: { uid: 0, dataFolder: base },
    drivers: (given) => {
      const rig = ownBundleDrivers(given, certificates.bottle)
      simulated = rig.simulated
      return { ...rig.drivers, secrets: createSecrets({ ...given, runtimeDir, env: {} }) }
    },
  }))
  await manager.start()
})

test.after(async () => {
  if (missing !== undefined) return
  await manager?.stop()
  await run('docker', ['rm', '-f', bundle]).catch(() => undefined)
  await run('docker', ['network', 'rm', `bottle-${word}`]).catch(() => undefined)
  await upstream?.close()
  rmSync(base, { recursive: true, force: true })
})

title('what egress allows is reached, with the credential that only the bundle has', async () => {
  await until('it is Ready', async () => status()?.phase === 'Ready')
  ip = status()?.bundle?.ip ?? ''
  assert.is(condition(), 'True PolicyLoaded')
  assert.is(await request(), 200)
  assert.is(lastKey(), VALUES[0])
})

title('the value is in nothing that Docker shows, nor in a file of ours', async () => {
  const { stdout } = await run('docker', ['inspect', bundle])
  const { stdout: log, stderr } = await run('docker', ['logs', bundle])
  const files = [root, runtimeDir].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8')),
  )
  assert.ok(files.length > 4)
  for (const text of [stdout, log, stderr, ...files]) assert.not(text.includes(VALUES[0]))
})

title('an edit is in force without another bundle, and again when it is taken back', async () => {
  const before = await runOf()
  save(`${word}.json`, bottle({}))
  await until('it is refused', async () => (await request()) === 403)
  save(`${word}.json`, bottle(open()))
  await until('it is allowed', async () => (await request()) === 200)
  assert.is(await runOf(), before)
  assert.is(simulated.world.machines[`bottle-${word}`]?.state, 'running')
  await until('it is said', async () => events().split('PolicyLoaded').length >= 4)
  assert.match(events(), /spec\.egress changed/)
})

title('what was denied is an event of its host and reason, and what failed is none', async () => {
  await until('it is said', async () => events().includes('EgressDenied'))
  assert.match(events(), `a.test was denied (NotAllowed): bottlectl egress log ${word} --denied`)
  assert.not.match(events(), 'PolicyNotLoaded)')
})

title('another value in the file is put in', async () => {
  const before = await runOf()
  writeFileSync(join(extra, 'token.new'), VALUES[1])
  renameSync(join(extra, 'token.new'), join(extra, 'token'))
  await until('the new value is put in', async () => (await request()) === 200 && lastKey() === VALUES[1])
  assert.is(await runOf(), before)
  assert.not(events().includes(VALUES[1]))
})

title('a bundle that somebody restarts is told again', async () => {
  const before = await runOf()
  const { pid } = simulated.world.machines[`bottle-${word}`] ?? {}
  await run('docker', ['restart', '-t', '1', bundle])
  await until('it is allowed', async () => (await request()) === 200)
  assert.is.not(await runOf(), before)
  assert.is(simulated.world.machines[`bottle-${word}`]?.pid, pid)
  assert.match(events(), /the bundle was started again/)
})

title('without its source the policy is not loaded, and the condition says so', async () => {
  rmSync(join(extra, 'token'))
  await until('it is said', async () => condition() === 'False SecretUnavailable')
  writeFileSync(join(extra, 'token'), VALUES[0])
  await until('it is loaded', async () => condition() === 'True PolicyLoaded')
})

test.run()
