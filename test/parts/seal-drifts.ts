import type { Machine } from '../../drivers/ports.ts'

export const ALLOWED = 'its allow list is [0.0.0.0/0] and not [192.168.9.2/32]'
/** What the record keeps of the VM when it was new. */
export const GIVEN = {
  version: '1.32.2',
  createdAt: 1,
  others: { block_io: '"sync"', disk_durability: '"full"', mode: '"auto"' },
}
/** Of what smolvm reports, the change, how it is said, and whether it can be taken back with the disk kept. */
export const DRIFTS: readonly (readonly [string, Partial<Machine>, string, boolean])[] = [
  ['another address', { allowedCidrs: ['0.0.0.0/0'] }, ALLOWED, true],
  ['no list', { allowedCidrs: [] }, 'its allow list is [] and not [192.168.9.2/32]', true],
  [
    'one more',
    { allowedCidrs: ['192.168.9.2/32', '10.0.0.0/8'] },
    'its allow list is [192.168.9.2/32, 10.0.0.0/8] and not [192.168.9.2/32]',
    true,
  ],
  ['its resolver alone', { dns: '8.8.8.8' }, 'its resolver is 8.8.8.8 and not 192.168.9.2', false],
  ["the host's resolver", { dns: undefined }, "its resolver is the host's and not 192.168.9.2", false],
  ['a host', { allowedHosts: ['example.com'] }, 'it may reach the hosts [example.com]', true],
  ['a pattern of hosts', { allowedHosts: ['*.example.com'] }, 'it may reach the hosts [*.example.com]', true],
  [
    'options of its resolver',
    { dnsOptions: ['use-vc', 'rotate'] },
    'its resolver has the options [use-vc, rotate]',
    true,
  ],
  ['two hosts', { allowedHosts: ['a.example', 'b.example'] }, 'it may reach the hosts [a.example, b.example]', true],
  ['a port', { ports: 1 }, 'it publishes 1 port on this host', true],
  ['ports', { ports: 64 }, 'it publishes 64 ports on this host', true],
  ['a mount', { mounts: 1 }, 'it has 1 mount and not 0', true],
  ['no network', { network: false }, 'its network is cut off', false],
  ['a device', { others: { ...GIVEN.others, gpu: 'true' } }, 'its gpu is true', true],
  ['memory for it', { others: { ...GIVEN.others, gpu_vram_mib: '64' } }, 'its gpu_vram_mib is 64', false],
  ['calls to a card', { others: { ...GIVEN.others, cuda: 'true' } }, 'its cuda is true', false],
  [
    'a disk',
    { others: { ...GIVEN.others, disks: '[{"path":"/dev/sda"}]' } },
    'its disks is [{"path":"/dev/sda"}]',
    false,
  ],
  ['a way to copy it', { others: { ...GIVEN.others, branchable: 'true' } }, 'its branchable is true', false],
  ['a parent', { others: { ...GIVEN.others, parent_machine: '"x"' } }, 'its parent_machine is "x"', false],
  [
    'another way to its disks',
    { others: { ...GIVEN.others, block_io: '"async"' } },
    'its block_io is "async", and was "sync" when it was created',
    true,
  ],
  [
    'how lasting its disks are',
    { others: { ...GIVEN.others, disk_durability: '"none"' } },
    'its disk_durability is "none", and was "full" when it was created',
    true,
  ],
  [
    'a flag of a later version',
    { others: { ...GIVEN.others, ssh_agent: 'true' } },
    'its ssh_agent is true, and was unset when it was created',
    false,
  ],
  [
    'another value of one',
    { others: { ...GIVEN.others, mode: '"open"' } },
    'its mode is "open", and was "auto" when it was created',
    false,
  ],
  [
    'one that is gone',
    { others: { block_io: '"sync"', disk_durability: '"full"' } },
    'its mode is unset, and was "auto" when it was created',
    false,
  ],
  ['another VM', { createdAt: 2 }, 'it is not the VM that bottled created, but another of its name', false],
  [
    'several at once',
    { allowedHosts: ['example.com'], ports: 1 },
    'it may reach the hosts [example.com]; it publishes 1 port on this host',
    true,
  ],
  [
    'several, of which one stays',
    { ports: 2, dns: '8.8.8.8' },
    'its resolver is 8.8.8.8 and not 192.168.9.2; it publishes 2 ports on this host',
    false,
  ],
]
