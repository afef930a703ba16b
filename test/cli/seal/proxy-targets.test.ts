import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createSrtEngine } from '../../../bundle/engine/srt.ts'
import type { Guard } from '../../../bundle/engine/port.ts'
import { createService } from '../../../bundle/service/service.ts'
import { ALLOWED_NAMES, hostsText, inwardNames } from '../../../cli/seal/inward-names.ts'
import { openListeners } from '../../../cli/seal/listeners.ts'
import { proxyTargets } from '../../../cli/seal/proxy-targets.ts'
import { outcomesIn, scriptFor } from '../../../cli/seal/script.ts'
import type { Facts, Target } from '../../../cli/seal/target.ts'
import { verdictOn } from '../../../cli/seal/verdict.ts'
import type { Verdict } from '../../../cli/seal/verdict.ts'
import { hashOf } from '../../../egress/hash.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { policyOf } from '../../egress/a-policy.ts'
import { programMissing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('table through the proxy of a bundle')
const run = promisify(execFile)
const modules = bundleModules()
const missing = 'missing' in modules ? modules.missing : programMissing('busybox')
const NAMES = inwardNames({
  gateway: '127.0.0.1',
  bundleIp: '192.168.1.2',
  hostAddresses: ['10.9.8.7'],
  containers: [{ ip: '172.17.0.9' }],
})

/** What a guest with busybox gets from a bundle on loopback; this host stands behind every name. */
const played = async (
  alter: (guard: Guard, lookUp: (host: string) => readonly string[]) => Guard,
): Promise<Verdict> => {
  if ('missing' in modules) throw new Error(modules.missing)
  const listeners = await openListeners()
  const lookUp = (host: string): readonly string[] => NAMES.filter(({ name }) => name === host).map(({ ip }) => ip)
  const service = createService({
    createEngine: (setting) =>
      createSrtEngine({ ...setting, modules: modules.path, guard: alter(setting.guard, lookUp) }),
    lookUp: async (host) => lookUp(host),
    networks: () => ['192.168.1.0/24', '127.0.0.1/8'],
    now: Date.now,
    ended: () => undefined,
    failed: () => undefined,
  })
  const bin = mkdtempSync(join(tmpdir(), 'bottle-t-busybox-'))
  try {
    await new Promise<void>((resolve) => void service.front.listen(0, '127.0.0.1', resolve))
    const { port } = service.front.address() as AddressInfo
    const [whole, apart] = ALLOWED_NAMES
    const ports = [listeners.port]
    const policy = policyOf({
      allow: [
        { host: whole, ports, private: true },
        { host: apart, ports },
      ],
    })
    const { bottle } = makeCertificates()
    const message = { version: 1, command: 'load', policy, hash: hashOf(policy), secrets: {}, ca: bottle }
    assert.match(await service.control(JSON.stringify(message)), '"ok":true')
    chmodSync(bin, 0o755)
    const { stdout: where } = await run('sh', ['-c', 'command -v busybox'])
    for (const name of ['sh', 'nc', 'head', 'od', 'tr', 'timeout', 'grep', 'sleep'])
      symlinkSync(where.trim(), join(bin, name))
    const facts: Facts = {
      bundleIp: '127.0.0.1',
      gateway: '127.0.0.1',
      port: listeners.port,
      hostAddresses: [],
      containers: [],
      outside: [],
      inward: NAMES,
    }
    const health: Target = {
      what: 'the proxy of its bundle',
      attempt: { kind: 'tcp', ip: '127.0.0.1', port, send: 'GET /health HTTP/1.0\r\n\r\n' },
      expect: 'answer',
    }
    const targets = [
      health,
      ...proxyTargets(facts).map((each): Target => ({
        ...each,
        attempt: { ...each.attempt, port } as Target['attempt'],
      })),
    ]
    const { stdout } = await run(join(bin, 'sh'), ['-c', scriptFor(targets, 4)], { env: { PATH: bin } })
    return verdictOn(outcomesIn(stdout, targets), listeners.heard())
  } finally {
    await service.close()
    await new Promise((resolve) => service.front.close(resolve))
    await listeners.close()
    rmSync(bin, { recursive: true })
  }
}

const title = (text: string, body: () => Promise<void>): void => {
  if (missing === undefined) test(text, body, { deadlineMs: 120_000 })
  else test.skip(text, missing)
}

title('a bundle of ours lets none of it through, and says that it judged each address', async () => {
  const verdict = await played((guard) => guard)
  assert.is(verdict.kind, 'proven', JSON.stringify(verdict))
})

title('a bundle that connects this host to whatever name is allowed leaks', async () => {
  const verdict = await played((guard) => ({ ...guard, resolve: async () => ['127.0.0.1'] }))
  assert.is(verdict.kind, 'leak')
  const leaks = verdict.kind === 'leak' ? verdict.leaks.join('\n') : ''
  assert.match(leaks, /^this host: TCP at /m)
})

title('a bundle that takes a private entry for any address leaks', async () => {
  const verdict = await played((guard, lookUp) => ({
    ...guard,
    resolve: async (target) =>
      target.host.includes('.private.') ? lookUp(target.host) : [...(await guard.resolve(target))],
  }))
  assert.is(verdict.kind, 'leak', JSON.stringify(verdict))
})

title('a bundle that refuses the names themselves shows nothing of their addresses', async () => {
  const verdict = await played((guard) => ({
    ...guard,
    decide: (head) => {
      const decided = guard.decide(head)
      return head.host.endsWith('.seal.invalid')
        ? { kind: 'deny', status: 403, reason: 'NotAllowed', text: 'no' }
        : decided
    },
  }))
  assert.is(verdict.kind, 'unknown', JSON.stringify(verdict))
})

test('every kind of inward address has a name, and each name an address of its own', () => {
  const names = NAMES.map(({ name }) => name)
  assert.is(new Set(names).size, names.length)
  const ips = new Set(NAMES.map(({ ip }) => ip))
  for (const ip of [
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '169.254.169.254',
    '192.168.1.2',
    '10.0.0.1',
    '10.9.8.7',
    '172.17.0.9',
  ])
    assert.ok(ips.has(ip), ip)
  for (const name of names) assert.match(name, /^[a-z0-9]+(\.private)?\.seal\.invalid$/)
  assert.match(hostsText(NAMES), '\n169.254.169.254 metadata.seal.invalid\n')
})

test('no two rows have the same words, and nothing in them ends a quoted word of a shell', () => {
  const targets = proxyTargets({
    bundleIp: '192.168.9.2',
    gateway: '192.168.9.1',
    port: 4711,
    hostAddresses: [],
    containers: [],
    outside: [],
    inward: NAMES,
  })
  assert.is(new Set(targets.map(({ what }) => what)).size, targets.length)
  for (const { attempt } of targets) assert.not.match('send' in attempt ? attempt.send : '', /['"%\\$`]/)
})

test.run()
