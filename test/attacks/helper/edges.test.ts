import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { requireRootsCode } from '../../../cli/service/own-code.ts'
import { createAnswering } from '../../../drivers/firewall/helper/answer.ts'
import { createHelpedFirewall } from '../../../drivers/firewall/helper/ask.ts'
import type { HelperRequest } from '../../../drivers/firewall/helper/request.ts'
import { serveEdges } from '../../../drivers/firewall/helper/serve.ts'
import { createTool } from '../../../drivers/firewall/tool.ts'
import type { Tool } from '../../../drivers/firewall/tool.ts'
import { createNetLab, netLabMissing } from '../../helpers/net-lab.ts'
import { attacks } from '../attack.ts'

/** What a user may do with the helper of root that sets rules around their bundles, and others without it. */
const attack = attacks('helper/edges')
const BY = { party: 'neighbour', enforcedBy: 'helper of root' } as const
const OWNER = 'bottled-0123456789abcdef'
const EDGE = { identity: 'web', bridge: 'br-0123456789ab', bundleIp: '192.168.9.2', reach: [] }

/** A helper of user 4242 on a socket of its own. */
const helper = async <T>(
  open: () => Promise<Tool>,
  work: (socket: string) => Promise<T>,
  userId = 4242,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-edges-'))
  const socket = join(folder, 's')
  const server = serveEdges(createAnswering({ userId, open, resolvers: async () => [] }))
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  try {
    return await work(socket)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
}

const post = (socketPath: string, text: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, method: 'POST', path: '/' }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject)
    request.end(text)
  })

/** Keeps what it is given: nothing may come. */
const recorder = () => {
  const scripts: string[] = []
  const tool: Tool = {
    save: async () => '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    restore: async (script) => void scripts.push(script),
  }
  return { scripts, open: async () => tool }
}

const close = (change: object, more: object = {}): unknown => ({
  owner: OWNER,
  reach: [],
  wish: { verb: 'close', edge: { ...EDGE, ...change } },
  ...more,
})

const HOSTILE: Readonly<Record<string, unknown>> = {
  'a line break in an identity': close({ identity: 'a\n-A INPUT -j ACCEPT' }),
  'a flag in an identity': close({ identity: '-j' }),
  'a space in an owner': close({}, { owner: 'a -j ACCEPT' }),
  'the name of another user in an owner': close({}, { owner: `${OWNER}@0` }),
  'the loopback device as bridge': close({ bridge: 'lo' }),
  'all devices as bridge': close({ bridge: 'br-+' }),
  'the network of this host as bridge': close({ bridge: 'eth0' }),
  'a bridge with a negation': close({ bridge: '! br-0123456789ab' }),
  'a range as address': close({ bundleIp: '0.0.0.0/0' }),
  'an address with a flag': close({ bundleIp: '1.1.1.1 -j ACCEPT' }),
  'a chain as reach': close({ reach: ['10.0.0.0/8 -j ACCEPT'] }),
  'a port range as reach': close({}, { reach: ['10.0.0.0/8:1:65535'] }),
  'a line break after a range': close({}, { reach: ['10.0.0.0/8\n'] }),
  'a number as reach': close({}, { reach: [1] }),
  'five ranges of one bundle': close({ reach: Array.from({ length: 5 }, () => '10.0.0.0/8') }),
  'a thousand ranges': close({}, { reach: Array.from({ length: 1_000 }, () => '10.0.0.0/8') }),
  'a field more': close({ chain: 'INPUT' }),
  'another user id': close({}, { userId: 0 }),
  'a verb that is none': { owner: OWNER, reach: [], wish: { verb: 'flush' } },
  'a verb of the prototype': { owner: OWNER, reach: [], wish: { verb: 'constructor' } },
  'no object': [],
}

attack(
  {
    ...BY,
    aim: 'has the helper write rules of its own',
    way: `${Object.keys(HOSTILE).join('; ')}; what is no JSON; a megabyte`,
    seen: 'each is refused before the firewall is asked; the next good request is answered',
  },
  async () => {
    const { scripts, open } = recorder()
    await helper(open, async (socket) => {
      for (const [what, wish] of Object.entries(HOSTILE)) assert.is(await post(socket, JSON.stringify(wish)), 400, what)
      assert.is(await post(socket, '{"owner":'), 400)
      const large = await post(socket, 'x'.repeat(1024 * 1024)).catch(() => 400)
      assert.is(large, 400)
      assert.equal(scripts, [])
      assert.is(await post(socket, JSON.stringify({ owner: OWNER, reach: [], wish: { verb: 'look' } })), 200)
    })
  },
)

attack(
  {
    ...BY,
    aim: 'keeps others from the helper',
    way: 'connections that send half a request and stay',
    seen: 'the others are answered meanwhile',
  },
  () =>
    helper(recorder().open, async (socket) => {
      const slow = Array.from({ length: 20 }, () => connect(socket))
      for (const one of slow)
        one.on('error', () => undefined).write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')
      assert.is(await post(socket, JSON.stringify({ owner: OWNER, reach: [], wish: { verb: 'look' } })), 200)
      for (const one of slow) one.destroy()
    }),
)

attack(
  {
    ...BY,
    aim: 'keeps others from the helper',
    way: 'a thousand requests one behind the other on one connection',
    seen: 'one of them is carried out, and the connection ends',
  },
  async () => {
    const { open } = recorder()
    let looks = 0
    const counted = async (): Promise<Tool> => {
      const tool = await open()
      return { ...tool, save: () => ((looks += 1), tool.save()) }
    }
    const text = JSON.stringify({ owner: OWNER, reach: [], wish: { verb: 'look' } })
    const one = `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${text.length}\r\n\r\n${text}`
    await helper(counted, async (socket) => {
      const connection = connect(socket)
      connection.on('error', () => undefined).resume()
      const ended = new Promise((resolve) => connection.once('close', resolve))
      connection.write(one.repeat(1_000))
      await ended
      assert.is(await post(socket, text), 200)
    })
    assert.ok(looks <= 2, `${looks} looks`)
  },
)

attack(
  {
    ...BY,
    aim: 'fills the packet filter',
    way: 'rules for thousands of bundles of a root',
    seen: 'the 2049th is refused before the kernel is asked; a user whose id ends alike has room',
  },
  async () => {
    const lines = Array.from({ length: 2_048 }, (_, n) => `${OWNER}@4242/b${n}`).map(
      (comment) => `-A BOTTLED-0-LOCAL -d 10.0.0.2/32 -m comment --comment ${comment} -j BOTTLED-0-LOCAL-D`,
    )
    const tool: Tool = {
      save: async () => ['*filter', ':INPUT ACCEPT [0:0]', ':BOTTLED-0-LOCAL - [0:0]', ...lines].join('\n'),
      restore: () => Promise.reject(new Error('it came to the kernel')),
    }
    const of = async (userId: number) => {
      const { answer } = createAnswering({ userId, open: async () => tool, resolvers: async () => [] })
      return JSON.stringify(await answer({ owner: OWNER, reach: [], wish: { verb: 'close', edge: EDGE } }))
    }
    assert.match(await of(4242), /2048 bundles of user 4242 have rules already/)
    assert.match(await of(242), /it came to the kernel/)
  },
)

attack(
  {
    ...BY,
    aim: 'fills the packet filter',
    way: 'rules for a hundred roots that there are not, one after another and all at once',
    seen: 'no more than 16 roots of a user have rules, also after the helper was started anew',
  },
  async () => {
    const jumps: string[] = []
    const tool: Tool = {
      save: async () =>
        [
          '*filter',
          ':INPUT ACCEPT [0:0]',
          ...jumps.map((owner) => `-A INPUT -i br-+ -m comment --comment ${owner} -j BOTTLED-00000000-HOST`),
        ].join('\n'),
      restore: async (script) => void jumps.push(/--comment (\S+@4242) -j/.exec(script)?.[1] ?? 'none'),
    }
    const close = (n: number): HelperRequest => ({ owner: `root-${n}`, reach: [], wish: { verb: 'close', edge: EDGE } })
    const anew = () => createAnswering({ userId: 4242, open: async () => tool, resolvers: async () => [] })
    for (let n = 0; n < 10; n += 1) await anew().answer(close(n))
    const { answer } = anew()
    await Promise.all(Array.from({ length: 100 }, (_, n) => answer(close(n))))
    assert.is(new Set(jumps).size, 16)
  },
)

const noLab = netLabMissing()
const others = {
  ...BY,
  aim: "opens the edges of another user's bundle",
  way: 'the owner and identity of that bundle, said to a helper of its own',
  seen: 'only what is theirs goes; the rules of the other user, and of root, stand',
} as const
if (noLab !== undefined) attack.skip(others, noLab)
else
  attack(others, async () => {
    const lab = createNetLab()
    const open = async () => createTool('iptables-nft', lab.in('host'))
    const of = (userId: number, socket: string) => createHelpedFirewall({ owner: OWNER, reach: [], userId, socket })
    try {
      await helper(open, (ours) =>
        helper(
          open,
          async (theirs) => {
            await of(4242, ours).close(EDGE)
            await of(4343, theirs).close({ ...EDGE, bundleIp: '192.168.9.3' })
            await of(4343, theirs).open('web')
            assert.equal(await of(4343, theirs).look(), { may: true, closed: [], identities: [] })
            assert.equal(await of(4242, ours).look(), { may: true, closed: [EDGE], identities: ['web'] })
          },
          4343,
        ),
      )
    } finally {
      lab.remove()
    }
  })

const code = {
  ...BY,
  aim: 'runs code as a service of root',
  way: 'a package that the helper would be started from: a file of theirs in it, one that all may write, links out of it, a folder in a home',
  seen: 'nothing is installed; the path is named',
} as const
if (process.getuid?.() !== 0) attack.skip(code, 'files of two users need root')
else
  attack(code, async () => {
    const base = mkdtempSync('/opt/bottle-t-package-')
    const outside = mkdtempSync('/opt/bottle-t-package-')
    const away = mkdtempSync(join(tmpdir(), 'bottle-t-package-'))
    try {
      chmodSync(base, 0o755)
      const folder = join(base, 'lib')
      mkdirSync(folder)
      const file = join(folder, 'a.js')
      writeFileSync(file, '')
      const tried = (path: string): Promise<unknown> =>
        requireRootsCode(process.execPath, path).catch((error: unknown) => (error as Error).message)
      assert.is(await tried(base), undefined)
      chmodSync(file, 0o666)
      assert.match(String(await tried(base)), /a\.js: a user other than root may write it/)
      chmodSync(file, 0o644)
      chownSync(file, 4242, 4242)
      assert.match(String(await tried(base)), /a\.js: a user other than root may write it/)
      chownSync(file, 0, 0)
      chownSync(folder, 4242, 4242)
      assert.match(String(await tried(base)), /lib: a user other than root may write it/)
      chownSync(folder, 0, 0)
      symlinkSync('a.js', join(folder, 'inside'))
      assert.is(await tried(base), undefined)
      symlinkSync(join(away, 'dep'), join(folder, 'dep'))
      assert.match(String(await tried(base)), /\/dep: the service sees neither/)
      rmSync(join(folder, 'dep'))
      // Beside the package, of root, and with a file of theirs.
      symlinkSync(outside, join(folder, 'dep'))
      assert.is(await tried(base), undefined)
      writeFileSync(join(outside, 'b.js'), '')
      chownSync(join(outside, 'b.js'), 4242, 4242)
      assert.match(String(await tried(base)), /b\.js: a user other than root may write it/)
      assert.match(String(await tried(away)), /neither home folders nor \/tmp|every user may write/)
    } finally {
      for (const each of [base, outside, away]) rmSync(each, { recursive: true })
    }
  })

attack.run()
