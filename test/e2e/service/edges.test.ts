import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { dockerMissing } from '../../helpers/docker.ts'
import { cli, nodeArguments } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'
import { boot, bootMissing } from './booted.ts'

/** `bottled service edges` under a real systemd, whose machine has a packet filter of its own. */
const test = suite('edges under systemd')
const why = dockerMissing() ?? bootMissing()

const OURS = 4242
const STRANGER = 4343
const NAME = `bottled-edges-${OURS}`
const CLIENT = fileURLToPath(new URL('ask-edges.ts', import.meta.url))
const EDGE = JSON.stringify({ identity: 'web', bridge: 'br-0123456789ab', bundleIp: '192.168.9.2', reach: [] })

const TITLE = 'its user has edges closed by it, nobody else may ask, and with it its rules go'

const story = async (): Promise<void> => {
  const machine = boot()
  try {
    await machine.until(['systemctl', 'is-system-running'], /^(running|degraded)$/m)
    // Debian chooses the variant by links in /etc, which this machine has not.
    const links =
      'for n in "" -save -restore; do ln -s /usr/sbin/xtables-nft-multi "/etc/alternatives/iptables$n"; done'
    const accounts = `for id in ${OURS} ${STRANGER}; do echo "u$id:x:$id:$id::/:/bin/sh" >>/etc/passwd; done`
    machine.run(['sh', '-c', `mkdir -p /etc/alternatives && ${links}; ${accounts}`])
    const as = (user: number, verb: string): readonly string[] => [
      'setpriv',
      `--reuid=${user}`,
      `--regid=${user}`,
      '--clear-groups',
      process.execPath,
      ...nodeArguments(CLIENT),
      String(OURS),
      verb,
      EDGE,
    ]
    const rules = (): string => machine.run(['iptables-save', '-t', 'filter'])
    // The helper runs nothing below /tmp, where the package of a test run may lie.
    const built = process.env['BOTTLED_BUILT']
    if (built !== undefined)
      machine.run(['sh', '-c', `umask 022; mkdir -p /opt && cp -rL '${dirname(built)}' /opt/bottled`])
    const program =
      built === undefined ? cli('bottled') : [process.execPath, `/opt/bottled/${basename(built)}/cli/bottled.js`]
    const named = ['service', 'edges', '--user', String(OURS)]
    const edges = (...flags: readonly string[]): readonly string[] => [...program, ...named, ...flags]

    const before = JSON.parse(machine.run(as(OURS, 'look'))) as unknown
    assert.equal(before, { may: false, why: 'only root, or a process with CAP_NET_ADMIN, may set rules' })

    assert.match(machine.run(edges()), new RegExp(`^\\$ systemctl enable ${NAME}\\.socket$`, 'm'))
    assert.match(machine.run(edges()), /service is as it should be/)
    assert.equal(JSON.parse(machine.run(as(OURS, 'look'))), { may: true, closed: [], identities: [] })
    const closed = { may: true, closed: [JSON.parse(EDGE) as unknown], identities: ['web'] }
    assert.equal(JSON.parse(machine.run(as(OURS, 'close'))), closed)
    assert.match(rules(), /-A OUTPUT -o br-\+ -m comment --comment "?\S+@4242"? -j BOTTLED-/)
    assert.match(rules(), /-m owner --uid-owner 4242 -j RETURN/)

    // The helper is neither root nor its user, and another user doesn't get to it.
    const pid =
      /^MainPID=([1-9]\d*)$/m.exec(machine.run(['systemctl', 'show', NAME, '--property', 'MainPID']))?.[1] ?? ''
    const status = machine.run(['cat', `/proc/${pid}/status`])
    assert.not.match(status, /^Uid:\t(0|4242)\t/m)
    assert.match(status, /^CapBnd:\t0000000000003000$/m)
    const stranger = JSON.parse(machine.run(as(STRANGER, 'look'))) as { readonly why?: string }
    assert.match(stranger.why ?? '', /doesn't answer \(EACCES\)/)

    // It ends, and the next request starts it again.
    machine.run(['systemctl', 'stop', `${NAME}.service`])
    assert.equal(JSON.parse(machine.run(as(OURS, 'look'))), closed)
    machine.run(['iptables', '-F'])
    assert.equal(JSON.parse(machine.run(as(OURS, 'close'))), closed)

    machine.run(edges('--remove'))
    assert.not.match(rules(), /BOTTLED-/)
    assert.equal(JSON.parse(machine.run(as(OURS, 'look'))), before)
  } finally {
    machine.remove()
  }
}

if (why === undefined) test(TITLE, story, { deadlineMs: 300_000 })
else test.skip(TITLE, why)

test.run()
