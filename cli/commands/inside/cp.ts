import { InvalidArgumentError } from 'commander'
import { posix } from 'node:path'
import { within } from '../../../drivers/calls/within.ts'
import { createConnection } from '../../../drivers/docker/connection.ts'
import { copyOut } from '../../inside/copy-out.ts'
import type { Limits } from '../../inside/copy-out.ts'
import { copyIntoBundle } from '../../inside/into-bundle.ts'
import { copyIntoMachine } from '../../inside/into-machine.ts'
import { outOfBundle } from '../../inside/out-of-bundle.ts'
import { outOfMachine } from '../../inside/out-of-machine.ts'
import { CONTAINER_OPTION, guided, partOf } from '../../inside/parts.ts'
import type { Part } from '../../inside/parts.ts'
import { DOCKER_OPTION, SMOLVM_OPTION } from '../../inside/smolvm-child.ts'
import { openSource } from '../../inside/source.ts'
import { CliError } from '../../print/cli-error.ts'
import { parseSize } from '../../print/size.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import type { Session } from '../../session/session.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'

interface CpOptions {
  readonly container: 'bundle' | 'machine'
  readonly maxSize: number
  readonly stallTimeout: number
  readonly smolvm: string
  readonly dockerHost?: string
}

const sizeOf = (text: string): number => {
  const bytes = parseSize(text)
  if (bytes === undefined) throw new InvalidArgumentError(`invalid size "${text}"; write it like 500M or 16G`)
  return bytes
}

export const cp = defineCommand<CpOptions>({
  name: 'cp',
  summary: 'copy files into or out of the VM or the bundle',
  arguments: '<from> <to>',
  completes: 'files',
  details:
    "Copy a file or a folder; NAME:PATH is the side in the bottle. A folder is copied into the target folder. In the bundle the target must be writable: a tmpfs, a writable mount, or any path with spec.bundle.readOnlyRoot: false.\n\nWhat comes out of a bottle isn't trusted: only regular files and folders are written, only below what was asked for, without special permissions. Links, devices and FIFOs are left out and named; so are what git would obey (hooks, config and commondir of a .git folder or a bare repository) and the state of a root. A file that a controller would read as a Bottle is refused, as is whatever else can't be copied; the exit code is then 1.",
  examples: [
    'bottlectl cp notes.md researcher:/workspace/notes.md',
    'bottlectl cp researcher:/workspace/out ./',
    'bottlectl cp -c bundle researcher:/etc/os-release .',
    'bottlectl cp -c bundle rules.yaml researcher:/tmp/',
  ],
  options: [
    { ...CONTAINER_OPTION, default: 'machine' },
    {
      flags: '--max-size <size>',
      description: 'how much may come out of a bottle (default: 16G)',
      parse: sizeOf,
    },
    {
      flags: '--stall-timeout <duration>',
      description: 'give up after this long without a byte',
      parse: durationMs,
      default: 60_000,
    },
    SMOLVM_OPTION,
    DOCKER_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const [from, to] = [sideOf(args[0] ?? ''), sideOf(args[1] ?? '')]
    const remote = from.name === undefined ? to : from
    if ((from.name === undefined) === (to.name === undefined) || remote.name === undefined)
      throw new CliError(
        'one side must be NAME:PATH, the other a local path',
        'bottlectl cp FILE NAME:PATH, or bottlectl cp NAME:PATH FILE',
        2,
      )
    const part = await partOf(session, remote.name, options.container)
    const copy = { part, from: from.path, to: to.path }
    const work = from.name === undefined ? copyIn(session, copy, options) : takeOut(session, copy, options)
    return guided(part, remote.name, work)
  },
})

interface Side {
  readonly name: string | undefined
  readonly path: string
}

const sideOf = (text: string): Side => {
  const match = /^([a-z0-9][a-z0-9/-]*):(.+)$/s.exec(text)
  return match === null ? { name: undefined, path: text } : { name: match[1], path: match[2] ?? '' }
}

interface Copy {
  readonly part: Part
  readonly from: string
  readonly to: string
}

const MOST_BYTES = 16 * 1024 ** 3

const takeOut = (session: Session, { part, from, to }: Copy, options: CpOptions): Promise<number> => {
  const limits: Limits = { mostBytes: options.maxSize ?? MOST_BYTES, stallMs: options.stallTimeout }
  const sender = part.inDocker
    ? outOfBundle(createConnection({ host: options.dockerHost, env: session.env }), part.object)
    : outOfMachine(session, { smolvm: options.smolvm, machine: part.object })
  return copyOut(session, { from, to, limits }, sender)
}

const copyIn = async (session: Session, { part, from, to: given }: Copy, options: CpOptions): Promise<number> => {
  const source = await openSource(session, from)
  const to = `${posix.resolve('/', given)}${given.endsWith('/') ? '/' : ''}`
  let stalled = false
  try {
    await within({ timeoutMs: options.stallTimeout, signal: session.signal }, async (signal, alive) => {
      signal.addEventListener('abort', () => (stalled = !session.signal.aborted))
      const copy = { source, to, alive }
      if (part.inDocker) {
        const connection = createConnection({ host: options.dockerHost, env: session.env })
        await copyIntoBundle(connection, { ...copy, container: part.object }, signal)
      } else await copyIntoMachine(session, { ...copy, smolvm: options.smolvm, machine: part.object }, signal)
    })
    return 0
  } catch (error) {
    if (session.signal.aborted) return INTERRUPTED
    if (!stalled) throw error
    throw new CliError(
      `not a byte went to ${given} for ${options.stallTimeout / 1_000} s`,
      'what went before may be there in part; --stall-timeout waits longer',
      'Timeout',
    )
  } finally {
    await source.close()
  }
}
