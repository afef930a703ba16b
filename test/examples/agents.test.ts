import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { formatComplaint } from '../../controller/document/complaint.ts'
import { parseFile } from '../../controller/document/parse.ts'
import { compile } from '../../egress/compile.ts'
import { decide } from '../../egress/decide.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import { importFiles } from '../bundle/image/own-image.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { suite } from '../helpers/suite.ts'

/** examples/agents: their Bottles, and the image of `shell`, built as a person builds it but for its base. */
const test = suite('example agents')
const run = promisify(execFile)
const AGENTS = join(import.meta.dirname, '..', '..', 'examples', 'agents')
const names = readdirSync(AGENTS).filter((name) => existsSync(join(AGENTS, name, 'bottle.yaml')))

const bottleOf = (name: string): Bottle => {
  const path = join(AGENTS, name, 'bottle.yaml')
  const { documents, complaints } = parseFile({ path, text: readFileSync(path) })
  assert.equal([...complaints, ...documents.flatMap((each) => each.complaints)].map(formatComplaint), [])
  const [document] = documents
  if (document?.bottle === undefined) throw new Error(`no Bottle in ${path}`)
  return document.bottle
}

test('there is one for each agent of bottled init', () => {
  assert.equal(names.toSorted(), ['claude-code', 'codex', 'shell'])
})

for (const name of names) {
  test(`${name} is valid, works on its own folder, and keeps every key from the agent`, () => {
    const { metadata, spec } = bottleOf(name)
    assert.is(metadata.name, name)
    assert.ok(existsSync(join(AGENTS, name, spec.workspace?.path ?? 'nowhere')))
    for (const secret of Object.values(spec.secrets ?? {})) assert.is(secret.deliver, 'proxy')
    const texts = readdirSync(join(AGENTS, name), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [readFileSync(join(AGENTS, name, entry.name), 'utf8')] : [],
    )
    assert.not.match(texts.join('\n'), /sk-[A-Za-z0-9]|ghp_|^\s*(ENV|ARG) .*(KEY|TOKEN|SECRET)/m)
  })

  test(`${name} reaches its model with its key and nothing that no entry names`, () => {
    const { spec } = bottleOf(name)
    const compiled = compile(spec.egress ?? {}, presets)
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
    const ask = (host: string, method = 'GET') =>
      decide(compiled.policy, { host, port: 443, method, path: '/v1/x' }, Date.now())
    assert.is(compiled.policy.mode, 'enforce')
    assert.is(ask('pastebin.com').allow, false)
    assert.is(ask('registry.npmjs.org').allow, true)
    for (const [secret] of Object.entries(spec.secrets ?? {})) {
      const [host = ''] = (spec.egress?.allow ?? []).flatMap((entry) => (entry.credential?.secret === secret ? [entry.host] : []))
      const decision = ask(host, 'POST')
      assert.is(decision.allow && decision.credential?.secret, secret)
    }
  })
}

const missing = dockerMissing()
const withDocker: typeof test = ((title: string, body: () => Promise<void>) =>
  missing === undefined ? test(title, body, { deadlineMs: 120_000 }) : test.skip(title, missing)) as typeof test

/** Programs of this machine with their libraries. */
const baseOf = async (programs: readonly string[], tag: string): Promise<void> => {
  const files = new Map<string, string>()
  for (const program of programs) {
    const { stdout } = await run('sh', ['-c', 'command -v "$0"', program])
    const path = stdout.trim()
    files.set(path.replace(/^\/(bin|sbin)\//, '/usr/$1/'), path)
    for (const [library] of (await run('ldd', [path])).stdout.matchAll(/\/\S+\.so\S*/g)) files.set(library, library)
  }
  const { stdout: shell } = await run('sh', ['-c', 'command -v bash'])
  files.set('/bin/sh', shell.trim())
  await importFiles(files, tag)
}

const build = (tag: string, base: string): Promise<unknown> =>
  run('docker', ['build', '--quiet', '--force-rm', '--network', 'none', '--build-arg', `BASE=${base}`, '-t', tag, join(AGENTS, 'shell')], {
    // The classic builder, which is everywhere.
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  })

withDocker("the Dockerfile of shell builds on a base that has its tools, and its image waits in the work folder", async () => {
  const id = randomBytes(4).toString('hex')
  const [base, tag] = [`bottled-test-shell-base:${id}`, `bottled-test-shell:${id}`]
  await baseOf(['bash', 'curl', 'git', 'sleep', 'env'], base)
  try {
    await build(tag, base)
    const words = ['bash', '-c', 'pwd && git --version && curl --version']
    const { stdout } = await run('docker', ['run', '--rm', '--network', 'none', tag, ...words])
    assert.match(stdout, /^\/workspace\ngit version .*\ncurl \d/)
    const { stdout: config } = await run('docker', ['image', 'inspect', '-f', '{{json .Config}}', tag])
    const { Cmd, Env } = JSON.parse(config) as { readonly Cmd: readonly string[]; readonly Env: readonly string[] }
    assert.equal(Cmd, ['sleep', 'infinity'])
    assert.not.match(JSON.stringify(Env), /KEY|TOKEN|PROXY/i)
  } finally {
    await run('docker', ['rmi', tag]).catch(() => undefined)
    await run('docker', ['rmi', base])
  }
})

withDocker('on a base that lacks a tool it installs it, and fails where it can not', async () => {
  const id = randomBytes(4).toString('hex')
  const [base, tag] = [`bottled-test-bare-base:${id}`, `bottled-test-bare-shell:${id}`]
  await baseOf(['bash', 'git', 'env'], base)
  try {
    let said = ''
    await build(tag, base).catch((error: { readonly stderr: string; readonly stdout: string }) => (said = error.stderr + error.stdout))
    assert.match(said, /apt-get: command not found|returned a non-zero code: 127/)
  } finally {
    await run('docker', ['rmi', tag]).catch(() => undefined)
    await run('docker', ['rmi', base])
  }
})

test.run()
