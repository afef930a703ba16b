import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { judgeRules } from '../../../../drivers/container/seals/judge.ts'
import { closedRules, openRules } from '../../../../drivers/container/seals/rules.ts'
import { ADDRESSES, createNetLab, netLabMissing } from '../../../helpers/net-lab.ts'
import type { NetLab } from '../../../helpers/net-lab.ts'
import { suite } from '../../../helpers/suite.ts'

/**
 * What the rules do to packets, between network namespaces: the agent's is where the lab has its bundle, and the address that it may
 * reach is the host's on that bridge. Whatever of the host's own rules is flushed, these hold.
 */
const test = suite('packets under the rules of a seal')
const run = promisify(execFile)
const missing =
  netLabMissing() ??
  ['/usr/sbin/nft', '/usr/bin/perl'].map((path) => (existsSync(path) ? [] : `there is no ${path}`)).flat()[0]
const PORT = 8888
const OTHERS = ['host', 'private', 'shared', 'metadata', 'public'] as const
let lab: NetLab

const title = (text: string, body: () => Promise<void>): void =>
  missing === undefined ? test(text, body, { deadlineMs: 60_000 }) : test.skip(text, missing)
const load = (rules: string): void => void lab.run('bundle', ['nft', '-f', '-'], rules)
const listing = (): string => lab.run('bundle', ['nft', '-j', 'list', 'ruleset'])
/** By TCP bound to the device: where a route is missing, the kernel takes the address to be on the link. */
const reachesBound = async (ip: string, port = PORT): Promise<boolean> => {
  const script = `use Socket; socket(my $s, AF_INET, SOCK_STREAM, 6) or die; setsockopt($s, SOL_SOCKET, 25, "eth0\\0") or die "device: $!"; alarm 3; print connect($s, pack_sockaddr_in(${port}, inet_aton('${ip}'))) ? 'reached' : 'not'`
  const [file, ...args] = [...lab.in('bundle'), 'perl', '-e', script]
  const { stdout } = await run(file, args).catch(() => ({ stdout: 'not' }))
  return stdout === 'reached'
}
const reached = async (): Promise<readonly string[]> => {
  const tried = await Promise.all(
    OTHERS.flatMap((name) => [
      lab.reaches('bundle', ADDRESSES[name], PORT).then((yes) => (yes ? [name] : [])),
      reachesBound(ADDRESSES[name]).then((yes) => (yes ? [`${name}, bound`] : [])),
    ]),
  )
  return tried.flat()
}

test.before(async () => {
  if (missing !== undefined) return
  lab = createNetLab()
  await lab.serve('host', PORT)
  await lab.serve('host', 9418)
  await lab.serve('outside', PORT)
})
test.after(() => {
  if (missing === undefined) lab.remove()
})

title('without rules all is reached, by a socket that is bound to the device, too', async () => {
  const all = await reached()
  for (const name of OTHERS) assert.ok(all.includes(name), name)
  assert.ok(all.includes('host, bound'))
})

title('those that a holder loads by itself let nothing out', async () => {
  load(closedRules())
  assert.equal(judgeRules(listing()).allowedCidrs, [])
  assert.equal(await reached(), [])
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, PORT), false)
})

title('they never undo the ones of the controller', async () => {
  load(openRules(ADDRESSES.gateway, [PORT]))
  assert.throws(() => load(closedRules()), /File exists/)
  assert.equal(judgeRules(listing()).allowedCidrs, [`${ADDRESSES.gateway}/32`])
})

title('those of the controller let one address out, on its ports, and nobody in', async () => {
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, PORT), true)
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, 9418), false)
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, PORT, { kind: 'udp' }), false)
  assert.equal(await reached(), [])
  await lab.serve('bundle', 7777)
  assert.is(await lab.reaches('host', ADDRESSES.bundle, 7777), false)
  assert.ok(judgeRules(listing()).refused > 0)
})

title('a conversation goes on while the rules are loaded again, and ends with its port', async () => {
  const talk = await lab.converse('bundle', ADDRESSES.gateway, PORT)
  load(openRules(ADDRESSES.gateway, [PORT, 9418]))
  assert.is(await talk.stillWorks(), true)
  load(openRules(ADDRESSES.gateway, [9418]))
  assert.is(await talk.stillWorks(), false)
  talk.end()
  load(openRules(ADDRESSES.gateway, [PORT]))
})

title("they hold though the host's own rules are flushed and forward all", async () => {
  for (const words of ['-F', '-t nat -F', '-P FORWARD ACCEPT', '-P INPUT ACCEPT', '-P OUTPUT ACCEPT'])
    lab.run('host', ['iptables', ...words.split(' ')])
  assert.is(await lab.reaches('bundle', ADDRESSES.gateway, PORT), true)
  assert.equal(await reached(), [])
})

test.run()
