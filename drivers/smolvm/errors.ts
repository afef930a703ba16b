import type { DriverErrorCode } from '../errors.ts'
import { cancelled, DriverError } from '../errors.ts'
import { parseJson, valueAt } from '../json.ts'
import type { Ended } from '../calls/subprocess.ts'

/**
 * Classifies a failed smolvm call. Pure. The exit code shows the failure; of the output, the last line that is an error
 * object counts, but its code alone is not trusted (smolvm-1.32 §1.2, §1.3).
 */

/** The message of smolvm's own error object; undefined if the output is a guest's, or plain text. */
export const reportedError = (stderr: string): string | undefined =>
  stderr
    .split('\n')
    .toReversed()
    .map(toMessage)
    .find((message) => message !== undefined)

const toMessage = (line: string): string | undefined => {
  const message = line.startsWith('{"error"') ? valueAt(parseJson(line), ['error', 'message']) : undefined
  return typeof message === 'string' ? message : undefined
}

/** In one line: the error object's message, otherwise from the last `Error:` or clap's `error:` on, otherwise the last line. */
export const messageOf = (stderr: string): string => {
  const lines = stderr.trim().split('\n')
  const from = lines.findLastIndex((line) => /^(Error|error): /.test(line))
  const text = reportedError(stderr) ?? lines.slice(from < 0 ? -1 : from).join('\n')
  const end = text.indexOf('\n\nUsage: ')
  const short = (end < 0 ? text : text.slice(0, end))
    .replace(/^(Error|error): /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
  return short.length <= MAX_DETAIL ? short : `${short.slice(0, MAX_DETAIL)}…`
}

const MAX_DETAIL = 700

/** The first match counts: wider errors contain the words for a missing or used object. */
const CODES: readonly (readonly [RegExp, DriverErrorCode])[] = [
  [/^vm not found: |: machine '[^']*' not found$/, 'NotFound'],
  [/already exists or is being created/, 'NameTaken'],
  [/did not confirm filesystem synchronization|left the VM alive for retry/, 'StopRefused'],
  [
    /kvm not available|kvm permission denied|KvmOpen|KVM inaccessible|Cannot access \/dev\/kvm|KVM_EXIT_INTERNAL_ERROR/i,
    'VirtualizationUnavailable',
  ],
  [
    /another process is already starting|create sparse disk: File exists|database is locked|expected stopped, got|connect: machine '[^']*' is not running/,
    'Busy',
  ],
  [/resolve secret/, 'SecretUnavailable'],
  [/No space left on device/, 'StorageFull'],
  [/database operation failed/, 'Unavailable'],
  [/expand storage disk|cannot be shrunk/, 'InvalidRequest'],
  [/mount source not found|cannot read archive|\.smolmachine: file not found|failed to read /, 'SourceUnavailable'],
  [/read (stored )?checkpoint|verify checkpoint|platform mismatch|packs may not carry secret refs/, 'InvalidRequest'],
  [/start machine|before the agent was ready|init\[|start background CMD/, 'StartFailed'],
  [
    /config operation failed|mount operation failed|invalid mount path|invalid value|unexpected argument|cannot be used with|required arguments/,
    'InvalidRequest',
  ],
]

const codeOf = (text: string, exitCode?: number): DriverErrorCode =>
  // clap exits with 2 for invalid arguments.
  CODES.find(([pattern]) => pattern.test(text))?.[1] ?? (exitCode === 2 ? 'InvalidRequest' : 'Failed')

export const isMissing = (ended: Ended): boolean =>
  ended.exitCode === 1 && codeOf(messageOf(ended.stderr)) === 'NotFound'

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /find libraries/,
    'as root smolvm gives each VM its own user id, which must be able to enter the folder of its executable: install it outside /root',
  ],
  [
    /kvm|log out and log back in/i,
    'load the KVM module and put this user into group kvm; /dev/kvm must be root:kvm 0660, as smolvm drops root; bottled doctor shows more. Where there is no KVM: spec.machine.runtime: container, or bottled run --runtime container',
  ],
]

/** An interruption of a call comes before its output. */
const cutShort = ({
  timedOut,
  overflowed,
  spawnError,
}: Ended): readonly [DriverErrorCode, string, string?] | undefined => {
  const get = 'pip install smolmachines and put its smolvm on PATH as the README says, or name it with --smolvm PATH'
  if (timedOut) return ['Timeout', 'smolvm did not answer in time']
  if (overflowed) return ['Failed', 'smolvm printed too much']
  if (spawnError === 'ENOENT') return ['Unavailable', 'the program does not exist', get]
  if (spawnError === 'EACCES') return ['Unavailable', 'the program is not executable', get]
  return undefined
}

/** `log` is the VMM's own log of a failed start, if any. */
export const smolvmError = (operation: string, ended: Ended, log = ''): DriverError => {
  if (ended.aborted) return cancelled(operation)
  const cut = cutShort(ended)
  const said =
    messageOf(ended.stderr) ||
    `smolvm ended ${ended.exitCode === undefined ? `by ${ended.signal ?? 'a signal'}` : `with code ${ended.exitCode}`}`
  const [code, detail, hint] = cut ?? [
    codeOf(`${said} ${log}`.trim(), ended.exitCode),
    log === '' ? said : `${said}; its log: ${log}`,
  ]
  const help = hint ?? HINTS.find(([pattern]) => pattern.test(detail))?.[1]
  return new DriverError({ code, operation, detail, ...(help === undefined ? {} : { hint: help }) })
}

/** A failed command inside a guest: output and exit code are its own, unless smolvm itself failed. */
export const guestError = (operation: string, ended: Ended): DriverError => {
  const isOurs = ended.aborted || ended.exitCode === undefined || cutShort(ended) !== undefined
  if (isOurs || reportedError(ended.stderr) !== undefined) return smolvmError(operation, ended)
  const detail = messageOf(ended.stderr) || `the command in the guest ended with code ${ended.exitCode}`
  return new DriverError({
    code: /No space left on device/.test(detail) ? 'StorageFull' : 'Failed',
    operation,
    detail,
  })
}
