import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createGate } from '../../../bundle/gate/gate.ts'
import { met } from '../../conformance/proxy/met.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { suite } from '../../helpers/suite.ts'
import { createGateRig } from './gate-rig.ts'
import type { GateRig } from './gate-rig.ts'
import { TOKEN, USER } from './upstream.ts'

const test = suite('git gate')
const modules = bundleModules()
let rig: GateRig
let { root, upstream, gate, setting, address, here, said, repository, git, must, clone, commit, refused } =
  {} as GateRig

const title = (text: string, body: () => Promise<void>): void => {
  if ('missing' in modules) test.skip(text, modules.missing)
  else test(text, body, { deadlineMs: 60_000 })
}

test.before(async () => {
  if ('missing' in modules) return
  rig = await createGateRig(modules.path)
  ;({ root, upstream, gate, setting, address, here, said, repository, git, must, clone, commit, refused } = rig)
})
test.after(async () => {
  if (!('missing' in modules)) await rig.close()
})

title('before anything is loaded, and with an empty list, it says so', async () => {
  assert.match((await git(root, 'ls-remote', `git://${address}/app`)).text, /no repositories are known yet/)
  await gate.load([])
  assert.match(
    (await git(root, 'ls-remote', `git://${address}/app`)).text,
    /remote error: bottled: no repository is served/,
  )
  await gate.load([repository()])
})

title('a clone by the URL of upstream, a commit and a push to agent/x are upstream', async () => {
  const work = await clone('one')
  assert.is(await must(work, 'symbolic-ref', '--short', 'HEAD'), 'trunk')
  await must(work, 'checkout', '--quiet', '-b', 'agent/x')
  const made = await commit(work, 'work.txt', 'done\n')
  const { code, text } = await git(work, 'push', 'origin', 'HEAD')
  assert.is(code, 0, text)
  assert.match(text, /remote: bottled: a\.test has taken agent\/x/)
  assert.is(upstream.branches()['refs/heads/agent/x'], made)
  assert.equal(upstream.hosts(), [`a.test:${upstream.port}`])
  const again = await commit(work, 'work.txt', 'done again\n')
  await must(work, 'push', '--quiet', 'origin', 'HEAD')
  assert.is(upstream.branches()['refs/heads/agent/x'], again)
})

title(
  'main, a tag, a force, a deletion and a planted key are refused in words, and upstream has nothing of them',
  async () => {
    const work = await clone('two')
    const first = await must(work, 'rev-parse', 'HEAD')
    await commit(work, 'a.txt', 'a\n')
    await refused(
      work,
      /remote: bottled: the branch trunk is not taken, only agent\/\*: git push origin HEAD:refs\/heads\/agent\/trunk/,
      'trunk',
    )
    await must(work, 'tag', 'v1')
    await refused(work, /remote: bottled: the tag v1 is not taken: only branches are; push without tags/, 'v1')
    await refused(work, /bottled: agent\/x is not deleted/, ':agent/x')
    await refused(work, /bottled: agent\/x would lose commits that are upstream/, `+HEAD:agent/x`)
    await refused(work, /bottled: refs\/pull\/1\/head is neither a branch nor a tag/, 'HEAD:refs/pull/1/head')
    // One that is refused refuses all.
    await refused(work, /the branch trunk is not taken/, 'trunk', 'HEAD:agent/fine')
    // In a commit that a later one takes back.
    await must(work, 'checkout', '--quiet', '-b', 'agent/key', first)
    await commit(work, 'notes.txt', `x\ntoken = ${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}\n`)
    await commit(work, 'notes.txt', 'x\n')
    await refused(
      work,
      /remote: bottled: notes\.txt holds what looks like a secret \(github\) in line 2: take it out of every commit/,
      'HEAD',
    )
    await must(work, 'checkout', '--quiet', '-b', 'agent/own', first)
    await commit(work, 'b.txt', `1\n2\n${TOKEN}\n`)
    await refused(work, /remote: bottled: b\.txt holds a secret of this bottle in line 3/, 'HEAD')
    await must(work, 'checkout', '--quiet', '-b', 'agent/said', first)
    await must(work, 'commit', '--quiet', '--allow-empty', '-m', `the key is ${TOKEN}`)
    await refused(work, /remote: bottled: the message of [0-9a-f]{7} holds a secret of this bottle/, 'HEAD')
    await must(work, 'checkout', '--quiet', '-b', 'agent/large', first)
    writeFileSync(join(work, 'noise'), randomBytes(2 * 2 ** 20))
    await must(work, 'add', 'noise')
    await must(work, 'commit', '--quiet', '-m', 'large')
    await refused(work, /pack exceeds maximum allowed size/, 'HEAD')
    assert.equal(Object.keys(upstream.branches()), ['refs/heads/agent/x', 'refs/heads/trunk'])
  },
)

title('a branch that others have pushed upstream meanwhile is not overwritten', async () => {
  const work = await clone('three')
  await must(work, 'checkout', '--quiet', '-b', 'agent/x', 'origin/agent/x')
  const other = await clone('other')
  await must(other, 'checkout', '--quiet', '-b', 'agent/x', 'origin/agent/x')
  await commit(other, 'theirs.txt', 'theirs\n')
  await must(other, 'push', '--quiet', upstream.folder, 'agent/x')
  await commit(work, 'mine.txt', 'mine\n')
  await refused(work, /fetch first|non-fast-forward/, 'agent/x')
  await must(work, 'pull', '--quiet', '--rebase', 'origin', 'agent/x')
  await must(work, 'push', '--quiet', 'origin', 'agent/x')
})

title('clones at once share one fetch, shallow and partial ones too', async () => {
  const before = upstream.reads()
  await Promise.all([clone('p1'), clone('p2'), clone('p3', '--depth=1'), clone('p4', '--filter=blob:none')])
  // A fetch and, at most, one look at HEAD; a partial clone reads its files by another connection.
  assert.ok(upstream.reads() - before <= 4, `${upstream.reads() - before} reads`)
})

title(
  'an upstream that is away, redirects, refuses the token or shows another certificate is told, with its reason',
  async () => {
    const ask = async (): Promise<string> => (await git(root, 'ls-remote', repository().url)).text
    for (const [away, words] of [
      [503, /can't be read from its upstream a\.test: it answered 503/],
      [302, /it sends to another address, which is not followed/],
      [403, /it refuses the credential/],
      [404, /it has no such repository/],
    ] as const) {
      upstream.away = away
      assert.match(await ask(), words)
    }
    upstream.away = undefined
    rig.lookUp = async () => ['127.0.0.1']
    assert.match(await ask(), /a\.test may not be connected to, as it is loopback/)
    rig.lookUp = async () => []
    assert.match(await ask(), /a\.test has no address/)
    rig.lookUp = async () => [here]
    await gate.load([repository({ private: false })])
    if (/^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(here)) assert.match(await ask(), /it is private/)
    await gate.load([repository({ url: `https://c.test:${upstream.port}/acme/app` })])
    assert.match((await git(root, 'ls-remote', `git://${address}/app`)).text, /its certificate does not hold/)
    await gate.load([repository({ credential: { secret: 'OTHER', username: USER } })])
    assert.match(await ask(), /the secret OTHER, by which app is read, is not here/)
    await gate.load([repository({ fetch: false })])
    assert.match(await ask(), /app can only be pushed to/)
    await gate.load([repository({ push: [], review: true })])
    const work = join(root, 'one')
    await refused(work, /pushes to app are not taken/, 'HEAD:agent/y')
    await gate.load([repository({ review: true })])
    await refused(
      work,
      /pushes to app need a person's approval, and this bottle has no supervise: true to ask for one by/,
      'HEAD:agent/y',
    )
    await gate.load([repository()])
  },
)

title('nonsense on the port is answered or closed, and the gate serves on', async () => {
  const raw = (bytes: string | Buffer): Promise<string> =>
    new Promise((resolve) => {
      const [host = '', port = ''] = address.split(':')
      const socket = connect(Number(port), host)
      let text = ''
      socket.setEncoding('latin1').on('data', (part: string) => (text += part))
      socket.on('error', () => undefined).once('close', () => resolve(text))
      socket.end(bytes)
    })
  const line = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
  assert.match(await raw('GET / HTTP/1.1\r\n\r\n'), /ERR bottled: this port speaks git/)
  assert.match(await raw('ffff'), /ERR bottled: its request is empty or too long/)
  assert.match(await raw('0000'), /empty or too long/)
  assert.match(await raw(line('git-upload-archive /app\0host=x\0')), /archives are not served/)
  assert.match(await raw(line('git-upload-pack /../../etc\0host=x\0')), /no repository of that name/)
  assert.match(await raw(line('git-upload-pack --upload-pack=x\0')), /no repository of that name/)
  assert.match(
    await raw(line('git-upload-pack /apple\0host=x\0')),
    /apple is not served, only app; another repository whose URL starts/,
  )
  assert.is(await raw('00'), '')
  await raw(Buffer.concat([Buffer.from(line('git-receive-pack /app\0host=x\0')), Buffer.alloc(300_000, 0x41)]))
  assert.match(await must(root, 'ls-remote', repository().url), /refs\/heads\/trunk/)
})

title('of many connections at once each is answered, and none holds the gate up', async () => {
  const [host = '', port = ''] = address.split(':')
  const sockets = Array.from({ length: 80 }, () => connect(Number(port), host))
  const texts = sockets.map(() => '')
  for (const [index, socket] of sockets.entries())
    socket
      .setEncoding('latin1')
      .on('data', (part: string) => (texts[index] += part))
      .on('error', () => undefined)
  await met(
    'those beyond the bound are told',
    () => texts.filter((text) => /too many connections/.test(text)).length >= 16,
  )
  for (const socket of sockets) socket.destroy()
  // Until it has seen that they are gone.
  let code: number | null = 1
  for (let tries = 0; tries < 50 && code !== 0; tries++) ({ code } = await git(root, 'ls-remote', repository().url))
  assert.is(code, 0)
})

title('a disk that is full is told, and nothing is left of what filled it', async () => {
  const folder = join(root, 'full')
  mkdirSync(folder)
  const full = await createGate({
    ...setting,
    root: join(folder, 'mirrors'),
    mostMiB: 0,
    hookSocket: join(folder, 'hooks/socket'),
  })
  await new Promise<void>((resolve) => void full.server.listen(0, '127.0.0.1', resolve))
  await full.load([repository()])
  const at = (full.server.address() as AddressInfo).port
  assert.match(
    (await git(root, 'ls-remote', `git://127.0.0.1:${at}/app`)).text,
    /the gate's disk is full, 0 MiB for all repositories/,
  )
  assert.equal(readdirSync(join(folder, 'mirrors')), [])
  await full.close()
  full.server.close()
})

title('a pack made to confuse is refused by git itself', async () => {
  const work = await clone('odd')
  const blob = await must(work, 'hash-object', '-w', 'README')
  const tree = await new Promise<string>((resolve) => {
    const child = spawn('git', ['-C', work, 'mktree', '--missing'], { stdio: ['pipe', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.once('close', () => resolve(text.trim()))
    child.stdin.end(`100644 blob ${blob}\t.git\n`)
  })
  const made = await must(work, 'commit-tree', '-m', 'odd', tree)
  await refused(work, /fsck error in packed object|hasDotgit/, `${made}:refs/heads/agent/odd`)
  await refused(work, /remote: bottled: agent\/blob would not be a commit|rejected/, `${blob}:refs/heads/agent/blob`)
})

title('no credential is in a mirror or a log', async () => {
  const { code } = await new Promise<{ code: number | null }>((resolve) => {
    spawn('grep', [
      '-rqa',
      '-e',
      TOKEN,
      '-e',
      Buffer.from(`${USER}:${TOKEN}`).toString('base64'),
      join(root, 'mirrors'),
      join(root, 'run'),
    ]).once('close', (ended) => resolve({ code: ended }))
  })
  assert.is(code, 1)
  assert.not.match(said.join('\n'), TOKEN)
  assert.match(readFileSync(join(root, 'run/roots.pem'), 'utf8'), /BEGIN CERTIFICATE/)
})

test.run()
