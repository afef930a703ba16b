import { spawn } from 'node:child_process'
import { pipeline, type Readable, Transform } from 'node:stream'
import { messageOf } from './errors.ts'

/**
 * A folder as one tar stream that tells how it moves.
 *
 * Guarantees: the folder is entered, and then compared with the path that was asked for: what takes its place later is not
 *   read. tar opens no pipe and no device. A tar that hangs keeps nobody waiting.
 */
export interface Packing {
  readonly stdout: Readable
  /** Why the output is incomplete; undefined if it is complete. */
  readonly failure: Promise<string | undefined>
  /** The same, while nothing is known yet: undefined. */
  failed(): string | undefined
  /** Called with the bytes that went on so far. */
  onMoved(listener: (bytes: number) => void): void
  /** `waits`: for whoever takes the stream; `reads`: it has nothing to give; `sent`: all is gone. */
  state(): 'waits' | 'reads' | 'sent'
  stop(): void
}

const SCRIPT = `command -v tar >/dev/null || exit 127
cd -P -- "$1" || exit 126
[ "$(pwd -P)" = "$1" ] || exit 125
shift
exec tar "$@" -cf - .`

const MEANT: Readonly<Record<number, string>> = {
  127: "this host can't run tar",
  126: "the folder can't be entered",
  125: 'the folder was exchanged before it was read',
}

/** `states`: state folders below it, which begin with `./`. `owner`: `uid:gid` that all of it belongs to; undefined: as here. */
export const pack = (folder: string, states: readonly string[], path: string, owner?: string): Packing => {
  const excluded = ['.bottled', ...states.map(plainPattern)].flatMap((name) => ['--exclude', name])
  const [uid, gid] = owner?.split(':') ?? []
  const owned = uid === undefined ? [] : [`--owner=+${uid}`, `--group=+${gid ?? uid}`]
  // Not by `cwd`: a folder that hangs would hang us in its place.
  const tar = spawn('/bin/sh', ['-c', SCRIPT, 'bottled-tar', folder, ...excluded, ...owned], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path, LC_ALL: 'C' },
    detached: true,
  })
  let said = ''
  let bytes = 0
  let listener: (bytes: number) => void = () => undefined
  let end: { readonly why: string | undefined } | undefined
  tar.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const meter = new Transform({
    transform: (chunk: Buffer, _, done) => {
      bytes += chunk.length
      listener(bytes)
      done(null, chunk)
    },
  })
  pipeline(tar.stdout, meter, () => undefined)
  const failure = new Promise<string | undefined>((resolve) => {
    const settle = (why: string | undefined): void => {
      end ??= { why }
      resolve(end.why)
    }
    tar.on('error', (error) => settle(`${MEANT[127]}: ${error.message}`))
    tar.on('close', (code) => settle(code === 0 || (code === 1 && isLive(said)) ? undefined : wordsOf(code, said)))
  })
  return {
    stdout: meter,
    failure,
    failed: () => end?.why,
    onMoved: (given) => {
      listener = given
    },
    state: () => {
      if (meter.readableLength > 0 || meter.writableLength > 0) return 'waits'
      return meter.readableEnded ? 'sent' : 'reads'
    },
    stop: () => {
      try {
        if (tar.pid !== undefined && tar.exitCode === null) process.kill(-tar.pid, 'SIGKILL')
      } catch {
        // It ended meanwhile.
      }
    },
  }
}

const plainPattern = (name: string): string => name.replaceAll(/[\\*?[\]]/g, '\\$&')

const wordsOf = (code: number | null, said: string): string =>
  MEANT[code ?? 0] ?? `tar could not read the whole folder: ${messageOf(said) || `it ended with ${code}`}`

/** A workspace in use changes while it is read: that alone isn't a failure. */
const isLive = (said: string): boolean =>
  said
    .trim()
    .split('\n')
    .every((line) => /file changed as we read it|File removed before we read it/.test(line))
