import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createDocker } from '../../../drivers/docker/docker.ts'
import { createProbes } from '../../../drivers/probe/probe.ts'
import { loadedHash } from '../../../egress/git/loaded-hash.ts'
import type { Repository } from '../../../egress/git/repository.ts'
import { hashOf } from '../../../egress/hash.ts'
import { gateEnv } from '../../../reconcilers/machine/gate-config.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { clear, createBench } from '../../conformance/docker/bench.ts'
import type { Bench } from '../../conformance/docker/bench.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { createGuest, exchange } from '../../conformance/proxy/guest.ts'
import type { Guest } from '../../conformance/proxy/guest.ts'
import { met } from '../../conformance/proxy/met.ts'
import { echoUpstream, plainUpstream, tlsUpstream } from '../../conformance/proxy/servers.ts'
import type { Upstream } from '../../conformance/proxy/servers.ts'
import { get } from '../../conformance/proxy/stage.ts'
import { gitUpstream, TOKEN as GIT_TOKEN, USER } from '../gate/upstream.ts'
import { policyOf } from '../../egress/a-policy.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'
import { baseImage, bundleBuild, ownImage, ownImageMissing, tellBundle } from './own-image.ts'

/** The image of `bottled bundle build` on the real Engine, as hardened as the controller has it. */
const test = suite('image of bottled bundle build')
const missing = ownImageMissing()
const run = promisify(execFile)
const VALUE = 'hunter2-the-real-one'
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-own-'))
const certificates = makeCertificates()
const chunk = Buffer.alloc(64 * 1024)
const SIZE = 200 * 2 ** 20

let image = ''
let bench: Bench
let here = ''
let ip = ''
let id = ''
let guest: Guest
let upstream: Upstream
let plain: Upstream

const title = (text: string, body: () => Promise<void>, deadlineMs = 60_000): void => {
  if (missing === undefined) test(text, body, { deadlineMs })
  else test.skip(text, missing)
}

test.before(async () => {
  if (missing !== undefined) return
  // An address of this host that is not in the container's own network.
  here =
    Object.values(networkInterfaces()).flatMap((each = []) =>
      each.filter(({ internal, family }) => !internal && family === 'IPv4'),
    )[0]?.address ?? ''
  if (here === '') throw new Error('this host has no address but loopback')
  image = await ownImage()
  upstream = await tlsUpstream(certificates.server, answer, here)
  plain = await plainUpstream(undefined, here)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'internet.pem'), certificates.internet.cert)
  writeFileSync(join(folder, 'hosts'), `${here} a.test b.test\n169.254.169.254 metadata.test\n127.0.0.1 inside.test\n`)
  bench = createBench({ ...createDocker({ host: undefined, env: process.env }), cleanup: async () => {} }, image)
  const network = await bench.network()
  id = await bench.container(network, {
    memoryMiB: 256,
    pids: 128,
    env: { BOTTLE_GIT: '1', BOTTLE_SUPERVISE: '1', NODE_EXTRA_CA_CERTS: '/extra/internet.pem' },
    mounts: [
      { source: folder, target: '/extra', readOnly: true },
      { source: join(folder, 'hosts'), target: '/etc/hosts', readOnly: true },
    ],
  })
  ip = network.at.ip
  guest = createGuest(8888, certificates.bottle.cert, ip)
  await start()
})
test.after(async () => {
  if (missing !== undefined) return
  await Promise.all([upstream.close(), plain.close(), clear(bench)])
  rmSync(folder, { recursive: true, force: true })
})

const answer: Parameters<typeof tlsUpstream>[1] = (request, response) => {
  if (request.url === '/stream') return void response.writeHead(200).write('data: one\n\n')
  if (request.url === '/large') {
    let left = SIZE
    response.writeHead(200, { 'content-length': SIZE })
    const more = (): void => {
      while (left > 0) {
        left -= chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end()
    }
    return more()
  }
  let size = 0
  request.on('data', (each: Buffer) => (size += each.length))
  request.on('end', () => response.end(`took ${size}`))
}

const probes = createProbes()
const start = async (): Promise<void> => {
  await bench.containers.start(id)
  const endMs = performance.now() + 20_000 * patience()
  while (!(await probes.ask({ ip, port: 'proxy', thorough: true })).ok)
    if (performance.now() > endMs) throw new Error(await logs())
}
const logs = async (): Promise<string> => {
  const { stdout, stderr } = await run('docker', ['logs', id], { maxBuffer: 2 ** 26 })
  return stdout + stderr
}
const tell = (message: object): Promise<Readonly<Record<string, unknown>>> => tellBundle(id, JSON.stringify(message))
const load = (spec: EgressPolicy, change: object = {}): Promise<Readonly<Record<string, unknown>>> =>
  tell({
    version: 1,
    command: 'load',
    policy: policyOf(spec),
    secrets: { TOKEN: VALUE },
    ca: certificates.bottle,
    ...change,
  })
const entry = (host: string, more: object = {}) => ({ host, ports: [upstream.port], private: true, ...more })
const at = (host = 'a.test'): string => `${host}:${upstream.port}`
const whole = (): EgressPolicy => ({
  allow: [
    entry('a.test', { credential: { secret: 'TOKEN', header: 'x-api-key' } }),
    ...['b.test', 'metadata.test', 'inside.test'].map((host) => entry(host)),
    { host: 'plain.test' },
  ],
})

title(
  'it is built under the tag that is named, which a base without Node, or none at all, leaves where it was',
  async () => {
    const tag = `bottled-test-built:${randomBytes(4).toString('hex')}`
    const bare = `bottled-test-bare:${randomBytes(4).toString('hex')}`
    const idOf = async () => (await run('docker', ['image', 'inspect', '-f', '{{.Id}}', tag])).stdout.trim()
    await run('sh', ['-c', `tar -c -C ${folder} hosts | docker import - ${bare}`])
    try {
      const built = await bundleBuild('--base', await baseImage(), '--tag', tag)
      const id = await idOf()
      assert.is(built.code, 0, built.stderr)
      assert.match(built.stderr, `${tag} is built: Node 22.`)
      assert.match(built.stderr, id.slice(0, 19))
      const none = await bundleBuild('--base', bare, '--tag', tag)
      assert.is(none.code, 1)
      assert.match(none.stderr, /docker build failed/)
      assert.match(none.stderr, /another base, which must have Node 22\.12/)
      assert.is(await idOf(), id)
    } finally {
      await run('docker', ['rmi', bare, tag])
    }
  },
)

title('it has an nft that runs as the holder of a seal', async () => {
  const plain = ['--rm', '--network', 'none', '--read-only', '--user', '0:0', '--cap-drop', 'ALL']
  const rules = [image, 'create table inet x; add chain inet x y; add rule inet x y ct state established reject']
  const nft = (...more: readonly string[]) => run('docker', ['run', ...plain, ...more, '--entrypoint', 'nft', ...rules])
  await nft('--cap-add', 'NET_ADMIN')
  const { stderr } = await nft().catch((error: { stderr: string }) => error)
  assert.match(stderr, /Operation not permitted/)
})

title('each declared port answers as the controller asks it', async () => {
  for (const port of ['proxy', 'git', 'supervise'] as const)
    assert.equal(await probes.ask({ ip, port, thorough: true }), { ok: true }, port)
})

title('git says that nothing is known yet, and MCP serves its tools without a policy, too', async () => {
  const { stderr } = await run('git', ['ls-remote', `git://${ip}/x.git`]).catch((error: { stderr: string }) => error)
  assert.match(stderr, 'no repositories are known yet')
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const post = (body: string) => fetch(`http://${ip}:9100/`, { method: 'POST', body, headers })
  const list = await post('{"jsonrpc":"2.0","id":1,"method":"tools/list"}')
  assert.match(JSON.stringify(await list.json()), '"name":"request_egress"')
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'policy', arguments: {} } }
  assert.match(JSON.stringify(await (await post(JSON.stringify(call))).json()), 'nothing may leave')
  assert.is((await post('{"jsonrpc":"2.0","method":"notifications/initialized"}')).status, 202)
  assert.match(await (await post('nonsense')).text(), '-32700')
  assert.is((await post('x'.repeat(300_000))).status, 413)
  assert.is((await fetch(`http://${ip}:9100/`)).status, 405)
  assert.match(await (await fetch(`http://${ip}:9100/asks`)).text(), '"asks":[]')
})

title('it denies everything until it is told a policy, and answers with its hash', async () => {
  assert.is((await guest.https(at(), get('/', at()))).status, 503)
  assert.equal(await tell({ version: 1, command: 'status' }), { version: 1, ok: true, hash: null, converses: true })
  assert.equal(await load(whole()), { version: 1, ok: true, hash: hashOf(policyOf(whole())), converses: true })
  const answered = await guest.https(at(), get('/', at(), 'x-api-key: placeholder'))
  assert.is(answered.status, 200, answered.head)
  const { raw = [] } = upstream.requests.at(-1) ?? {}
  assert.ok(raw.includes(VALUE))
  assert.not.ok(raw.includes('placeholder'))
})

title('what is not allowed is denied in words, by name, by method of connecting, by address', async () => {
  const denied = async (host: string, wanted: RegExp): Promise<void> => {
    const { head, body } = await guest.https(host, get('/', host))
    assert.match(head, /^HTTP\/1\.1 403 /, `${host}: ${head}`)
    assert.match(head + body, wanted)
  }
  await denied(at('c.test'), /x-bottled-denied: NotAllowed[^]*No entry names c\.test/i)
  await denied(`${here}:${upstream.port}`, /AddressLiteral/)
  await denied(at('metadata.test'), /link-local/)
  await denied(at('inside.test'), /own network/)
  await denied('a.test:22', /NotAllowed/)
  const plainly = await guest.raw(get(`http://a.test:${plain.port}/`, `a.test:${plain.port}`))
  assert.is(plainly.status, 403)
  assert.equal(plain.requests, [])
})

title('the value is in no file, environment, argument, log or answer', async () => {
  assert.not.match(await logs(), VALUE)
  const { stdout: inspected } = await run('docker', ['inspect', id])
  assert.not.match(inspected, VALUE)
  const { stdout: exported } = await run(
    'sh',
    ['-c', `docker export ${id} | grep -c -a -e ${VALUE} -e 'PRIVATE KEY-----.MII' || true`],
    { maxBuffer: 2 ** 26 },
  )
  assert.is(exported.trim(), '0')
  const { stdout: memory } = await run('docker', [
    'exec',
    id,
    'node',
    '-e',
    `const fs=require('fs');const walk=(d)=>fs.readdirSync(d,{withFileTypes:true}).flatMap((e)=>e.isDirectory()?walk(d+'/'+e.name):e.isFile()?[d+'/'+e.name]:[]);
     const texts=[...walk('/dev/shm').map((f)=>fs.readFileSync(f,'utf8')),...fs.readdirSync('/proc').filter((p)=>/^\\d+$/.test(p)&&Number(p)!==process.pid).flatMap((p)=>['environ','cmdline'].map((f)=>{try{return fs.readFileSync('/proc/'+p+'/'+f,'utf8')}catch{return ''}}))];
     console.log(texts.length, texts.some((t)=>t.includes('${VALUE}')||t.includes('PRIVATE KEY')))`,
  ])
  assert.match(memory, /^\d+ false\n$/)
})

title('an edit is in force within a second: what is still allowed goes on, the rest is cut', async () => {
  await load(whole())
  const begin = async (host: string) => {
    const { socket } = await guest.tunnel(host)
    if (socket === undefined) throw new Error('no tunnel')
    await exchange(socket, get('/stream', host), (got) => got.includes('data: one'))
    return socket
  }
  const [going, cut] = [await begin(at()), await begin(at('b.test'))]
  await load({ allow: whole().allow?.slice(0, 1) ?? [] })
  await met('the other is cut', () => cut.destroyed, 1_000 * patience())
  assert.is(going.destroyed, false)
  going.destroy()
  assert.is((await guest.https(at('b.test'), get('/', at('b.test')))).status, 403)
})

title(
  'a WebSocket is opened with the credential, where an entry is for one; a policy without that entry cuts it',
  async () => {
    const echo = await echoUpstream(certificates.server, here)
    try {
      const host = `a.test:${echo.port}`
      const credential = { secret: 'TOKEN', header: 'Authorization', format: 'Bearer {}' }
      await load({ allow: [{ host: 'a.test', ports: [echo.port], private: true, websocket: true, credential }] })
      const { socket } = await guest.tunnel(host)
      if (socket === undefined) throw new Error('no tunnel')
      const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
      const asked = get('/live', host, ...lines, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'authorization: mine')
      assert.is((await exchange(socket, asked, (got) => got.includes('\r\n\r\n'))).status, 101)
      assert.is((await exchange(socket, 'a frame', (got) => got.includes('a frame'))).head, 'a frame')
      assert.ok(echo.requests[0]?.raw.includes(`Bearer ${VALUE}`))
      assert.not.ok(echo.requests[0]?.raw.includes('mine'))
      assert.is((await guest.https(host, get('/live', host))).status, 403)
      await load({ allow: [{ host: 'a.test', ports: [echo.port], private: true }] })
      await met('it is cut', () => socket.destroyed, 1_000 * patience())
    } finally {
      await echo.close()
      await load(whole())
    }
  },
)

title('a decision is a line of the log, without its query', async () => {
  await load(whole())
  await guest.https(at(), get('/path?token=hunter3', at()))
  let log = ''
  for (let tries = 0; tries < 100 && !log.includes('"path":"/path"'); tries++) log = await logs()
  const line = log.split('\n').find((each) => each.includes('"path":"/path"')) ?? ''
  const { decision, host, rule, secret, up, down } = JSON.parse(line) as Readonly<Record<string, unknown>>
  assert.equal([decision, host, rule, secret], ['allow', 'a.test', 'allow[0]', 'TOKEN'])
  assert.ok(Number(up) > 0 && Number(down) > 0, line)
  assert.not.match(log, 'hunter3')
})

title(
  '200 MiB each way at once leave it well below its 256 MiB',
  async () => {
    await load(whole())
    const down = guest.tunnel(at()).then(
      ({ socket }) =>
        new Promise<number>((resolve) => {
          let got = 0
          socket?.on('data', (each: Buffer) => (got += each.length)).on('close', () => resolve(got))
          socket?.write(get('/large', at(), 'Connection: close'))
        }),
    )
    const up = guest.tunnel(at('b.test')).then(
      ({ socket }) =>
        new Promise<string>((resolve) => {
          let left = SIZE
          socket?.on('data', (each: Buffer) => resolve(each.toString('latin1')))
          socket?.write(`POST /up HTTP/1.1\r\nHost: ${at('b.test')}\r\nContent-Length: ${SIZE}\r\n\r\n`)
          const more = (): void => {
            while (left > 0) {
              left -= chunk.length
              if (socket?.write(chunk) === false) return void socket.once('drain', more)
            }
          }
          more()
        }),
    )
    let most = 0
    let busy = true
    const look = async (): Promise<void> => {
      while (busy) {
        const { stdout } = await run('docker', ['stats', '--no-stream', '--format', '{{.MemUsage}}', id])
        most = Math.max(most, Number(/^([\d.]+)MiB/.exec(stdout)?.[1] ?? 0))
      }
    }
    const looking = look()
    assert.ok((await down) >= SIZE)
    assert.match(await up, `took ${SIZE}`)
    busy = false
    await looking
    assert.ok(most > 20 && most < 200, `${most} MiB`)
  },
  120_000,
)

title(
  'nothing can be written but shared memory and the volume of the git gate, no capability is left, and it is nobody',
  async () => {
    const { stdout } = await run('docker', [
      'exec',
      id,
      'node',
      '-e',
      `const fs=require('fs');const no=['/','/app','/app/hooks','/tmp','/etc','/extra','/var/lib/bottled','/var/lib/bottled/git'].filter((d)=>{try{fs.writeFileSync(d+'/x','');return true}catch{return false}});
     const s=fs.readFileSync('/proc/1/status','utf8');
     console.log(JSON.stringify([no, /CapEff:\\s+0+\\n/.test(s), /NoNewPrivs:\\s+1/.test(s), /Uid:\\s+65534\\s/.test(s),
       (fs.statSync('/dev/shm/bottled').mode & 0o777).toString(8)]))`,
    ])
    assert.equal(JSON.parse(stdout), [['/var/lib/bottled/git'], true, true, true, '700'])
  },
)

title('no port leads to the control command', async () => {
  const { stdout } = await run('docker', [
    'exec',
    id,
    'node',
    '-e',
    `const fs=require('fs');console.log(['tcp','tcp6'].flatMap((f)=>{try{return fs.readFileSync('/proc/net/'+f,'utf8').split('\\n').slice(1)}catch{return []}})
       .map((l)=>l.trim().split(/\\s+/)).filter((l)=>l[3]==='0A').map((l)=>parseInt(l[1].split(':')[1],16)).filter((p)=>[8888,9418,9100].includes(p)||p<30000).sort().join())`,
  ])
  assert.is(stdout.trim(), '8888,9100,9418')
  // Neither does a path of the proxy's own.
  for (const path of ['/control', '/load', '/status']) assert.is((await guest.raw(get(path, 'x'))).status, 404)
})

title('TERM with an open stream ends it with 0, soon; started again it knows no policy', async () => {
  await load(whole())
  const { socket } = await guest.tunnel(at())
  if (socket === undefined) throw new Error('no tunnel')
  await exchange(socket, get('/stream', at()), (got) => got.includes('data: one'))
  const began = performance.now()
  await bench.containers.stop(id)
  assert.ok(performance.now() - began < 5_000 * patience(), 'it took long')
  await met('the stream is cut', () => socket.destroyed)
  assert.is((await bench.containers.find(`${bench.tag}-bundle`))?.exitCode, 0)
  await start()
  assert.equal(await tell({ version: 1, command: 'status' }), { version: 1, ok: true, hash: null, converses: true })
  assert.is((await guest.https(at(), get('/', at()))).status, 503)
})

title('its git gate serves what it is told: a clone, a push to agent/x, and a key that stays here', async () => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-git-'))
  const origin = await gitUpstream(root, certificates.server, here)
  try {
    const repository: Repository = {
      name: 'app',
      url: `https://a.test:${origin.port}/acme/app`,
      credential: { secret: 'TOKEN', username: USER },
      fetch: true,
      push: ['agent/*'],
      maxPackMiB: 16,
      review: false,
      private: true,
    }
    const loaded = await load({}, { git: { repositories: [repository] }, secrets: { TOKEN: GIT_TOKEN } })
    assert.equal(loaded, { version: 1, ok: true, hash: loadedHash(policyOf({}), [repository]), converses: true })
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@a']
    const env = { PATH: process.env['PATH'], HOME: root, ...gateEnv({}, [repository], `git://${ip}:9418`) }
    const git = (...args: readonly string[]) => run('git', [...who, ...args], { cwd: root, env })
    await git('clone', '--quiet', repository.url, 'work')
    const inside = (...args: readonly string[]) => git('-C', 'work', ...args)
    writeFileSync(join(root, 'work', 'a.txt'), 'done\n')
    await inside('checkout', '--quiet', '-b', 'agent/x')
    await inside('add', '.')
    await inside('commit', '--quiet', '-m', 'done')
    const { stderr } = await inside('push', 'origin', 'agent/x')
    assert.match(stderr, /remote: bottled: a\.test has taken agent\/x/)
    writeFileSync(join(root, 'work', 'b.txt'), `${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}\n`)
    await inside('add', '.')
    await inside('commit', '--quiet', '-m', 'key')
    const refused = await inside('push', 'origin', 'agent/x').catch((error: { stderr: string }) => error)
    assert.match(refused.stderr, /remote: bottled: b\.txt holds what looks like a secret \(github\) in line 1/)
    assert.equal(Object.keys(origin.branches()), ['refs/heads/agent/x'])
    // What a person, or another program in the container, can see of it.
    const { stdout } = await run('docker', ['inspect', id])
    assert.not.match(stdout + (await logs()), GIT_TOKEN)
    const { stdout: pushes } = await inside('config', '--get-regexp', 'remote')
    assert.match(pushes, `remote.origin.url ${repository.url}`)
  } finally {
    await load({})
    await origin.close()
    rmSync(root, { recursive: true, force: true })
  }
})

test.run()
