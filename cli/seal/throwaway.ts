import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { onAbort } from '../../drivers/calls/on-abort.ts'
import { machineName } from '../../reconcilers/derive/names.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { CliError } from '../print/cli-error.ts'

/**
 * A bottle of our own in a root of its own, for as long as the proof takes: made and removed by `bottled run --once` as any bottle is,
 * so that what is tried is what everybody gets.
 */
export interface Throwaway {
  readonly machine: string
  readonly bundleIp: string
  readonly gateway: string
  /** With all that belongs to it. */
  remove(): Promise<void>
}

export interface ThrowawayOptions {
  /** Runs bottled: node, its flags, the executable. */
  readonly bottled: readonly string[]
  /** Of `bottled run`: --smolvm, --docker-host, --bundle-image. */
  readonly flags: readonly string[]
  readonly name: string
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

const UP = '10m'

export const makeThrowaway = async ({ bottled, flags, name, say, signal }: ThrowawayOptions): Promise<Throwaway> => {
  const root = await mkdtemp(join(tmpdir(), 'bottled-seal-'))
  const file = join(root, `${name}.yaml`)
  const policy = join(root, '.policy.yaml')
  const once = (ending?: AbortSignal): Promise<Ran> =>
    runOnce([...bottled, 'run', root, '--once', '--timeout', UP, '--policy', policy, ...flags], ending)
  const remove = async (): Promise<void> => {
    await rm(file, { force: true })
    const { code, text } = await once()
    if (code !== 0)
      throw new CliError(
        `the bottle of the proof could not be removed: ${text}`,
        `bottled run ${root} --once removes it; then rm -r ${root}`,
      )
    await rm(root, { recursive: true, force: true })
  }
  say(`a VM boots for the proof; if this is killed, bottled run ${root} --once removes it after rm ${file}`)
  await writeFile(policy, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: baseline}\n', {
    mode: 0o600,
  })
  await writeFile(file, bottle(name))
  try {
    const { code, text } = await once(signal)
    const status = (parse(await readFile(file, 'utf8')) as { readonly status?: BottleStatus }).status
    const { bundle, network } = status ?? {}
    if (code !== 0 || status?.phase !== 'Ready' || bundle?.ip === undefined || network?.gateway === undefined)
      throw new CliError(`the bottle of the proof is not Ready: ${text}`, 'bottled doctor shows what is missing')
    return { machine: machineName(name), bundleIp: bundle.ip, gateway: network.gateway, remove }
  } catch (error) {
    await remove().catch((later: unknown) => say(String(later)))
    throw error
  }
}

const bottle = (name: string): string =>
  [
    'apiVersion: bottled.dev/v1alpha1',
    'kind: Bottle',
    `metadata: {name: ${name}}`,
    'spec: {agent: seal, machine: {cpus: 1, memory: 512}}',
    '',
  ].join('\n')

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
