import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { buildBundle } from '../../../cli/bundle/build.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
import { suite } from '../../helpers/suite.ts'

/** `bottled bundle build` with stand-ins for npm and docker, which write down what they are asked and find. */
const test = suite('bundle build')

interface Scene {
  readonly log: () => readonly string[]
  readonly said: string[]
  build(): Promise<void>
  /** A stand-in ends with 1 after these words. */
  fail(program: 'npm' | 'docker', words: string): void
  without(program: 'npm' | 'docker'): void
  /** The base has no nft, and apt-get can't bring it either. */
  failApt(): void
}

const scene = async (body: (on: Scene) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bottle-t-build-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  // Nothing else is on PATH: the real npm and docker must not be found.
  for (const tool of ['mkdir', 'find', 'stat', 'sed', 'grep']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool))
  const log = join(folder, 'log')
  writeFileSync(log, '')
  const stand = (name: string, lines: readonly string[]): void => {
    writeFileSync(join(bin, name), ['#!/bin/sh', `echo "${name} $*" >> ${log}`, ...lines, ''].join('\n'))
    chmodSync(join(bin, name), 0o755)
  }
  const npm = ['mkdir -p "$3/node_modules/x/lib"', 'umask 077; echo x > "$3/node_modules/x/lib/index.js"']
  const list = `for f in; do :; done; eval last=\\\${$#}; (cd "$last" && find . -type f -exec stat -c 'file %a %n' {} + && sed 's/^/line /' Dockerfile) >> ${log}`
  const docker = [
    'case "$3" in',
    `build) ${list}; echo sha256:0123456789abcdef ;;`,
    'run) echo Node 22.23.3 ;;',
    'esac',
  ]
  stand('npm', npm)
  stand('docker', docker)
  const socket = join(folder, 'docker.sock')
  const server = createServer().listen(socket)
  const said: string[] = []
  try {
    await body({
      log: () =>
        readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      said,
      build: () =>
        buildBundle(
          {
            base: 'my/node:22',
            tag: 'my/bundle:1',
            dockerHost: `unix://${socket}`,
            env: { PATH: bin, HOME: folder },
          },
          { say: (text) => void said.push(text) },
        ),
      fail: (program, words) =>
        stand(program, [
          `case "$*" in *"${words}"*) echo one; echo why >&2; exit 1 ;; esac`,
          ...(program === 'npm' ? npm : docker),
        ]),
      without: (program) => rmSync(join(bin, program)),
      failApt: () =>
        stand('docker', [
          'case "$*" in *"--entrypoint nft"*) exit 127 ;; esac',
          'for f in; do :; done; eval last=\\${$#}; case "$3" in build) grep -q nftables "$last/Dockerfile" && { echo no mirror >&2; exit 1; } ;; esac',
          ...docker,
        ]),
    })
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const refusal = async (work: Promise<void>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof CliError) return `${error.message} | ${error.hint ?? ''}`
    throw error
  }
  return 'built'
}

test('npm installs by the lock and runs nothing, docker copies and runs nothing but the installation of git, the tag comes last', () =>
  scene(async ({ build, log, said }) => {
    await build()
    const calls = log().filter((line) => /^(npm|docker) /.test(line))
    assert.match(calls[0] ?? '', /^npm ci --prefix \S+\/app --ignore-scripts --omit=dev /)
    assert.match(calls[1] ?? '', / --cap-drop ALL --cap-add NET_ADMIN .* --entrypoint nft my\/node:22 list ruleset$/)
    assert.match(
      calls[2] ?? '',
      /^docker -H unix:\S+ build --quiet --force-rm --tag bottled\/half-built:[0-9a-f]{16} \S+$/,
    )
    assert.match(
      calls[3] ?? '',
      / run --rm --network none --read-only --user 65534:65534 --cap-drop ALL .* bottled\/half-built:[0-9a-f]{16} check$/,
    )
    assert.match(calls[4] ?? '', / tag bottled\/half-built:[0-9a-f]{16} my\/bundle:1$/)
    assert.match(calls[5] ?? '', / --entrypoint nft my\/bundle:1 list ruleset$/)
    assert.match(calls[6] ?? '', / rmi bottled\/half-built:[0-9a-f]{16}$/)
    assert.is(calls.length, 7)
    assert.match(said.at(-1) ?? '', /^my\/bundle:1 is built: Node 22\.23\.3, sha256:0123456789ab$/)
    const lines = log().flatMap((line) => (line.startsWith('line ') ? [line.slice(5)] : []))
    assert.is(lines[0], 'FROM my/node:22')
    assert.ok(lines.includes('USER 65534:65534'))
    assert.equal(
      lines.filter((line) => line.startsWith('RUN ')).map((line) => line.slice(0, 44)),
      ['RUN command -v git >/dev/null || { apt-get u'],
    )
    assert.not.ok(lines.some((line) => /^(ADD|ARG|HEALTHCHECK|ENV .*(SECRET|TOKEN|PROXY))/i.test(line)))
  }))

test('a base without nft gets it by apt-get, as root, before anything of ours is there', () =>
  scene(async ({ build, log, fail, said }) => {
    fail('docker', '--entrypoint nft my/node:22')
    await build()
    const lines = log().flatMap((line) => (line.startsWith('line ') ? [line.slice(5)] : []))
    assert.match(lines[2] ?? '', /^RUN apt-get update .* install .* nftables && rm -rf \/var\/lib\/apt\/lists/)
    assert.match(said.join('\n'), 'nftables by apt-get, as the base has no nft')
    assert.not.match(said.at(-1) ?? '', 'no nft')
  }))

test('where it can not be had, the image is built without, and says what it is not for', () =>
  scene(async ({ build, log, failApt, said }) => {
    failApt()
    await build()
    assert.ok(log().some((line) => / tag bottled\/half-built:[0-9a-f]+ my\/bundle:1$/.test(line)))
    assert.match(said.join('\n'), /nftables could not be installed: docker build failed: no mirror/)
    assert.match(said.at(-1) ?? '', /my\/bundle:1 is built: .*; it has no nft, so that it serves VMs alone/)
  }))

test('the context has our own rooms and the packages, readable for anyone, and nothing else', () =>
  scene(async ({ build, log }) => {
    await build()
    const files = log().flatMap((line) => (line.startsWith('file ') ? [line.slice(5)] : []))
    const names = files.map((line) => line.replace(/^\d+ \.\//, ''))
    for (const name of ['app/bundle/engine/srt', 'app/bundle/main', 'app/egress/decide', 'app/egress/address/ip'])
      assert.ok(
        names.some((each) => each.startsWith(name)),
        name,
      )
    assert.equal(names.filter((name) => !/^app\/(bundle|egress)\/[\w/-]+\.[jt]s$/.test(name)).toSorted(), [
      '.dockerignore',
      'Dockerfile',
      'app/hooks/pre-receive',
      'app/init',
      'app/node_modules/x/lib/index.js',
      'app/package-lock.json',
      'app/package.json',
      'bottled-bundle',
    ])
    assert.equal(files.filter((line) => !line.startsWith('644 ')).toSorted(), [
      '755 ./app/hooks/pre-receive',
      '755 ./bottled-bundle',
    ])
  }))

test('what fails gives its own words and the next command, and moves no tag', async () => {
  for (const [program, words, wanted] of [
    ['npm', 'ci', /^npm can't install the bundle's packages: one \/ why \| npm ping/],
    ['docker', ' build ', /^docker build failed: one \/ why \| bottled bundle build --base IMAGE/],
    ['docker', ' check', /^the image does not work: one \/ why \| the base must have Node 22\.12/],
  ] as const)
    await scene(async ({ build, log, fail }) => {
      fail(program, words)
      assert.match(await refusal(build()), wanted)
      assert.not.ok(log().some((line) => / tag /.test(line)))
      assert.is(
        log().some((line) => / rmi bottled\/half-built:/.test(line)),
        words === ' check',
      )
    })
  for (const program of ['npm', 'docker'] as const)
    await scene(async ({ build, without }) => {
      without(program)
      assert.is(
        await refusal(build()),
        `there is no ${program} on PATH | install ${program}: bottled bundle build needs it`,
      )
    })
})

test.run()
