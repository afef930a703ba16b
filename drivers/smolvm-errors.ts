import type { DriverErrorCode } from './errors.ts'
import { DriverError } from './errors.ts'
import type { Ended } from './subprocess.ts'

/**
 * What a failed smolvm call means. Pure. The exit code tells that it failed; of the words, the last line that is an error
 * object counts, and its code is not trusted alone (smolvm-1.32 §1.2, §1.3).
 */
export const messageOf = (stderr: string): string => {
  const lines = stderr.trim().split('\n')
  for (const line of lines.toReversed()) {
    const message = jsonMessage(line)
    if (message !== undefined) return message
  }
  const at = lines.findLastIndex((line) => /^(Error|error): /.test(line))
  return (at < 0 ? lines.slice(-1) : lines.slice(at))
    .join(' ')
    .replace(/^(Error|error): /, '')
    .trim()
}

const jsonMessage = (line: string): string | undefined => {
  if (!line.startsWith('{"error"')) return undefined
  try {
    const { error } = JSON.parse(line) as { readonly error?: { readonly message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}

const CODES: readonly (readonly [RegExp, DriverErrorCode])[] = [
  [/vm not found: |machine '[^']*' not found/, 'NotFound'],
  [/already exists or is being created/, 'NameTaken'],
  [/did not confirm filesystem synchronization|left the VM alive for retry/, 'StopRefused'],
  [
    /kvm not available|kvm permission denied|KvmOpen|KVM inaccessible|Cannot access \/dev\/kvm/i,
    'VirtualizationUnavailable',
  ],
  [/another process is already starting|database is locked|in progress|expected stopped, got/, 'Busy'],
  [/resolve secret/, 'SecretUnavailable'],
  [/No space left on device/, 'StorageFull'],
  [/mount source not found|cannot read archive|file not found|No such file or directory/, 'SourceUnavailable'],
  [
    /config operation failed|invalid value|unexpected argument|cannot be used with|cannot be shrunk|expand storage disk|must be/,
    'InvalidRequest',
  ],
  [/start machine|before the agent was ready|init\[|start background CMD/, 'StartFailed'],
]

export const isMissing = (ended: Ended): boolean =>
  ended.exitCode !== 0 && /vm not found: |machine '[^']*' not found/.test(ended.stderr)

const HINTS: Partial<Readonly<Record<DriverErrorCode, string>>> = {
  VirtualizationUnavailable:
    'load the KVM module, and let this user use /dev/kvm: sudo usermod -aG kvm $USER; bottled doctor says more',
}

export const smolvmError = (operation: string, ended: Ended): DriverError => {
  const { timedOut, aborted, spawnError, stderr, exitCode } = ended
  if (aborted) return new DriverError({ code: 'Aborted', operation, detail: 'it was stopped' })
  if (timedOut) return new DriverError({ code: 'Timeout', operation, detail: 'smolvm did not answer in time' })
  if (spawnError === 'ENOENT' || exitCode === 127) {
    return new DriverError({
      code: 'Unavailable',
      operation,
      detail: 'there is no smolvm on PATH',
      hint: 'pip install smolmachines, or name it with --smolvm PATH',
    })
  }
  const detail = messageOf(stderr) || `smolvm ended with ${exitCode === undefined ? 'a signal' : `code ${exitCode}`}`
  const code = CODES.find(([pattern]) => pattern.test(detail))?.[1] ?? 'Failed'
  const hint = HINTS[code]
  return new DriverError({ code, operation, detail, ...(hint === undefined ? {} : { hint }) })
}
