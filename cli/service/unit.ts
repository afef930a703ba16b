import type { ServicePlan } from './plan.ts'
import { envWord, execProgram, execWord, pathWord, restOfLine } from './words.ts'

/**
 * The systemd unit of a plan. Pure.
 *
 * Guarantees: the same plan and version give the same text; nothing in a path or flag becomes a setting of its own. VMs run on
 *   through restarts and stops of the service: they are its processes, and live in its sandbox.
 * Caveats: what would need a mount namespace is absent from user units, where it comes with a user namespace in which the
 *   policy's owner can't be seen; see docs/decisions/051.
 */
export const unitText = (plan: ServicePlan, { version }: { readonly version: number }): string => {
  const [program = '', ...args] = plan.command
  const system = plan.scope === 'system'
  const lines = [
    '[Unit]',
    `Description=bottled: the bottles of ${restOfLine(plan.root)}`,
    ...(system ? ['Wants=docker.service', 'After=docker.service'] : []),
    `RequiresMountsFor=${plan.folders.map(pathWord).join(' ')}`,
    '# It is tried for as long as it takes.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    '# systemd-notify is a process of its own.',
    'NotifyAccess=all',
    `ExecStart=${[execProgram(program), ...args.map(execWord)].join(' ')}`,
    ...Object.entries(plan.env).map(([name, value]) => `Environment=${envWord(name, value)}`),
    '# For secrets of fromEnv: lines like NAME=value, mode 0600.',
    'EnvironmentFile=-%E/bottled/environment',
    ...(system ? RUNTIME_FOLDER : []),
    'SyslogIdentifier=bottled',
    'UMask=0077',
    '',
    '# A crash, a kill, and a loop that no longer turns. 2: the flags are wrong.',
    'Restart=on-failure',
    'RestartPreventExitStatus=2',
    'SuccessExitStatus=130',
    ...(version >= STEPS_SINCE ? ['RestartSec=1s', 'RestartSteps=6', 'RestartMaxDelaySec=2min'] : ['RestartSec=5s']),
    'TimeoutStartSec=10min',
    'WatchdogSec=3min',
    '# Not SIGABRT: a core would hold secrets.',
    'WatchdogSignal=SIGKILL',
    'LimitCORE=0',
    '',
    '# VMs outlive the controller.',
    'KillMode=process',
    'TimeoutStopSec=45s',
    'OOMPolicy=continue',
    'TasksMax=infinity',
    '',
    ...SANDBOX,
    ...(system ? SYSTEM_SANDBOX : []),
    '',
    '[Install]',
    `WantedBy=${system ? 'multi-user.target' : 'default.target'}`,
    '',
  ]
  return lines.join('\n')
}

/** As the user manager gives it to user units: in memory, for secrets. It stays as long as VMs may. */
const RUNTIME_FOLDER = [
  'RuntimeDirectory=bottled',
  'RuntimeDirectoryMode=0700',
  'RuntimeDirectoryPreserve=yes',
  'Environment=XDG_RUNTIME_DIR=%t/bottled',
]

/** The first version of systemd that knows RestartSteps=. */
const STEPS_SINCE = 254

/** smolvm makes VMs in it, with KVM, and seals each by seccomp and landlock of its own. V8 writes code, and then runs it. */
const SANDBOX = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap',
  'SystemCallErrorNumber=EPERM',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
]

/** No PrivateTmp, ProtectHome or ProtectProc: workspaces may lie anywhere, and whoever has a file open is looked for. */
const SYSTEM_SANDBOX = [
  'ProtectSystem=full',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'DevicePolicy=closed',
  'DeviceAllow=/dev/kvm rw',
  'DeviceAllow=/dev/userfaultfd rw',
  'DeviceAllow=char-pts rw',
  `CapabilityBoundingSet=~${[
    'CAP_AUDIT_CONTROL',
    'CAP_AUDIT_READ',
    'CAP_AUDIT_WRITE',
    'CAP_BLOCK_SUSPEND',
    'CAP_BPF',
    'CAP_CHECKPOINT_RESTORE',
    'CAP_IPC_OWNER',
    'CAP_LEASE',
    'CAP_LINUX_IMMUTABLE',
    'CAP_MAC_ADMIN',
    'CAP_MAC_OVERRIDE',
    'CAP_NET_BROADCAST',
    'CAP_PERFMON',
    'CAP_SYS_BOOT',
    'CAP_SYS_MODULE',
    'CAP_SYS_PACCT',
    'CAP_SYS_RAWIO',
    'CAP_SYS_TIME',
    'CAP_SYS_TTY_CONFIG',
    'CAP_SYSLOG',
    'CAP_WAKE_ALARM',
  ].join(' ')}`,
]
