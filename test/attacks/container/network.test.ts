import * as assert from 'uvu/assert'
import { verdictOn } from '../../../cli/seal/verdict.ts'
import { ownImageMissing } from '../../bundle/image/own-image.ts'
import { attacks } from '../attack.ts'
import type { Attack } from '../attack.ts'
import { guestImageMissing } from './guest-image.ts'
import { createStage } from './stage.ts'
import type { Played, Stage } from './stage.ts'

/**
 * An agent in a container (runc) that reaches for more than its bundle, on the real Engine. It has the capabilities of an image that
 * runs as root. The table is played as root and as a user of its container, and once more without the rules, where each way must
 * succeed: what can't succeed shows nothing.
 */
const attack = attacks('container/network')
const isListed = process.env['BOTTLED_ATTACKS'] === 'list'
const missing = isListed ? undefined : (ownImageMissing() ?? guestImageMissing())

let stage: Stage
let closed: readonly Played[] = []
let open: Played
/** Right after the rules were loaded. */
let held: unknown
const without = async (): Promise<Played> => {
  await stage.docker('exec', stage.holder, 'nft', 'delete', 'table', 'inet', 'seal')
  const played = await stage.play()
  await stage.hold()
  return played
}

attack.before(async () => {
  if (missing !== undefined || isListed) return
  stage = await createStage()
  held = await stage.hold()
  closed = [await stage.play('0'), await stage.play('1000')]
  open = await without()
})
attack.after(async () => {
  if (missing === undefined && !isListed) await stage.remove()
})

const add = (row: Omit<Attack, 'party'>, body: () => Promise<void> | void): void => {
  const whole = { party: 'agent', ...row } as const
  if (missing === undefined) attack(whole, body, { deadlineMs: 60_000 })
  else attack.skip(whole, missing)
}
/** Not with the rules, and yet without them. */
const isClosed = (what: RegExp, atLeast: number): void => {
  for (const played of closed) {
    assert.ok(played.rows(what) >= atLeast, `${played.rows(what)} rows of ${what}`)
    assert.equal(played.reached(what), [])
  }
  assert.ok(open.reached(what).length >= atLeast, `without the rules: ${open.reached(what).join('; ')}`)
}
const SEAL = "the seal's holder"

add(
  {
    aim: 'reaches this host',
    way: 'from a container: each address of the host by TCP, UDP and ping, as root and as another user',
    seen: 'nothing answers, nothing is heard on the host, and its bundle answers; without the rules they are reached',
    enforcedBy: SEAL,
  },
  () => {
    isClosed(/^this host at .*, by TCP$/, 2)
    isClosed(/^this host by ping$/, 1)
    for (const { outcomes, heard } of closed) assert.is(verdictOn(outcomes, heard).kind, 'proven')
    assert.ok(open.heard.some((each) => each.startsWith('TCP')))
  },
)

add(
  {
    aim: 'reaches this host',
    way: 'from a container: a socket bound to its device, or one that takes no gateway, by TCP and by datagrams that nobody answers',
    seen: 'none arrives: nothing is heard on the host; without the rules they are',
    enforcedBy: SEAL,
  },
  () => {
    isClosed(/^this host at .*, by TCP bound to eth0$/, 2)
    isClosed(/^this host at .*, by UDP bound to eth0$/, 1)
    isClosed(/^this host at .* without a gateway$/, 2)
    for (const { heard } of closed) assert.equal(heard, [])
    assert.ok(open.heard.includes('UDP'))
  },
)

add(
  {
    aim: 'reaches other containers',
    way: 'from a container: another container on its network, also bound to the device',
    seen: 'it is not reached; without the rules it is',
    enforcedBy: SEAL,
  },
  () => isClosed(/^container .*neighbour/, 3),
)

add(
  {
    aim: 'reaches more of its bundle than it declares',
    way: 'from a container: another port of its bundle that listens, UDP, ping',
    seen: 'neither is reached; without the rules they are',
    enforcedBy: SEAL,
  },
  () => {
    isClosed(/^the git port of its bundle/, 1)
    isClosed(/^its bundle by ping$/, 1)
  },
)

add(
  {
    aim: 'carries data out by names',
    way: "from a container: Docker's resolver at 127.0.0.11 by TCP and UDP, also at the ports where it really listens",
    seen: 'refused at once; without the rules it answers',
    enforcedBy: SEAL,
  },
  async () => {
    isClosed(/^the resolver of Docker, by TCP$/, 1)
    isClosed(/^the name of a container, by the resolver/, 1)
    // Its namespace shows where the resolver really listens.
    const real = `use Socket; my ($seen, $open) = (0, 0); open my $table, '<', '/proc/net/tcp'; while (<$table>) { next unless /: 0B00007F:([0-9A-F]{4}) \\S+ 0A /; $seen++; socket(my $s, AF_INET, SOCK_STREAM, 6); $open++ if connect($s, pack_sockaddr_in(hex $1, inet_aton('127.0.0.11'))) } print "seen $seen, open $open"`
    assert.is(await stage.inside('perl', '-e', real), 'seen 1, open 0')
  },
)

add(
  {
    aim: 'takes its seal off',
    way: 'as root of its container: nft flush, a network namespace of its own, raw and packet sockets',
    seen: 'each is refused by the kernel, and the rules are as they were',
    enforcedBy: 'Docker',
  },
  async () => {
    assert.match(await stage.inside('nft', 'flush', 'ruleset'), /Operation not permitted/)
    assert.match(await stage.inside('nft', 'list', 'ruleset'), /Operation not permitted|^$/)
    // unshare(CLONE_NEWUSER | CLONE_NEWNET); raw IPv4; packets of all protocols.
    const tries = `use Socket; print syscall(272, 0x50000000), ' '; for my $kind ([2, 3, 255], [17, 3, 768]) { print socket(my $s, $kind->[0], $kind->[1], $kind->[2]) ? 'open ' : 'refused ' }`
    assert.is((await stage.inside('perl', '-e', tries)).trim(), '-1 refused refused')
    assert.equal(await stage.hold(), held)
  },
)

add(
  {
    aim: 'outlives its seal',
    way: 'from a container: its holder is killed under it, or somebody starts both again by hand',
    seen: 'nothing is reached any more, its bundle neither, until the controller has loaded the rules and looked',
    enforcedBy: SEAL,
  },
  async () => {
    await stage.docker('kill', stage.holder)
    const alone = await stage.play()
    assert.equal(alone.reached(/./), [])
    assert.equal(alone.heard, [])
    await stage.docker('stop', '-t', '1', stage.agent)
    await stage.docker('start', stage.holder)
    await stage.docker('start', stage.agent)
    const again = await stage.play()
    assert.equal(again.reached(/./), [])
    assert.equal(again.heard, [])
    await stage.hold()
    const { outcomes, heard } = await stage.play()
    assert.is(verdictOn(outcomes, heard).kind, 'proven')
  },
)

attack.run()
