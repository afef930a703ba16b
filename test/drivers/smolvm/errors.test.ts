import * as assert from 'uvu/assert'
import type { DriverErrorCode } from '../../../drivers/errors.ts'
import { guestError, isMissing, messageOf, reportedError, smolvmError } from '../../../drivers/smolvm/errors.ts'
import type { Ended } from '../../../drivers/calls/subprocess.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('smolvm errors')

const ended = (change: Partial<Ended> = {}): Ended => ({
  exitCode: 1,
  signal: undefined,
  stdout: '',
  stderr: '',
  timedOut: false,
  aborted: false,
  overflowed: false,
  spawnError: undefined,
  ...change,
})
const said = (message: string, code = 'CONFIG_ERROR'): Ended =>
  ended({ stderr: `Starting machine 'n'...\n${JSON.stringify({ error: { code, message } })}\n` })

/** Texts of smolvm 1.32.2, as recorded, and the code of each. */
const MEANINGS: readonly (readonly [DriverErrorCode, string])[] = [
  ['NameTaken', "config operation failed: create machine: machine 'n' already exists or is being created"],
  ['InvalidRequest', 'config operation failed: create machine: machine name cannot contain consecutive hyphens'],
  [
    'InvalidRequest',
    'config operation failed: load smolfile: failed to parse F: TOML parse error at line 2, column 1\n  |\n2 | x = 1\n  | ^\nunknown field `x`, expected one of `image`, `env`\n',
  ],
  [
    'SourceUnavailable',
    'config operation failed: load smolfile: failed to read F: No such file or directory (os error 2)',
  ],
  [
    'InvalidRequest',
    "config operation failed: smolfile [network] allow_cidrs: invalid CIDR 'x': expected format like 10.0.0.0/8 or 1.1.1.1",
  ],
  [
    'SourceUnavailable',
    'config operation failed: --image: cannot read archive ./x.tar: No such file or directory (os error 2)',
  ],
  ['SourceUnavailable', 'config operation failed: create from .smolmachine: file not found: P.smolmachine'],
  ['InvalidRequest', 'agent operation failed: read checkpoint footer: invalid magic: expected SMOLPACK'],
  ['InvalidRequest', 'agent operation failed: read stored checkpoint: No such file or directory (os error 2)'],
  ['InvalidRequest', 'agent operation failed: platform mismatch: linux/arm64, this host is linux/amd64'],
  ['InvalidRequest', 'agent operation failed: verify checkpoint checksum: checksum mismatch for P'],
  ['InvalidRequest', 'config operation failed: create machine: x (packs may not carry secret refs)'],
  ['SourceUnavailable', 'mount source not found: /none'],
  [
    'InvalidRequest',
    'mount operation failed: validate host path: source path on host must be a directory (virtiofs limitation): P',
  ],
  ['InvalidRequest', "invalid mount path: invalid format 'P' (expected host:guest[:ro|:rw])"],
  ['InvalidRequest', "config operation failed: --label: expected KEY=VALUE, got 'x'"],
  ['InvalidRequest', 'config operation failed: validate resources: CPU count must be at least 1'],
  ['InvalidRequest', 'config operation failed: --net-backend: --net-backend virtio-net requires --net'],
  ['NotFound', 'vm not found: n'],
  ['NotFound', "config operation failed: machine status: machine 'n' not found"],
  ['NotFound', "config operation failed: update: machine 'n' not found"],
  [
    'Busy',
    "agent operation failed: connect: machine 'n' is not running. Start it with 'smolvm machine start --name n'; if a start is already in progress, retry once it finishes.",
  ],
  ['InvalidRequest', "config operation failed: update: invalid env format 'BAD': expected KEY=VALUE"],
  [
    'InvalidRequest',
    'config operation failed: resize: storage disk cannot be shrunk from 30 GiB to 25 GiB. Only expanding is supported to prevent data loss.',
  ],
  [
    'InvalidRequest',
    'storage operation failed: expand storage disk: storage operation failed: open disk: No such file or directory (os error 2)',
  ],
  ['Busy', 'invalid vm state: expected stopped, got Running'],
  [
    'Busy',
    'agent operation failed: start machine: agent operation failed: start agent: another process is already starting or running this VM',
  ],
  ['Busy', "database operation failed: reserve vm 'n': database is locked"],
  [
    'StopRefused',
    'agent operation failed: stop agent: guest did not confirm filesystem synchronization; left the VM alive for retry: timed out',
  ],
  [
    'StartFailed',
    'agent operation failed: start machine: agent operation failed: monitor agent: last line (boot process exited (code 1) before the agent was ready)',
  ],
  [
    'StartFailed',
    'agent operation failed: start machine: agent operation failed: wait for ready: agent did not become ready within 30 seconds: no boot progress for 30 seconds',
  ],
  ['StartFailed', 'agent operation failed: init: init[0] failed (exit 9)'],
  [
    'VirtualizationUnavailable',
    'agent operation failed: start machine: kvm not available: KVM not available. Ensure KVM kernel module is loaded.\nTry: sudo modprobe kvm',
  ],
  [
    'VirtualizationUnavailable',
    'agent operation failed: start machine: kvm permission denied: Cannot access /dev/kvm (permission denied).',
  ],
  [
    'VirtualizationUnavailable',
    'agent operation failed: start machine: agent operation failed: monitor agent: Then log out and log back in for the change to take effect.); libkrun detail: x KvmOpen(Error(13))',
  ],
  ['SecretUnavailable', "config operation failed: resolve secret 'K': file_read_failed"],
  ['StorageFull', 'storage operation failed: create sparse disk: No space left on device (os error 28)'],
  ['Unavailable', 'database operation failed: configure pragmas: file is not a database'],
  ['Failed', 'something nobody has seen'],
]

for (const [code, message] of MEANINGS) {
  test(`${code}: ${message.split('\n')[0]?.slice(0, 110)}`, () => {
    const error = smolvmError('do it', said(message))
    assert.is(error.code, code)
    assert.not.match(error.message, '\n')
    // As text too: before 1.28, and for errors of clap.
    assert.is(smolvmError('do it', ended({ stderr: `WARN x\nError: ${message}\n` })).code, code)
  })
}

test('a refusal by clap with exit code 2 is an InvalidRequest', () => {
  for (const text of [
    "error: invalid value 'x' for '--dns <IP>': invalid IPv4 address syntax\n\nFor more information, try '--help'.\n",
    "error: the argument '--from <PATH>' cannot be used with '--smolfile <PATH>'\n\nUsage: smolvm machine create\n",
    'error: the following required arguments were not provided:\n  --name <NAME>\n\nUsage: smolvm\n',
    "error: unexpected argument '-x' found\n\n  tip: to pass '-x' as a value, use '-- -x'\n",
  ])
    assert.is(smolvmError('do it', ended({ exitCode: 2, stderr: text })).code, 'InvalidRequest')
})

test('the last error object counts, whatever comes before and after', () => {
  const first = JSON.stringify({ error: { code: 'A', message: 'first' } })
  const last = JSON.stringify({ error: { code: 'B', message: 'last' } })
  assert.is(messageOf(`note: x\n${first}\nWARN y\n${last}\n{"error" broken\n{"error":{"code":"C"}}\ntail\n`), 'last')
  assert.is(reportedError('Error: only text'), undefined)
})

test('without an error object the message starts at the last Error: and ends before the usage', () => {
  assert.is(messageOf('Starting...\nError: one\nError: two\n  more\n'), 'two more')
  assert.is(messageOf('error: bad\n\nUsage: smolvm [OPTIONS]\n'), 'bad')
  assert.is(messageOf('first\nlast\n'), 'last')
  assert.is(messageOf(''), '')
})

test('a long message is cut', () => {
  assert.ok(smolvmError('do it', said('x'.repeat(10_000))).message.length < 1_000)
})

test('the way a call ended counts before its words', () => {
  const words = JSON.stringify({ error: { code: 'X', message: 'vm not found: n' } })
  const code = (change: Partial<Ended>): DriverErrorCode =>
    smolvmError('do it', ended({ stderr: words, ...change })).code
  assert.is(code({ aborted: true, timedOut: true }), 'Aborted')
  assert.is(code({ timedOut: true }), 'Timeout')
  assert.is(code({ overflowed: true }), 'Failed')
  assert.is(code({ spawnError: 'ENOENT' }), 'Unavailable')
  assert.is(code({ spawnError: 'EACCES' }), 'Unavailable')
})

test('a call that ended by a signal without output is reported as such', () => {
  assert.match(smolvmError('do it', ended({ exitCode: undefined, signal: 'SIGKILL' })).message, 'SIGKILL')
  assert.match(smolvmError('do it', ended({ exitCode: 101 })).message, '101')
})

test('every error that a person can fix has a hint', () => {
  assert.match(smolvmError('x', ended({ spawnError: 'ENOENT' })).hint ?? '', 'pip install smolmachines')
  assert.match(smolvmError('x', said('kvm not available: KVM not available.')).hint ?? '', /group kvm/)
  const lost = 'agent operation failed: start machine: find libraries: libkrun/libkrunfw not found.'
  assert.match(smolvmError('x', said(lost)).hint ?? '', '/root')
})

test('the log of a failed start is quoted and counts for its meaning', () => {
  const vague = said('agent operation failed: start machine: agent operation failed: monitor agent: an idle line')
  const error = smolvmError(
    'start',
    vague,
    'KVM inaccessible to the VM process after privilege drop — kvm permission denied',
  )
  assert.is(error.code, 'VirtualizationUnavailable')
  assert.match(error.message, 'an idle line')
  assert.match(error.message, 'after privilege drop')
})

test('a machine is missing only if smolvm says so', () => {
  assert.ok(isMissing(said('vm not found: n', 'NOT_FOUND')))
  assert.ok(isMissing(said("config operation failed: update: machine 'n' not found")))
  assert.not(isMissing(ended({ exitCode: 0, stderr: 'Error: vm not found: n' })))
  assert.not(isMissing(said('mount source not found: /vm not found: n', 'NOT_FOUND')))
})

test("a failure of a guest is never taken for smolvm's", () => {
  const guest = (change: Partial<Ended>): DriverErrorCode => guestError('copy', ended(change)).code
  assert.is(guest({ exitCode: 127, stderr: 'sh: tar: not found\n' }), 'Failed')
  assert.is(guest({ exitCode: 2, stderr: 'tar: file not found: x\n' }), 'Failed')
  assert.is(guest({ exitCode: 1, stderr: 'vm not found: n\n' }), 'Failed')
  assert.is(guest({ exitCode: 2, stderr: 'tar: x: Cannot write: No space left on device\n' }), 'StorageFull')
  assert.is(guest({ timedOut: true }), 'Timeout')
  assert.is(guestError('copy', said('vm not found: n')).code, 'NotFound')
})

test.run()
