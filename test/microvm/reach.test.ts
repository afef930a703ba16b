import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { PLACEHOLDER } from '../../reconcilers/machine/guest-env.ts'
import { suite } from '../helpers/suite.ts'
import { guestFaultIn, LabHungError } from './pulse.ts'
import { TOKEN as GIT_TOKEN, USER as GIT_USER } from '../bundle/gate/upstream.ts'
import { asksStory } from './reach/asks-story.ts'
import { GIT_SETUP } from './reach/git-parts.ts'
import { gitStory } from './reach/git-story.ts'
import { layReach, LEAKY_IMAGE, OWN_IMAGE, REACH_SETUP } from './reach-parts.ts'
import { openStage, quoted } from './stage.ts'
import type { Outcome } from './scripts.ts'
import type { Stage } from './stage.ts'
import { createStory } from './story.ts'

/**
 * A bottle with its own egress, in a guest that boots, beside the image of `bottled bundle build`; a server of the virtual host
 * stands for the Internet. One story, in order; what is decided is what came and in which order, never how fast.
 */
const test = suite('reach')
const ADDRESS = '10.0.2.15'
const VALUE = `hunter2-${randomBytes(12).toString('hex')}`
const READY_MS = 400_000
const LOOK_MS = 150_000
/** For what stays open until it is cut. */
const OPEN_MS = 300_000
let stage: Stage
let port = ''
let gitPort = ''
/** Of the controller's log, when the guest was up. */
let upAtLine = 1

const FIRST = 'a guest boots beside the image of bottled bundle build, once that has its policy'
const step = createStory(test, { first: FIRST, deadlineMs: 480_000, report: () => stage.report() })

const allow = (name: string, more = ''): string =>
  `      - {host: ${name}.test, ports: [${port}], private: true, credential: {secret: TOKEN, header: x-api-key}${more}}\n`
const repository = (name: string, more = ''): string =>
  `      - {name: ${name}, url: "https://git.up.test:${gitPort}/acme/${name}", push: ["agent/*"], private: true, credential: {secret: GIT_TOKEN, username: ${GIT_USER}}${more}}\n`
const bottle = (...allowed: readonly string[]): string => `apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata:
  name: reach   # a person's comment
spec:
  agent: test
  secrets:
    TOKEN: {fromFile: ../keys/token, deliver: proxy}
    GIT_TOKEN: {fromFile: ../keys/git, deliver: proxy}
  supervise: true
  git:
    repositories:
${repository('app')}${repository('kept', ', review: true')}  egress:
    allow:
${allowed.join('')}  bundle:
    image: ${OWN_IMAGE}
    env: {NODE_EXTRA_CA_CERTS: /extra/internet.pem}
    mounts:
      - {source: ../extra/internet.pem, target: /extra/internet.pem}
      - {source: ../extra/hosts, target: /etc/hosts}
  machine: {image: ./clients.tar, cpus: 1, memory: 512}
`
const save = (text: string): Promise<string> =>
  stage.user(`cat > reach/.new <<'END'\n${text}END\nmv reach/.new reach/reach.yaml; date +%s%3N`)

/** In the guest; throws unless it ends with 0. */
const inside = async (script: string, mostMs = LOOK_MS): Promise<string> => {
  const { code, stdout, stderr } = await stage.attempt(
    `smolvm machine exec --name bottle-reach --timeout ${mostMs / 1000 - 20}s -- sh -c ${quoted(`${HELPERS}${script}`)}`,
    mostMs,
  )
  if (code === 0) return stdout.trim()
  const fault = await guestFault(stderr)
  if (fault !== undefined) throw new LabHungError(fault, stderr)
  throw new Error(`exit ${code}: ${script}\n${stdout}${stderr}`)
}
const guestFault = async (stderr: string): Promise<string | undefined> => {
  const { stdout } = await stage.attempt(`tail -n +${upAtLine} reach.log | grep ' machine/'`, LOOK_MS)
  return guestFaultIn(stdout, {
    isCut: /io operation failed: connection closed|agent operation failed: connect: /.test(stderr),
  })
}
/** `until COMMAND`, for a minute or two at most. */
const HELPERS = 'until_() { for i in $(seq 200); do "$@" && return 0; sleep 0.3; done; echo "never: $*"; return 1; }\n'
/** Again where the connection ends without an answer: the first certificate of a name may take an emulated bundle too long. */
const curl = (url: string, ...options: readonly string[]): string =>
  ['curl -sS --max-time 60 --retry 4 --retry-delay 1 --retry-all-errors', ...options, quoted(url)].join(' ')
const at = (name: string, path: string): string => `https://${name}.test:${port}${path}`

interface Seen {
  readonly url: string
  readonly key: string | null
}
/** What the server was asked, in order. */
const seen = async (): Promise<readonly Seen[]> =>
  (await stage.lab.run('cat /tmp/upstream/seen', { timeoutMs: 30_000 })).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Seen)
/** Each that came with it. */
const keysAt = async (path: string): Promise<readonly (string | null)[]> => [
  ...new Set((await seen()).flatMap(({ url, key }) => (url === path ? [key] : []))),
]

test.before(async () => {
  stage = await openStage('reach')
  await layReach(stage.lab.share)
  const began = performance.now()
  const { code, stdout, stderr } = await stage.lab.run(REACH_SETUP.replace('ADDRESS', ADDRESS), { timeoutMs: 400_000 })
  if (code !== 0) throw new Error(`the images could not be set up:\n${stdout}${stderr}`)
  console.log(`lab: images and server: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  port = stdout.trim().split('\n').at(-1) ?? ''
  const git = await stage.lab.run(GIT_SETUP.replace('ADDRESS', ADDRESS), { timeoutMs: 200_000 })
  if (git.code !== 0) throw new Error(`the git server could not be set up:\n${git.stdout}${git.stderr}`)
  gitPort = git.stdout.trim().split('\n').at(-1) ?? ''
  const hosts = ['a', 'b', 'c', 'ask.up', 'git.up'].map((name) => `${ADDRESS} ${name}.test`).join('\\n')
  await stage.user(
    `umask 022; mkdir -p reach extra keys; cp /host/reach/internet.pem extra/; printf '${hosts}\\n169.254.169.254 d.test\\n' > extra/hosts; cp /tmp/clients.tar reach/; printf '#!/bin/sh\\necho "private: true" >> "$1"\\n' > extra/editor; chmod 755 extra/editor; umask 077; echo ${VALUE} > keys/token; echo ${GIT_TOKEN} > keys/git`,
  )
})
test.after(async () => stage?.stop())

/** A guest that doesn't even reach its bundle in time shows nothing, on a busy machine: it is tried again, twice at most. */
const doctor = async (image: string): Promise<Outcome> => {
  for (let again = 2; ; again--) {
    const outcome = await stage.attempt(`bottled doctor reach --seal --bundle-image ${image}`, 700_000)
    const [unknown] = /nothing is proven: .*/.exec(outcome.stdout) ?? []
    if (unknown === undefined || again === 0) return outcome
    console.log(`\nRETRIED  the seal: ${unknown}`)
  }
}
const left = (): Promise<string> =>
  stage.user(
    'smolvm machine ls -q; docker ps -aq --filter label=dev.bottled.owner; docker network ls -q --filter label=dev.bottled.owner; ls -d /tmp/bottled-seal-* 2>/dev/null || true',
  )

// Before the bottle: an emulated host carries one guest better than two.
step('a guest that reaches more is said to, with what it reaches', async () => {
  const { code, stdout, stderr } = await doctor(LEAKY_IMAGE)
  assert.match(stdout, /^fail +seal +the guest reaches port 3128 of its bundle$/m, `${stdout}${stderr}`)
  assert.is(code, 1, stdout)
  assert.is(await left(), '')
})

// Afterwards: no VM of this machine runs beside a leak that is recorded.
step('a guest that tries to get out reaches its bundle only, and nothing of the try is left', async () => {
  const { code, stdout, stderr } = await doctor(OWN_IMAGE)
  assert.match(stdout, /^ok +seal +a guest tried [3-9]\d ways out, and reached its bundle only$/m, `${stdout}${stderr}`)
  assert.is(code, 0, stdout)
  assert.is(await left(), '')
})

step(FIRST, async () => {
  await save(bottle(allow('a'), allow('b', ', websocket: true'), allow('d')))
  await stage.startController()
  await stage.until('reach Ready', async () => (await stage.status('reach')).phase === 'Ready', READY_MS)
  upAtLine = Number(await stage.user('wc -l < reach.log')) + 1
  const { conditions = [] } = await stage.status('reach')
  assert.is(conditions.find(({ type }) => type === 'EgressEnforced')?.reason, 'PolicyLoaded')
  const sealed = conditions.find(({ type }) => type === 'Sealed')
  assert.equal([sealed?.status, sealed?.reason], ['True', 'Proven'], sealed?.message)
  const steps = (await stage.user(`grep -oE '"(load egress|start machine)/[^"]*' reach/.bottled/events.jsonl`)).split(
    '\n',
  )
  assert.match(steps[0] ?? '', 'load egress/')
})

step('an allowed name answers, and the key is put in on the way', async () => {
  assert.is(await inside(curl(at('a', '/plain'), '-H "x-api-key: $TOKEN"')), 'hello')
  assert.equal(await keysAt('/plain'), [VALUE])
})

step('events come one by one', async () => {
  const [first = '', both = ''] = (
    await inside(
      `${curl(at('a', '/events'), '-N')} > /tmp/events & until_ grep -q one /tmp/events; cp /tmp/events /tmp/first; ${curl(at('a', '/go'))} > /dev/null; wait; cat /tmp/first; echo ----; cat /tmp/events`,
    )
  ).split('----')
  assert.is(first.trim(), 'data: one')
  assert.is(both.trim(), 'data: one\n\ndata: two')
  assert.equal(await keysAt('/events'), [VALUE])
})

/** Opens a WebSocket, says hello in a frame of its own, and runs `then` before it ends. */
const webSocket = (then = ''): string => {
  const head = [
    'GET /socket HTTP/1.1',
    `Host: b.test:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const secured = `openssl s_client -quiet -no_ign_eof -verify_return_error -CAfile /etc/bottled/ca.pem -servername b.test -proxy "\${HTTPS_PROXY#http://}" -connect b.test:${port}`
  const opened = String.raw`printf '${head.join(String.raw`\r\n`)}\r\n\r\n'; until_ grep -q ' 101 ' /tmp/socket`
  const said = String.raw`printf '\201\205\0\0\0\0hello'; until_ grep -q hello /tmp/socket`
  return `> /tmp/socket; ( ${opened}; ${said}; ${then} ) | ${secured} > /tmp/socket 2> /tmp/socket.err; tr -d '\\000' < /tmp/socket; cat /tmp/socket.err`
}

step('a WebSocket is opened with the key, and passes bytes both ways', async () => {
  await inside(curl(at('b', '/warm')))
  const got = await inside(webSocket())
  assert.match(got, /^HTTP\/1\.1 101 /)
  assert.match(got, 'hello')
  assert.equal(await keysAt('/socket'), [VALUE])
})

step('what is not allowed is refused in words, and reaches nobody', async () => {
  const before = (await seen()).length
  const refused = async (url: string, ...options: readonly string[]): Promise<string> =>
    inside(`${curl(url, '-w', quoted(' %{http_code}'), ...options)}`)
  assert.match(await refused(at('c', '/')), /^bottled denied .*c\.test[\s\S]* 403$/)
  assert.match(await refused(`http://c.test:${port}/`), /^bottled denied .*c\.test[\s\S]* 403$/)
  // Allowed by name, and another address than it may be.
  assert.match(await refused(at('d', '/')), /d\.test may not be connected to[\s\S]* 403$/)
  assert.match(await refused(`http://${ADDRESS}:${port}/`), / 403$/)
  assert.is(
    await inside(`${curl(`https://${ADDRESS}:${port}/`, '--retry 0')} 2>&1; echo $?`).then((text) => /403/.test(text)),
    true,
  )
  // Without the proxy there is no way at all.
  assert.match(
    await inside(
      `${curl(`https://${ADDRESS}:${port}/`, '-k', '--retry 0', '--noproxy', quoted('*'))} 2>&1; echo "exit $?"`,
    ),
    /exit [1-9]/,
  )
  assert.is((await seen()).length, before)
})

/** A pattern that doesn't find itself. */
const search = (text: string): string => `${text.slice(0, 3)}[${text.charAt(3)}]${text.slice(4, 12)}`

step('the key is nowhere in the guest: no environment, no argument, no file', async () => {
  const places = (text: string): string =>
    `cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' '\\n' | grep -c '${search(text)}'; find / -xdev -type f -size -200000k -exec grep -l '${search(text)}' {} + 2>/dev/null; find /etc/bottled -type f -exec grep -l '${search(text)}' {} + ; true`
  assert.is(await inside(places(VALUE)), '0')
  // The same search finds what is there.
  const found = await inside(`echo ${PLACEHOLDER} > /root/planted; ${places(PLACEHOLDER)}; rm /root/planted`)
  assert.match(found, /^[1-9]\d*\n/)
  assert.match(found, '/root/planted')
  assert.is(await inside('echo "$TOKEN"; ls /etc/bottled'), `${PLACEHOLDER}\nca.pem`)
})

const asks = asksStory(step, { stage: () => stage, inside, curl, url: () => at('ask.up', '/asked') })
gitStory(step, { stage: () => stage, inside, url: () => `https://git.up.test:${gitPort}/acme/app` })
asks.end()

step('an edit is in force: what it takes away is cut, the rest goes on', async () => {
  const bootId = await inside('rm -f /tmp/socket* /tmp/held; cat /proc/sys/kernel/random/boot_id')
  // Each ends when it is cut or told to.
  const held = inside(
    `${curl(at('a', '/held'), '-N', '--max-time 280', '--retry 0')} > /tmp/held; echo "exit $?"`,
    OPEN_MS,
  )
  const socket = inside(
    webSocket(
      String.raw`until_ test -e /tmp/socket-close; printf '\201\203\0\0\0\0bye'; until_ grep -q bye /tmp/socket`,
    ),
    OPEN_MS,
  )
  const ends = Promise.allSettled([held, socket])
  await inside('until_ grep -q one /tmp/held && until_ grep -q hello /tmp/socket')

  const savedAt = Number((await save(bottle(allow('b', ', websocket: true')))).trim().split('\n').at(-1))
  assert.match(await held, /^exit [1-9]/)
  assert.is(await inside('cat /tmp/held'), 'data: one')
  assert.match(await inside(curl(at('a', '/after'))), /^bottled denied .*a\.test/)
  assert.equal(await keysAt('/after'), [])
  const loads = (await stage.user(`grep '"load egress/' reach/.bottled/events.jsonl`)).trim().split('\n')
  const { lastTimestamp = '' } = JSON.parse(loads.at(-1) ?? '{}') as { lastTimestamp?: string }
  console.log(`lab: an edit was loaded ${Date.parse(lastTimestamp) - savedAt} ms after its save`)
  // The WebSocket that is still allowed has not noticed, and neither has the guest.
  await inside('touch /tmp/socket-close')
  assert.match(await socket, /hello[\s\S]*bye/)
  await ends
  assert.is(await inside('cat /proc/sys/kernel/random/boot_id'), bootId)
})

step('the key is nowhere in what the virtual host keeps but its own file', async () => {
  const text = search(VALUE)
  const { stdout } = await stage.lab.run(
    String.raw`grep -rl '${text}' /home/agent /run/user /var/log /tmp/upstream/log 2> /dev/null
docker inspect $(docker ps -aq) | grep -c '${text}'
docker logs bottle-reach-bundle 2>&1 | grep -c '${text}'
cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' '\n' | grep -c '${text}'`,
    { timeoutMs: LOOK_MS },
  )
  assert.is(stdout, '/home/agent/keys/token\n0\n0\n0\n')
})

step('its bottle goes at a word, and leaves nothing to the parts that follow', async () => {
  await stage.attempt('bottlectl -d reach delete bottle reach', LOOK_MS)
  await stage.until('nothing is left', async () => (await left()) === '', LOOK_MS)
})

test.run()
