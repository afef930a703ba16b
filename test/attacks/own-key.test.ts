import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { PLACEHOLDER } from '../../reconcilers/machine/guest-env.ts'
import { ownImage, ownImageMissing } from '../bundle/image/own-image.ts'
import { inspectContainer } from '../e2e/engine.ts'
import type { Rig } from '../e2e/rig.ts'
import { attacks } from './attack.ts'
import { bundleOf, onEngine } from '../e2e/tainted-rig.ts'

/** Ways of an agent to the key that its bundle puts in for it, and to the one by which it shows servers. */
const attack = attacks('own-key')
const missing = ownImageMissing()
const run = promisify(execFile)
const VALUE = `hunter2-${randomBytes(8).toString('hex')}`
let tag = ''

attack.before(async () => {
  if (missing !== undefined || process.env['BOTTLED_ATTACKS'] === 'list') return
  tag = await ownImage()
})

/** Of a file, a folder or a process; the texts of the agent's reach. */
const holding = async (text: string, ...places: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await run('grep', ['-rlaF', '-e', text, ...places]).catch((error: { code: number }) => {
    if (error.code === 1) return { stdout: '' }
    throw error as unknown as Error
  })
  return stdout.split('\n').filter((line) => line !== '')
}

const listens = (pid: number): readonly number[] =>
  ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))

const says = (ip: string, port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    let got = ''
    const socket = connect(port, ip, () => socket.write(text))
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('data', (more: Buffer) => (got += more.toString('latin1')))
    socket.on('error', () => undefined).on('close', () => resolve(got))
  })

onEngine(attack)(
  {
    party: 'agent',
    aim: 'reads its key',
    way: 'its environment, its disk, /etc/bottled, what smolvm was told, and the control command on every port of its bundle',
    seen: 'a placeholder in its environment, certificates in /etc/bottled, and no port that takes the command',
    enforcedBy: 'controller',
  },
  async (rig: Rig) => {
    rig.env['AGENT_KEY'] = VALUE
    const egress = 'egress: {allow: [{host: api.test, credential: {secret: AGENT_KEY, header: x-api-key}}]}'
    rig.write(
      'a.yaml',
      rig.bottle('a', `bundle: {image: "${tag}"}`, 'secrets: {AGENT_KEY: {fromEnv: AGENT_KEY}}', egress),
    )
    rig.start()
    await rig.ready('a')

    const vm = rig.machines()[`bottle-${rig.slug('a')}`]
    const env = new Map(vm?.env)
    assert.is(env.get('AGENT_KEY'), PLACEHOLDER)
    assert.is(env.get('SSL_CERT_FILE'), '/etc/bottled/ca.pem')
    const [mount] = (vm as unknown as { readonly volumes: readonly Mount[] }).volumes
    assert.equal([mount?.target, mount?.readOnly], ['/etc/bottled', true])
    assert.match(readFileSync(join(rig.diskOf('a'), 'etc/bottled/ca.pem'), 'utf8'), 'BEGIN CERTIFICATE')

    const authority = readFileSync(join(rig.state, 'bottles', rig.slug('a'), 'ca.pem'), 'utf8')
    const line = authority.slice(authority.indexOf('PRIVATE KEY')).split('\n')[1] ?? ''
    assert.is(line.length, 64)
    const reach = [rig.diskOf('a'), mount?.source ?? '', rig.home]
    const processes = rig.vmProcesses().flatMap((pid) => [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`])
    assert.is(processes.length, 2)
    for (const secret of [VALUE, line, 'PRIVATE KEY-----'])
      assert.equal(await holding(secret, ...reach, ...processes), [])
    // Nowhere on the host either, but the authority in its own file.
    assert.equal(await holding(VALUE, rig.base), [])
    assert.equal(await holding(line, rig.base), [join(rig.state, 'bottles', rig.slug('a'), 'ca.pem')])
    assert.not.match(rig.allCalls().join('\n'), VALUE)

    const bundle = await inspectContainer(bundleOf(rig, 'a'))
    assert.not.match(JSON.stringify(bundle), VALUE)
    const ip = rig.status('a')?.bundle?.ip ?? ''
    const ports = listens(bundle?.State.Pid ?? 0)
    assert.ok(ports.includes(8888))
    const command = JSON.stringify({ version: 1, command: 'status' })
    const post = `POST /control HTTP/1.1\r\nHost: bundle\r\nContent-Type: application/json\r\nContent-Length: ${command.length}\r\n\r\n${command}`
    for (const port of ports)
      for (const text of [post, `${command}\n`]) assert.not.match(await says(ip, port, text), /"ok":true|hunter2/)
  },
  missing,
)

interface Mount {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

attack.run()
