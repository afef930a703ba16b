import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { basename, dirname, posix } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Readable } from 'node:stream'
import { createConnection } from '../../../drivers/docker/connection.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { createCaller } from '../../../drivers/smolvm/caller.ts'
import { endOf } from '../../verb/child-end.ts'
import { defineCommand } from '../../verb/command.ts'
import { execInContainer } from '../../inside/docker-exec.ts'
import { copyIntoBundle } from '../../inside/into-bundle.ts'
import { CONTAINER_OPTION, guided, partOf } from '../../inside/parts.ts'
import type { Part } from '../../inside/parts.ts'
import { CliError } from '../../print/cli-error.ts'
import type { Session } from '../../session/session.ts'
import { DOCKER_OPTION, runSmolvm, SMOLVM_OPTION } from '../../inside/smolvm-child.ts'

interface CpOptions {
  readonly container: 'bundle' | 'machine'
  readonly smolvm: string
  readonly dockerHost?: string
}

export const cp = defineCommand<CpOptions>({
  name: 'cp',
  summary: 'copy files into or out of the VM or the bundle',
  arguments: '<from> <to>',
  completes: 'files',
  details:
    'Copy a file or a folder; NAME:PATH is the side in the bottle. A folder is copied into the target folder. In the bundle the target must be writable: a tmpfs, a writable mount, or any path with spec.bundle.readOnlyRoot: false.',
  examples: [
    'bottlectl cp notes.md researcher:/workspace/notes.md',
    'bottlectl cp researcher:/workspace/out ./',
    'bottlectl cp -c bundle researcher:/etc/os-release .',
    'bottlectl cp -c bundle rules.yaml researcher:/tmp/',
  ],
  options: [{ ...CONTAINER_OPTION, default: 'machine' }, SMOLVM_OPTION, DOCKER_OPTION],
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
    if (part.kind === 'bundle') {
      if (from.name === undefined) {
        await isFolder(from.path)
        const connection = createConnection({ host: options.dockerHost, env: session.env })
        const copy = { container: part.object, from: from.path, to: to.path }
        return guided(part, remote.name, copyIntoBundle(connection, copy, session.signal))
      }
      return guided(part, remote.name, outOfBundle(session, { part, from: from.path, to: to.path }, options.dockerHost))
    }
    const folder = from.name === undefined && (await isFolder(from.path))
    if (folder) return intoMachine(session, { part, from: from.path, to: to.path }, options.smolvm)
    return runSmolvm(session, options.smolvm, ['machine', 'cp', written(from, part), written(to, part)])
  },
})

interface Side {
  readonly name: string | undefined
  readonly path: string
}

const sideOf = (text: string): Side => {
  const match = /^([a-z0-9][a-z0-9/-]*):(.+)$/.exec(text)
  return match === null ? { name: undefined, path: text } : { name: match[1], path: match[2] ?? '' }
}

const written = ({ name, path }: Side, { object }: Part): string => (name === undefined ? path : `${object}:${path}`)

const isFolder = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new CliError(`${path} does not exist`, 'name a file or a folder', 3)
  return found.isDirectory()
}

interface Copy {
  readonly part: Part
  readonly from: string
  readonly to: string
}

/** smolvm copies single files: a folder goes as one tar stream. */
const intoMachine = async (session: Session, { part, from, to }: Copy, smolvm: string): Promise<number> => {
  const { env } = createCaller({ path: smolvm, env: session.env })
  const made = await endOf(
    spawn(smolvm, ['machine', 'exec', '--name', part.object, '--', 'mkdir', '-p', to], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
    }),
  )
  if (made !== 0) return made
  const tar = spawn('tar', ['-C', dirname(from), '-cf', '-', '--', basename(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const inside = spawn(smolvm, ['machine', 'exec', '--name', part.object, '-i', '--', 'tar', '-x', '-C', to], {
    stdio: [tar.stdout, 'inherit', 'inherit'],
    env,
  })
  const [packed, unpacked] = await Promise.all([endOf(tar), endOf(inside)])
  return packed === 0 ? unpacked : packed
}

const outOfBundle = async (
  session: Session,
  { part, from, to }: Copy,
  dockerHost: string | undefined,
): Promise<number> => {
  const connection = createConnection({ host: dockerHost, env: session.env })
  const operation = `copy ${from} out of ${part.object}`
  const into = await stat(to).catch(() => undefined)
  const reading = { operation, doing: 'read', method: 'GET', path: `/containers/${part.object}/archive` } as const
  const stream = await connection
    .open({ ...reading, query: { path: from } }, session.signal)
    .catch((error: unknown) => {
      if (isDriverError(error, 'NotFound')) return undefined
      throw error
    })
  const target =
    into?.isDirectory() === true
      ? { folder: to, rename: [] }
      : { folder: dirname(to), rename: ['--transform', `s,^${basename(from)},${basename(to)},`] }
  // Owners in the bundle mean nothing here. tar itself refuses a member that leads out of the folder.
  const tar = spawn('tar', ['-x', '--no-same-owner', '-C', target.folder, ...target.rename], {
    stdio: ['pipe', 'inherit', 'pipe'],
  })
  tar.stdin.on('error', () => undefined)
  const said = saidBy(tar.stderr)
  const closed = new Promise((resolve) => tar.on('close', resolve))
  if (stream !== undefined) {
    stream.pipe(tar.stdin)
    const [unpacked] = await Promise.all([endOf(tar), closed])
    process.stderr.write(said())
    return unpacked
  }
  // The Engine sees no tmpfs; the container's own tar does.
  const command = ['tar', '-C', posix.dirname(from), '-cf', '-', posix.basename(from)]
  const complaints = new PassThrough()
  const why = saidBy(complaints)
  const streams = { input: undefined, stdout: tar.stdin, stderr: complaints, terminal: undefined }
  const packed = await execInContainer(connection, { container: part.object, command, ...streams }, session.signal)
  tar.stdin.end()
  const [unpacked] = await Promise.all([endOf(tar), closed])
  // What tar says of an archive that never came says nothing.
  if (packed !== 0) throw notCopied({ part, from }, packed, why().trim())
  process.stderr.write(why() + said())
  return unpacked
}

const notCopied = ({ part, from }: Pick<Copy, 'part' | 'from'>, exitCode: number, why: string): CliError => {
  const look = `bottlectl exec NAME -c bundle -- ls ${posix.dirname(from)}`
  if (NO_PROGRAM.includes(exitCode))
    return new CliError(`${from} is not in the image of ${part.object}, which has no tar to look in its tmpfs`, look)
  if (why === '' || why.includes('No such file'))
    return new CliError(`${from} is not in ${part.object}`, look, 'NotFound')
  return new CliError(`can't copy ${from} out of ${part.object}: ${why}`, look)
}

const NO_PROGRAM: readonly number[] = [126, 127]
const MOST_SAID = 4_096

/** The beginning of what comes. */
const saidBy = (stream: Readable): (() => string) => {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    if (text.length < MOST_SAID) text += chunk.toString()
  })
  return () => text
}
