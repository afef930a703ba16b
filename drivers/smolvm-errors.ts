import type { DriverErrorCode } from './errors.ts'
import { DriverError } from './errors.ts'
import type { Ended } from './subprocess.ts'

/**
 * What a failed smolvm call means. Pure. The exit code tells that it failed; of the words, the last line that is an error
 * object counts, and its code is not trusted alone (smolvm-1.32 §1.2, §1.3).
 */
export const messageOf = (stderr: string): string => {
  const lines = stderr.trim().split('\n')
  const at = lines.findLastIndex((line) => /^(Error|error): /.test(line))
  const words = jsonMessage(lines) ?? (at < 0 ? lines.slice(-1) : lines.slice(at)).join('\n').replace(/^(Error|error): /, '')
  return words.trim().replace(/\s*\n\s*/g, ' ')
}

const jsonMessage = (lines: readonly string[]): string | undefined => {
  for (const line of lines.toReversed()) {
    if (!line.startsWith('{"error"')) continue
    try {
      const { error } = JSON.parse(line) as { readonly error?: { readonly message?: unknown } }
      if (typeof error?.message === 'string') return error.message
    } catch {
      // Not the error object then.
    }
  }
  return undefined
}

const MISSING = /vm not found: |machine '[^']*' not found/

const CODES: readonly (readonly [RegExp, DriverErrorCode])[] = [
  [MISSING, 'NotFound'],
  [/already exists or is being created/, 'NameTaken'],
  [/did not confirm filesystem synchronization|left the VM alive for retry/, 'StopRefused'],
  [/kvm not available|kvm permission denied|KvmOpen|KVM inaccessible|Cannot access \/dev\/kvm/i, 'VirtualizationUnavailable'],
  [/another process is already starting|create sparse disk: File exists|database is locked|expected stopped, got|is not running\b/, 'Busy'],
  [/resolve secret/, 'SecretUnavailable'],
  [/No space left on device/, 'StorageFull'],
  [/expand storage disk|cannot be shrunk/, 'InvalidRequest'],
  [/mount source not found|cannot read archive|file not found: |failed to read .*No such file or directory/, 'SourceUnavailable'],
  [/config operation failed|mount operation failed|invalid mount path|read \.smolmachine|read (stored )?checkpoint|verify checkpoint|platform mismatch/, 'InvalidRequest'],
  [/start machine|before the agent was ready|init\[|start background CMD|pull image|image-auth/, 'StartFailed'],
]

export const isMissing = (ended: Ended): boolean => ended.exitCode !== 0 && MISSING.test(messageOf(ended.stderr))

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/find libraries/, 'as root smolvm gives each VM a user id of its own, which must be able to read what lies beside its executable: install it outside /root'],
  [/kvm|log out and log back in/i, 'load the KVM module, and let this user use /dev/kvm: sudo usermod -aG kvm $USER; bottled doctor says more'],
]

export const smolvmError = (operation: string, ended: Ended): DriverError => {
  const { timedOut, aborted, spawnError, stderr, exitCode } = ended
  if (aborted) return new DriverError({ code: 'Aborted', operation, detail: 'it was stopped' })
  if (timedOut) return new DriverError({ code: 'Timeout', operation, detail: 'smolvm did not answer in time' })
  if (spawnError !== undefined) {
    const detail = spawnError === 'ENOENT' ? 'there is no smolvm on PATH' : `smolvm can't be run: ${spawnError}`
    return new DriverError({ code: 'Unavailable', operation, detail, hint: 'pip install smolmachines, put its smolvm on PATH as the README says, or name it with --smolvm PATH' })
  }
  const detail = messageOf(stderr) || `smolvm ended with ${exitCode === undefined ? 'a signal' : `code ${exitCode}`}`
  // clap ends with 2 for arguments it doesn't take.
  const code = CODES.find(([pattern]) => pattern.test(detail))?.[1] ?? (exitCode === 2 ? 'InvalidRequest' : 'Failed')
  const hint = HINTS.find(([pattern]) => pattern.test(detail))?.[1]
  return new DriverError({ code, operation, detail, ...(hint === undefined ? {} : { hint }) })
}

/** A command inside a guest failed: its words and exit code are its own, unless smolvm itself complains. */
export const guestError = (operation: string, ended: Ended): DriverError => {
  const own = ended.timedOut || ended.aborted || ended.spawnError !== undefined || ended.exitCode === undefined
  if (own || jsonMessage(ended.stderr.split('\n')) !== undefined) return smolvmError(operation, ended)
  const detail = messageOf(ended.stderr) || `the command in the guest ended with code ${ended.exitCode}`
  return new DriverError({ code: /No space left on device/.test(detail) ? 'StorageFull' : 'Failed', operation, detail })
}
