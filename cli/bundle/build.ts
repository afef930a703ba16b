import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../drivers/calls/subprocess.ts'
import type { Ended } from '../../drivers/calls/subprocess.ts'
import { findSocket } from '../../drivers/docker/socket.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { fillContext, layOut } from './context.ts'

/**
 * `bottled bundle build`: the image of our own bundle.
 *
 * Flow: npm brings the packages of bundle/package-lock.json, by their hashes and without running anything of theirs → docker
 *   builds → the image is started as a bottle's is, without a network, to see that it can serve, and as the holder of a seal →
 *   it gets its tag.
 * Guarantees: a tag stays where it was unless the new image works. Where nft can't be had, the image is made without, and that is
 *   said: VMs need none.
 */
export const buildBundle = async (
  { base, tag, dockerHost, env }: BuildRequest,
  { say, signal }: { readonly say: (text: string) => void; readonly signal?: AbortSignal },
): Promise<void> => {
  const socket = await findSocket({ host: dockerHost, env })
  const run = async (file: string, args: readonly string[], deadlineMs: number): Promise<Ended> => {
    const ended = await runCommand({ file, args, env: given(env), deadlineMs, umask: 0o022 }, signal)
    if (ended.spawnError === 'ENOENT')
      throw new CliError(`there is no ${file} on PATH`, `install ${file}: bottled bundle build needs it`)
    return ended
  }
  const docker = async (what: string, args: readonly string[], deadlineMs = 600_000): Promise<string> => {
    const ended = await run('docker', ['-H', `unix://${socket}`, ...args], deadlineMs)
    if (ended.exitCode !== 0) throw new CliError(`${what}: ${lastOf(ended)}`, HINTS[what])
    return ended.stdout.trim()
  }
  const folder = await mkdtemp(join(tmpdir(), 'bottled-bundle-'))
  // An image without a tag goes where another build, which made the same one from Docker's cache, removes its own.
  const half = `bottled/half-built:${randomBytes(8).toString('hex')}`
  let isTagged = false
  try {
    say(`packages by bundle/package-lock.json`)
    await fillContext(folder, {
      install: async (app) => {
        const ended = await run('npm', ['ci', '--prefix', app, ...NPM], 300_000)
        if (ended.exitCode !== 0)
          throw new CliError(
            `npm can't install the bundle's packages: ${lastOf(ended)}`,
            'npm ping shows whether its registry is reached',
          )
      },
    })
    say(`image from ${base}`)
    const build = async (installsNft: boolean): Promise<string> => {
      await layOut(folder, { base, installsNft })
      const built = await docker('docker build failed', ['build', '--quiet', '--force-rm', '--tag', half, folder])
      isTagged = true
      return built.split('\n').at(-1) ?? ''
    }
    // The base may have to be pulled first.
    const nftIn = (image: string): Promise<boolean> =>
      docker('nft is missing', ['run', '--rm', ...HOLDING, image, 'list', 'ruleset']).then(
        () => true,
        () => false,
      )
    let id: string
    if (await nftIn(base)) id = await build(false)
    else {
      say('nftables by apt-get, as the base has no nft')
      id = await build(true).catch((error: unknown) => {
        say(`nftables could not be installed: ${messageOf(error)}`)
        return build(false)
      })
    }
    const node = await docker('the image does not work', ['run', '--rm', ...HARDENED, half, 'check'], 60_000)
    await docker('docker tag failed', ['tag', half, tag])
    const seals = await nftIn(tag)
    say(`${tag} is built: ${node}, ${id.slice(0, 19)}${seals ? '' : `; ${NO_NFT}`}`)
  } finally {
    // Also where this is being stopped.
    if (isTagged)
      await runCommand({
        file: 'docker',
        args: ['-H', `unix://${socket}`, 'rmi', half],
        env: given(env),
        deadlineMs: 60_000,
        umask: 0o022,
      }).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

export interface BuildRequest {
  readonly base: string
  readonly tag: string
  readonly dockerHost: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

const NPM = ['--ignore-scripts', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
/** As the controller has it run. */
const HARDENED =
  '--network none --read-only --user 65534:65534 --cap-drop ALL --security-opt no-new-privileges --memory 256m --pids-limit 128'.split(
    ' ',
  )

/** As the holder of a seal runs, in a namespace of its own. */
const HOLDING =
  '--network none --read-only --user 0:0 --cap-drop ALL --cap-add NET_ADMIN --security-opt no-new-privileges --memory 128m --pids-limit 64 --entrypoint nft'.split(
    ' ',
  )
const NO_NFT =
  'it has no nft, so that it serves VMs alone and seals no agent in a container; --base with one that has it'

const HINTS: Readonly<Record<string, string>> = {
  'docker build failed':
    'bottled bundle build --base IMAGE takes another base, which must have Node 22.12 or newer, /bin/sh, and git or apt-get to install it',
  'the image does not work':
    'the base must have Node 22.12 or newer as node on its PATH, /usr/bin/env, and git 2.37 or newer',
}

const given = (env: BuildRequest['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))

/** What a program says last, which is why it ended. */
const lastOf = ({ stdout, stderr, timedOut }: Ended): string => {
  if (timedOut) return 'it took too long'
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-3).join(' / ').slice(0, 600) || 'it said nothing'
}
