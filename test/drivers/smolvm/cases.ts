/**
 * smolvm calls, made in this order on the released smolvm and on the stand-in: exit codes, error codes and words
 * must be equal. Nothing here needs a guest. `{}` in a word stands for that side's folder.
 */
export interface Case {
  readonly args: readonly string[]
  /** TOML errors: the two parsers place and word them differently. */
  readonly toml?: true
}

/** Files named in the calls, relative to the folder. */
export const FILES: Readonly<Record<string, string>> = {
  'good.toml':
    'env = [ "B= 2", "A=1", "HTTPS_PROXY=http://192.168.77.2:8888", "T=x " ]\n\n[network]\nallow_cidrs = [ "192.168.77.2/32" ]\n',
  'secret.toml':
    'env = [ ]\n[network]\nallow_cidrs = [ "192.168.77.2/32" ]\n[secrets.K]\nfrom_file = "/nonexistent/k"\n',
  'host.toml': 'env = []\nhostname = "x"\n',
  'dns.toml': 'env = []\n[network]\ndns = "1.1.1.1"\n',
  'syntax.toml': 'env = [\n',
  'twice.toml': 'env = []\nenv = []\n',
  'type.toml': 'env = "A=1"\n',
  'cidr.toml': 'env = []\n[network]\nallow_cidrs = ["10.0.0.0/33"]\n',
  'secret-none.toml': 'env = []\n[secrets]\nK = {}\n',
  'secret-both.toml': 'env = []\n[secrets]\nK = { from_env = "A", from_file = "/b" }\n',
  'secret-relative.toml': 'env = []\n[secrets]\nK = { from_file = "rel/x" }\n',
  'secret-inline.toml': 'env = []\n[secrets]\nK = "v"\n',
  'junk.tar': 'junk',
  'junk.smolmachine': 'junk that is no pack, but longer than a footer of sixty-four bytes would be, all the same',
  'tree/etc/os-release': 'ID=test\n',
}

const machine = (...args: readonly string[]): Case => ({ args: ['machine', ...args] })
const json = ['--error-format', 'json'] as const
const create = (name: string, ...more: readonly string[]): Case => machine('create', ...json, '--name', name, ...more)
const toml = (file: string): Case => ({ ...create('never', '-s', `{}/${file}`), toml: true })
const net = ['--net', '--net-backend', 'virtio-net', '--dns', '192.168.77.2'] as const
const labels = ['--label', 'dev.bottled.owner=o1', '--label', 'k=a=b c', '--label', 'e='] as const

const update = (...flags: readonly string[]): Case => machine('update', ...json, '--name', 'm-seal', ...flags)
const seen = machine('status', '--json', ...json, '--name', 'm-seal')

export const CASES: readonly Case[] = [
  { args: ['--version'] },
  { args: ['bogus'] },
  machine('bogus'),
  machine('ls', '--json', ...json),
  machine('ls', '--json', '--bogus'),

  // Machines as bottled creates them.
  create('m-bare', ...labels, '-s', '{}/good.toml', ...net),
  create('m-bare', ...labels, '-s', '{}/good.toml', ...net),
  create('m-sized', '-s', '{}/good.toml', ...net, '--cpus', '2', '--mem', '512', '--storage', '30'),
  create('m-image', '-s', '{}/good.toml', '--image', '{}/junk.tar', ...net, '--', 'sleep', 'infinity'),
  create('m-folder', '-s', '{}/good.toml', '--image', '{}/tree', ...net),
  create('m-mount', '-s', '{}/good.toml', ...net, '-v', '{}/tree:/workspace'),
  create('m-secret', '-s', '{}/secret.toml', ...net),
  create('m-flags', ...net, '--allow-cidr', '192.168.77.2/32', '-e', 'A=1'),
  create('m-A_b1'),

  // Requests that must be refused.
  create(''),
  create('-a'),
  create('a--b'),
  create('a-'),
  create('.a'),
  create('a.b'),
  create('a/b'),
  create('a'.repeat(129)),
  toml('host.toml'),
  toml('dns.toml'),
  toml('syntax.toml'),
  toml('twice.toml'),
  toml('type.toml'),
  toml('secret-inline.toml'),
  create('never', '-s', '{}/cidr.toml'),
  create('never', '-s', '{}/missing.toml'),
  create('never', '-s', '{}/secret-none.toml'),
  create('never', '-s', '{}/secret-both.toml'),
  create('never', '-s', '{}/secret-relative.toml'),
  create('never', '--image', '{}/missing.tar'),
  create('never', '--from', '{}/missing.smolmachine'),
  create('never', '--from', '{}/junk.smolmachine'),
  create('never', '--from', '{}/junk.smolmachine', '-s', '{}/good.toml'),
  create('never', '--from', '{}/junk.smolmachine', '--image', '{}/junk.tar'),
  create('never', '-v', '{}/missing:/x'),
  create('never', '-v', '{}/junk.tar:/x'),
  create('never', '-v', '/etc:/x'),
  create('never', '-v', '{}/tree:x'),
  create('never', '-v', '{}/tree:/x:bogus'),
  create('never', '--label', 'x'),
  create('never', '--label', '=v'),
  create('never', '--cpus', '0'),
  create('never', '--cpus', '256'),
  create('never', '--mem', '10'),
  create('never', '--storage', '0'),
  create('never', '--net-backend', 'virtio-net'),
  create('never', '--net', '--net-backend', 'bogus'),
  create('never', '--net', '--net-backend', 'tsi', '--allow-cidr', '10.0.0.1/32'),
  create('never', '--allow-cidr', 'nonsense'),
  create('never', '--dns', 'nonsense'),
  create('never', '--bogus'),
  machine('create', ...json, '--name'),

  // The present machines.
  machine('ls', '--json', ...json),
  machine('status', '--json', ...json, '--name', 'm-bare'),
  machine('status', '--json', ...json, '--name', 'nope'),
  machine('data-dir', ...json, '--name', 'm-bare'),

  // Missing machines.
  machine('start', ...json, '--name', 'nope'),
  machine('stop', ...json, '--name', 'nope'),
  machine('stop', '--name', 'nope'),
  machine('delete', ...json, '--name', 'nope', '-f'),
  machine('update', ...json, '--name', 'nope', '--cpus', '2'),
  machine('exec', ...json, '--name', 'nope', '--', 'true'),
  machine('data-dir', ...json, '--name', 'nope'),

  // A machine that does not run.
  machine('stop', ...json, '--name', 'm-bare'),
  machine('exec', ...json, '--name', 'm-bare', '--', 'true'),
  machine('exec', ...json, '--name', 'm-bare', '-i', '--', 'true'),
  machine('exec', ...json, '--name', 'm-bare', '--stream', '--', 'true'),
  machine('exec', ...json, '--name', 'm-bare'),
  machine('update', ...json, '--name', 'm-bare'),
  machine('update', ...json, '--name', 'm-bare', '-e', 'A=9', '-e', 'NEW=n w', '--remove-env', 'B'),
  machine('update', ...json, '--name', 'm-bare', '--remove-env', 'ABSENT'),
  machine('update', ...json, '--name', 'm-bare', '-e', 'BAD'),
  machine('update', ...json, '--name', 'm-bare', '--cpus', '2', '--mem', '1024'),
  machine('update', ...json, '--name', 'm-bare', '--cpus', '2', '--mem', '1024'),
  machine('update', ...json, '--name', 'm-bare', '-e', 'X=1', '--remove-env', 'A', '--mem', '2048', '--cpus', '3'),
  machine('update', ...json, '--name', 'm-bare', '--cpus', '0'),
  machine('update', ...json, '--name', 'm-bare', '--mem', '1'),
  machine('update', ...json, '--name', 'm-bare', '--storage', '40'),
  machine('update', ...json, '--name', 'm-sized', '--storage', '30'),
  machine('update', ...json, '--name', 'm-sized', '--storage', '25'),
  machine('update', ...json, '--name', 'm-bare', '--label', 'a=b'),
  machine('update', ...json, '--name', 'm-bare', '--reset-allow-list', '--allow-cidr', '192.168.78.2/32'),
  machine('status', '--json', ...json, '--name', 'm-bare'),

  // What opens a seal, and what takes it back.
  create('m-seal', '-s', '{}/good.toml', ...net),
  update('--allow-host', 'example.com', '-p', '18099:80'),
  seen,
  update('--allow-host', '*.example.org', '--allow-cidr', '10.0.0.0/8'),
  update('--outbound-localhost-only'),
  update('-p', '53:53/udp', '-v', '{}/tree:/x', '-v', '{}/tree/etc:/ro:ro'),
  update(
    '--gpu',
    '--dns-option',
    'use-vc',
    '--block-io',
    'async',
    '--disk-durability',
    'deferred',
    '--allow-udp',
    '10.0.0.0/8:53',
  ),
  update('-v', '{}/missing:/x'),
  update('-p', 'x'),
  seen,
  machine('ls', '--verbose', ...json),
  machine('ls', '-v'),
  machine('ls'),
  update('-v', '{}/tree:/ro:ro'),
  update('--remove-volume', '{}/tree/etc:/ro', '-v', '{}/tree/etc:/ro:ro'),
  update('--remove-volume', '{}/tree/etc:/ro:ro', '-v', '{}/tree/etc:/ro'),
  update('--remove-volume', '{}/tree/etc:/ro', '-v', '{}/tree/etc:/ro:ro'),
  machine('ls', '--verbose', ...json),
  update('--remove-port', '1:2'),
  update('--remove-port', '18099:80', '--remove-port', '53:53/udp', '--remove-volume', '{}/tree:/x'),
  update(
    '--clear-dns-options',
    '--no-gpu',
    '--block-io',
    'sync',
    '--disk-durability',
    'full',
    '--remove-volume',
    '{}/tree/etc:/ro',
  ),
  update('--reset-allow-list', '--allow-cidr', '192.168.77.2/32'),
  update('--reset-allow-list', '--allow-cidr', '192.168.77.2/32'),
  seen,
  update('--no-net'),
  update('--net', '--reset-allow-list', '--allow-cidr', '192.168.77.2/32'),
  seen,

  // The end.
  machine('delete', ...json, '--name', 'm-A_b1'),
  machine('delete', ...json, '-f'),
  machine('delete', ...json, '--name', 'm-A_b1', '-f'),
  machine('delete', ...json, '--name', 'm-A_b1', '-f'),
  machine('delete', ...json, '--name', 'm-bare', '-f'),
  machine('ls', '--json', ...json),
]
