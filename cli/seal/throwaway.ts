import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { conditionOf } from '../../reconcilers/derive/last-condition.ts'
import { machineName } from '../../reconcilers/derive/names.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { CliError } from '../print/cli-error.ts'
import { ALLOWED_NAMES, hostsText } from './inward-names.ts'

/**
 * A bottle of our own in a root of its own, for as long as the proof takes: made and removed by `bottled run --once` as any bottle is,
 * so that what is tried is what everybody gets.
 */
export interface Throwaway {
  readonly machine: string
  /** Of its machine. */
  readonly pid: number | undefined
  readonly bundleIp: string
  readonly gateway: string
  /** Its bundle has a policy, and resolves names by what is written here; undefined: it takes none. */
  readonly resolves: ((hosts: string) => Promise<void>) | undefined
  /** With all that belongs to it. */
  remove(): Promise<void>
}

export interface ThrowawayOptions {
  /** Runs bottled: node, its flags, the executable. */
  readonly bottled: readonly string[]
  /** Of `bottled run`: --smolvm, --docker-host, --bundle-image. */
  readonly flags: readonly string[]
  readonly name: string
  /** Its kind of machine: `machine` of its spec, as a flow mapping, and what `bottled run` is told of it. */
  readonly kind: { readonly machine: string; readonly flags: readonly string[] }
  /** That the policy of its bundle allows for names that lead inward. */
  readonly port: number
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

const UP = '10m'

export const makeThrowaway = async (options: ThrowawayOptions): Promise<Throwaway> => {
  const { bottled, flags, name, kind, port, say, signal } = options
  const root = await mkdtemp(join(tmpdir(), 'bottled-seal-'))
  // No bottle may have anything of its root.
  const names = await mkdtemp(join(tmpdir(), 'bottled-seal-names-'))
  const hosts = join(names, 'hosts')
  const file = join(root, `${name}.yaml`)
  const policy = join(root, '.policy.yaml')
  // A leak that was found before must not keep it from being tried again.
  const args = ['--once', '--timeout', UP, '--policy', policy, '--unsealed', 'allow', ...flags, ...kind.flags]
  const again = ['bottled', 'run', root, '--once', ...kind.flags].join(' ')
  const once = (ending?: AbortSignal): Promise<Ran> => runOnce([...bottled, 'run', root, ...args], ending)
  const statusNow = async (): Promise<BottleStatus | undefined> =>
    (parse(await readFile(file, 'utf8')) as { readonly status?: BottleStatus }).status
  const remove = async (): Promise<void> => {
    await rm(file, { force: true })
    const { code, text } = await once()
    if (code !== 0)
      throw new CliError(
        `the bottle of the proof could not be removed: ${text}`,
        `${again} removes it; then rm -r ${root} ${names}`,
      )
    for (const folder of [root, names]) await rm(folder, { recursive: true, force: true })
  }
  say(`a bottle is made for the proof; if this is killed, ${again} removes it after rm ${file}`)
  await writeFile(policy, OPERATOR, { mode: 0o600 })
  await chmod(names, 0o755)
  // The bundle reads it as a user of its own.
  await writeFile(hosts, hostsText([]), { mode: 0o644 })
  await writeFile(join(names, 'nsswitch.conf'), 'hosts: files\n', { mode: 0o644 })
  await writeFile(file, bottle(name, kind.machine, inwardSpec(names, port)))
  try {
    let ran = await once(signal)
    let status = await statusNow()
    const takesPolicy = conditionOf(status, 'EgressEnforced')?.reason !== 'NotSupported'
    if (!takesPolicy) {
      await writeFile(file, bottle(name, kind.machine, []))
      ran = await once(signal)
      status = await statusNow()
    }
    const { bundle, network, machine } = status ?? {}
    if (ran.code !== 0 || status?.phase !== 'Ready' || bundle?.ip === undefined || network?.gateway === undefined)
      throw new CliError(`the bottle of the proof is not Ready: ${ran.text}`, 'bottled doctor shows what is missing')
    return {
      machine: machineName(name),
      pid: machine?.pid,
      bundleIp: bundle.ip,
      gateway: network.gateway,
      // In place: the container has this very file.
      resolves: takesPolicy ? (text) => writeFile(hosts, text) : undefined,
      remove,
    }
  } catch (error) {
    await remove().catch((later: unknown) => say(String(later)))
    throw error
  }
}

const OPERATOR = 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: baseline}\n'

const bottle = (name: string, machine: string, more: readonly string[]): string =>
  [
    'apiVersion: bottled.dev/v1alpha1',
    'kind: Bottle',
    `metadata: {name: ${name}}`,
    'spec:',
    '  agent: seal',
    `  machine: ${machine}`,
    ...more,
    '',
  ].join('\n')

/** Allows the names that lead inward, and has them resolved by that file alone: a small image may ask a resolver first. */
const inwardSpec = (names: string, port: number): readonly string[] => {
  const [privately, publicly] = ALLOWED_NAMES
  return [
    '  bundle:',
    '    mounts:',
    ...['hosts', 'nsswitch.conf'].map(
      (each) => `    - {source: ${JSON.stringify(join(names, each))}, target: /etc/${each}, readOnly: true}`,
    ),
    '  egress:',
    '    allow:',
    `    - {host: "${privately}", ports: [${port}], private: true}`,
    `    - {host: "${publicly}", ports: [${port}]}`,
  ]
}

interface Ran {
  readonly code: number
  /** Its last lines. */
  readonly text: string
}

/** In a group of its own: a Ctrl-C is ours to take, and the removal comes after it. */
const runOnce = ([file = '', ...args]: readonly string[], signal: AbortSignal | undefined): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text = `${text}${chunk.toString()}`.slice(-2_000)))
    const leave = onAbort(signal, () => child.kill('SIGTERM'))
    child.once('error', reject)
    child.once('close', (code) => {
      leave()
      resolve({ code: code ?? 1, text: text.trim() })
    })
  })
