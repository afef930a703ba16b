import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createGate } from '../../../bundle/gate/gate.ts'
import type { Gate, GateSetting } from '../../../bundle/gate/gate.ts'
import { makePlaces } from '../../../bundle/gate/places.ts'
import type { Repository } from '../../../egress/git/repository.ts'
import { gateEnv } from '../../../reconcilers/machine/gate-config.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { NODE22 } from '../image/own-image.ts'
import { gitUpstream, TOKEN, USER } from './upstream.ts'
import type { GitUpstream } from './upstream.ts'

/** A real git client, the gate as its bundle runs it, and an upstream behind TLS that asks for a token. */
export interface GateRig {
  readonly root: string
  readonly upstream: GitUpstream
  readonly gate: Gate
  readonly setting: GateSetting
  /** HOST:PORT of the gate. */
  readonly address: string
  /** Of this machine, and not loopback, which is never reached. */
  readonly here: string
  lookUp: (host: string) => Promise<readonly string[]>
  readonly said: string[]
  readonly failures: unknown[]
  repository(more?: Partial<Repository>): Repository
  /** git as the guest has it: told of the gate by its environment alone. */
  git(folder: string, ...args: readonly string[]): Promise<Ended>
  must(folder: string, ...args: readonly string[]): Promise<string>
  clone(name: string, ...more: readonly string[]): Promise<string>
  /** Its id. */
  commit(work: string, file: string, content: string): Promise<string>
  /** A push of these refs is refused in these words, and upstream is as before. */
  refused(work: string, what: RegExp, ...refs: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface Ended {
  readonly code: number | null
  readonly text: string
}

/** As in the image, where Node 22 runs our files as they are; elsewhere the slower way. */
const typescript = existsSync(NODE22) ? [NODE22] : [process.execPath, '--import', import.meta.resolve('tsx')]

/** `modules`: the node_modules folder of the image. Upstream has one commit on `trunk`; nothing is loaded yet. */
export const createGateRig = async (
  modules: string,
  { review }: Pick<GateSetting, 'review'> = {},
): Promise<GateRig> => {
  const root = mkdtempSync(join(tmpdir(), 'bottle-t-gate-'))
  const certificates = makeCertificates()
  const here = Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, family }) => !internal && family === 'IPv4'),
  )[0]?.address
  if (here === undefined) throw new Error('this host has no address but loopback')
  const said: string[] = []
  const failures: unknown[] = []
  const upstream = await gitUpstream(root, certificates.server, here)
  const places = await makeGitPlaces(root, certificates.internet.cert)
  writeFileSync(join(root, 'scan.mts'), `import { scan } from '${from('gate/scan.ts')}'\nawait scan('${modules}')\n`)
  const setting: GateSetting = {
    root: join(root, 'mirrors'),
    mostMiB: 64,
    hookSocket: join(root, 'run/hooks/socket'),
    places,
    scanner: [...typescript, join(root, 'scan.mts')],
    lookUp: (host) => rig.lookUp(host),
    own: () => [],
    secret: (name) => (name === 'GIT_TOKEN' ? TOKEN : undefined),
    secrets: () => [TOKEN],
    review,
    say: (text) => void said.push(text),
    failed: (what, error) => void failures.push([what, error]),
  }
  const gate = await createGate(setting)
  await new Promise<void>((resolve) => void gate.server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(gate.server.address() as AddressInfo).port}`

  const repository: GateRig['repository'] = (more = {}) => ({
    name: 'app',
    url: `https://a.test:${upstream.port}/acme/app`,
    credential: { secret: 'GIT_TOKEN', username: USER },
    fetch: true,
    push: ['agent/*'],
    maxPackMiB: 1,
    review: false,
    private: true,
    ...more,
  })
  const git: GateRig['git'] = (folder, ...args) => {
    const home = { PATH: process.env['PATH'] ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
    const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@a' }
    const env = { ...home, ...who, LC_ALL: 'C', ...gateEnv({}, [repository()], `git://${address}`) }
    assert.not.match(JSON.stringify(env), TOKEN)
    return new Promise((resolve) => {
      const child = spawn('git', ['-C', folder, ...args], { env })
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (part: string) => (text += part))
      child.once('close', (code) => resolve({ code, text }))
    })
  }
  const must: GateRig['must'] = async (folder, ...args) => {
    const { code, text } = await git(folder, ...args)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${text}`)
    return text.trim()
  }
  const rig: GateRig = {
    root,
    upstream,
    gate,
    setting,
    address,
    here,
    lookUp: async () => [here],
    said,
    failures,
    repository,
    git,
    must,
    clone: async (name, ...more) => {
      await must(root, 'clone', '--quiet', ...more, repository().url, name)
      return join(root, name)
    },
    commit: async (work, file, content) => {
      writeFileSync(join(work, file), content)
      await must(work, 'add', file)
      await must(work, 'commit', '--quiet', '-m', `adds ${file}`)
      return must(work, 'rev-parse', 'HEAD')
    },
    refused: async (work, what, ...refs) => {
      const before = upstream.branches()
      const { code, text } = await git(work, 'push', 'origin', ...refs)
      assert.is.not(code, 0, text)
      assert.match(text, what)
      assert.not.match(text, TOKEN)
      assert.equal(upstream.branches(), before)
    },
    close: async () => {
      await gate.close()
      gate.server.close()
      await upstream.close()
      rmSync(root, { recursive: true, force: true })
      assert.equal(failures, [])
    },
  }
  const seed = join(root, 'seed')
  mkdirSync(seed)
  await must(seed, 'init', '--quiet', '--initial-branch=trunk')
  await rig.commit(seed, 'README', 'first\n')
  await must(seed, 'push', '--quiet', upstream.folder, 'trunk')
  return rig
}

const from = (name: string): string => join(import.meta.dirname, '../../../bundle', name)

/** The hook of the image, by whatever runs TypeScript here, and the roots with the certificate of upstream. */
const makeGitPlaces = async (root: string, certificate: string): Promise<GateSetting['places']> => {
  const hooks = join(root, 'hooks')
  mkdirSync(hooks)
  writeFileSync(
    join(root, 'hook.mts'),
    `import { runHook } from '${from('gate/hook.ts')}'\nawait runHook(process.env)\n`,
  )
  writeFileSync(join(hooks, 'pre-receive'), `#!/bin/sh\nexec ${typescript.join(' ')} ${join(root, 'hook.mts')}\n`)
  chmodSync(join(hooks, 'pre-receive'), 0o755)
  writeFileSync(join(root, 'extra.pem'), certificate)
  return makePlaces(join(root, 'run'), {
    hooks,
    env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: join(root, 'extra.pem') },
  })
}
