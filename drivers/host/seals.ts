import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { release } from 'node:os'
import { delimiter, resolve } from 'node:path'
import type { Disk } from '../disk/disk.ts'
import { errnoOf } from '../errno.ts'
import { messageOf } from '../message.ts'
import { stampOf } from '../reading/keep-file.ts'
import { openOwn } from '../reading/open-regular.ts'
import { readUpTo } from '../reading/read-bounded.ts'
import { proofIn, proofText } from '../seal-proof.ts'
import { CONTAINER_TABLE, NO_SMOLVM, PROVE, SEAL_TABLE } from '../seals.ts'
import type { SealLook, SealParts, SealProof, Seals, SealShown } from '../seals.ts'

/**
 * The port Seals on two files of this user's, beside the list of roots.
 *
 * Guarantees: while the files, the program smolvm and the Engine's version are as they were, a look costs a few `lstat` and gives the
 *   same object. What isn't a small regular file of this user's that nobody else may write is refused, and links aren't followed.
 * Caveats: of smolvm the called file counts, and the version that it says: libraries that are exchanged beside it aren't seen.
 */
export interface SealsOptions {
  /** Absolute: of VMs. */
  readonly file: string
  /** Of agents in containers: the file, and what would be tried, in words that change with it. */
  readonly container: { readonly file: string; readonly guest: string }
  /** `--smolvm`. */
  readonly smolvm: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userId: number
  /** What stands for this machine. */
  readonly machineId: () => Promise<string>
  /** Of smolvm, as it says. */
  readonly version: (signal?: AbortSignal) => Promise<string>
  /** Of the Engine that answered last; undefined: none has. */
  readonly engine: () => string | undefined
}

const MOST_BYTES = 128 * 1024
const UNKNOWN = 'unknown'
/** The bare guest, in a VM of smolvm. */
const GUEST = 'microvm, bare'

export const createSeals = (options: SealsOptions): Seals => {
  const { file, container, smolvm, env, userId, version, engine } = options
  let last: { readonly stamp: string; readonly look: SealLook } | undefined
  let program: { readonly stamp: string; readonly parts: Pick<SealParts, 'smolvm' | 'program'> } | undefined
  let machine: string | undefined

  const machineOf = async (): Promise<string> => {
    machine ??= hashOf(await options.machineId().catch(() => UNKNOWN))
    return machine
  }

  const programParts = async (
    path: string | undefined,
    stamp: string,
    signal?: AbortSignal,
  ): Promise<Pick<SealParts, 'smolvm' | 'program'>> => {
    if (path === undefined) return { smolvm: UNKNOWN, program: UNKNOWN }
    if (program?.stamp === stamp) return program.parts
    try {
      const parts = { smolvm: await version(signal), program: await hashOfFile(path) }
      program = { stamp, parts }
      return parts
    } catch {
      // Asked again at the next look.
      return { smolvm: UNKNOWN, program: UNKNOWN }
    }
  }

  return {
    last: () => last?.look,
    look: async (signal) => {
      const path = await findProgram(smolvm, env)
      const programStamp = path === undefined ? UNKNOWN : `${path} ${await stampAt(path)}`
      const stamps = [await stampAt(file), await stampAt(container.file)]
      const stamp = [...stamps, programStamp, engine() ?? UNKNOWN].join('\n')
      if (last?.stamp === stamp) return last.look
      const parts = await programParts(path, programStamp, signal)
      const host = { machine: await machineOf(), kernel: release(), engine: engine() ?? UNKNOWN }
      const box = { ...host, ...NO_SMOLVM, guest: container.guest, table: CONTAINER_TABLE }
      const look = {
        installed: { ...host, ...parts, guest: GUEST, table: SEAL_TABLE },
        ...(await readProof({ file, userId, command: PROVE.microvm })),
        container: {
          installed: box,
          ...(await readProof({ file: container.file, userId, command: PROVE.container })),
        },
      }
      // One that didn't say its version is asked again; where there is none, nobody is.
      const isAskedAgain = path !== undefined && parts.smolvm === UNKNOWN
      last = { stamp: isAskedAgain ? '' : stamp, look }
      return look
    },
  }
}

/** Atomic, 0600; a link at its place is replaced, not followed. */
export const recordProof = (file: string, proof: SealProof, disk: Pick<Disk, 'writeDurable'>): Promise<void> =>
  disk.writeDurable(file, proofText(proof))

const readProof = async ({
  file,
  userId,
  command,
}: {
  readonly file: string
  readonly userId: number
  readonly command: string
}): Promise<Pick<SealShown, 'proof' | 'why'>> => {
  const refused = (why: string): Pick<SealShown, 'why'> => ({
    why: `the proof recorded in ${file} is not taken: it ${why}; ${command} makes another`,
  })
  try {
    const { file: opened, stat: found } = await openOwn(file)
    try {
      if (Number(found.uid) !== userId) return refused(`belongs to user ${found.uid}`)
      if ((Number(found.mode) & 0o022) !== 0) return refused('may be written by other users')
      const bytes = await readUpTo(opened, MOST_BYTES)
      if (bytes === undefined) return refused(`is larger than ${MOST_BYTES} bytes`)
      const proof = proofIn(bytes.toString('utf8'))
      return typeof proof === 'string' ? refused(proof) : { proof }
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { why: `no guest has tried the seal on this machine: ${command}` }
    return refused(errnoOf(error) === 'ELOOP' ? 'is a symbolic link' : `can't be read (${messageOf(error)})`)
  }
}

/** Two that are equal: nothing was written in between. */
const stampAt = (path: string): Promise<string> => lstat(path, { bigint: true }).then(stampOf, errnoOf)

/** What a call would start, its links followed; undefined: nothing. */
const findProgram = async (name: string, env: SealsOptions['env']): Promise<string | undefined> => {
  const places = name.includes('/')
    ? [resolve(name)]
    : (env['PATH'] ?? '').split(delimiter).map((folder) => resolve(folder, name))
  for (const place of places) {
    const found = await stat(place).catch(() => undefined)
    if (found?.isFile() === true && (found.mode & 0o111) !== 0) return realpath(place).catch(() => place)
  }
  return undefined
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const hashOfFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex').slice(0, 32)
}
