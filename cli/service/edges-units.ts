import { helperSocket } from '../../drivers/firewall/helper/request.ts'
import { execProgram, execWord } from './words.ts'

/**
 * The helper that sets rules around the bundles of one ordinary user: a socket that is theirs alone, and a service behind it.
 * Pure.
 *
 * Guarantees: the service is a user of its own, with the two capabilities that iptables needs and nothing to write; only this
 *   user and root may connect.
 */
export const edgesName = (userId: number): string => `bottled-edges-${userId}`

export const isEdgesName = (name: string): boolean => /^bottled-edges-\d+$/.test(name)

export const socketText = (userId: number): string =>
  [
    '[Unit]',
    `Description=bottled: edges of the bundles of user ${userId}`,
    '',
    '[Socket]',
    `ListenStream=${helperSocket(userId)}`,
    'DirectoryMode=0755',
    '# Who may connect is who may ask.',
    `SocketUser=${userId}`,
    'SocketMode=0600',
    'RemoveOnStop=yes',
    '',
    '[Install]',
    'WantedBy=sockets.target',
    '',
  ].join('\n')

/** `command`: the words that run the helper, without the user's id. */
export const helperText = (userId: number, [program = '', ...args]: readonly string[]): string =>
  [
    '[Unit]',
    `Description=bottled: edges of the bundles of user ${userId}`,
    '',
    '[Service]',
    `ExecStart=${[execProgram(program), ...args.map(execWord), String(userId)].join(' ')}`,
    ...SANDBOX,
    '',
  ].join('\n')

const SANDBOX = [
  'DynamicUser=yes',
  'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW',
  'CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelTunables=yes',
  'ProtectProc=invisible',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_NETLINK',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
  'InaccessiblePaths=-/run/docker.sock -/var/run/docker.sock -/run/containerd',
  'UMask=0077',
  'MemoryMax=256M',
  'TasksMax=64',
  'LimitCORE=0',
]
