import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import ipaddr from 'ipaddr.js'
import { isAbsolute, normalize } from 'node:path/posix'
import type { LogFormat, LogLevel } from '../../controller/report/log.ts'
import { parseDuration } from '../../schemas/duration.ts'
import type { Runtime } from '../../reconcilers/derive/runtime.ts'
import { parseBlock } from '../../reconcilers/derive/cidr.ts'
import { parseListen } from '../listen/address.ts'
import type { ListenAddress } from '../listen/address.ts'

/** The flags of `bottled run` (API §2), parsed. Durations are milliseconds. */
export interface RunOptions {
  readonly once: boolean
  readonly timeout: number
  readonly simulate: boolean
  readonly dockerHost?: string
  readonly smolvm: string
  readonly bundleImage?: string
  /** Of bottles that name none; undefined: microvm. */
  readonly runtime?: Runtime
  readonly excludeSubnet: readonly string[]
  readonly subnetPool: readonly string[]
  /** `CIDR` or `CIDR:PORT`, canonical. */
  readonly bundleReach: readonly string[]
  readonly status: 'inline' | 'sidecar'
  readonly stateDir?: string
  readonly workers: number
  readonly resync: number
  readonly poll: number
  readonly deletionGrace: number
  /** Undefined if not given. */
  readonly undo?: number
  readonly allowMassDelete: boolean
  readonly allowSharedRoot: boolean
  readonly acceptDaemon: boolean
  readonly acceptMachines: boolean
  readonly adopt?: string
  readonly kubernetes: boolean
  readonly kubeconfig?: string
  readonly node?: string
  /** Absolute. */
  readonly hostPath: readonly string[]
  readonly unsealed: 'stop' | 'allow'
  readonly policy?: string
  readonly notify?: string
  readonly listen?: ListenAddress
  readonly listenTokenFile?: string
  readonly logFormat: LogFormat
  readonly logLevel: LogLevel
}

const UNDO_MS = 600_000

/** One run has no later moment at which it could end what it parked; an object that is being deleted never comes back. */
export const undoMsOf = ({ undo, once, kubernetes }: Pick<RunOptions, 'undo' | 'once' | 'kubernetes'>): number =>
  undo ?? (once || kubernetes ? 0 : UNDO_MS)

/** As a flag gives it; a bare 0 is allowed. */
const flagDuration = (text: string): number => {
  const ms = text === '0' ? 0 : parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError(`invalid duration "${text}"; write it like 500ms, 2s, 5m or 1h`)
  return ms
}

const parseCount = (text: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError(`invalid number "${text}"; write one from 1 to 999`)
  return Number(text)
}

/** What is done again and again must leave time for something else. */
const parseInterval = (text: string): number => {
  const intervalMs = flagDuration(text)
  if (intervalMs < 100) throw new InvalidArgumentError(`duration "${text}" is too short: the minimum is 100ms`)
  return intervalMs
}

const collectCidr = (text: string, before: readonly string[] = []): readonly string[] => {
  if (parseBlock(text) === undefined)
    throw new InvalidArgumentError(`invalid IPv4 CIDR "${text}"; write it like 10.128.0.0/16`)
  return [...before, text]
}

const collectPool = (text: string, before: readonly string[] = []): readonly string[] => {
  const pools = collectCidr(text, before)
  if (Number(text.split('/')[1]) > 24)
    throw new InvalidArgumentError(
      `"${text}" is smaller than a /24, which each bottle needs; write it like 10.128.0.0/16`,
    )
  return pools
}

const collectReach = (text: string, before: readonly string[] = []): readonly string[] => {
  const [cidr = '', port, ...more] = text.split(':')
  const whole = cidr.includes('/') ? cidr : `${cidr}/32`
  const isPort = port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535)
  if (parseBlock(whole) === undefined || !isPort || more.length > 0)
    throw new InvalidArgumentError(`invalid "${text}"; write it like 10.1.0.0/16 or 10.1.2.3:3128`)
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(whole).toString()}/${whole.split('/')[1] ?? ''}`
  return [...before, port === undefined ? network : `${network}:${port}`]
}

/** Its meaning must not depend on what a glob matches, or on a folder above it. */
const collectPrefix = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!isAbsolute(text) || normalize(text) !== text || text === '/' || /[*?[\]{}!\\]/.test(text))
    throw new InvalidArgumentError(
      `invalid folder "${text}"; write an absolute path without wildcards, like /srv/bottles`,
    )
  return [...before, text.replace(/\/$/, '')]
}

/** gVisor is a value of the field, whose bottles say that it isn't built in yet. */
const parseRuntime = (text: string): Runtime => {
  if (text === 'microvm' || text === 'container') return text
  throw new InvalidArgumentError(
    text === 'gvisor' ? 'gvisor is not built in yet; write microvm or container' : 'write microvm or container',
  )
}

const listenAddress = (text: string): ListenAddress => {
  const address = parseListen(text)
  if (address === undefined)
    throw new InvalidArgumentError(`invalid address "${text}"; write it like 127.0.0.1:9110 or unix:/run/bottled.sock`)
  return address
}

export const addRunOptions = (command: Command): Command =>
  command
    .option('--once', 'reconcile until all bottles are settled, print a summary and exit', false)
    .addOption(
      new Option('--timeout <duration>', 'with --once: how long to wait')
        .default(300_000, '5m')
        .argParser(flagDuration),
    )
    .option('--simulate', 'use embedded stand-ins for Docker and smolvm: nothing real is created', false)
    .option(
      '--docker-host <url>',
      'unix socket of the Docker Engine (default: DOCKER_HOST, the current context, the usual sockets)',
    )
    .option('--smolvm <path>', 'the smolvm executable, version 1.28.1 or newer', 'smolvm')
    .addOption(
      new Option(
        '--runtime <runtime>',
        'what the agents of bottles run in that name no machine.runtime: microvm (the default), or container, which needs no KVM and shares the kernel of this host',
      ).argParser(parseRuntime),
    )
    .option('--bundle-image <ref>', 'default image of bundles (default: that of bottled bundle build)')
    .addOption(
      new Option('--exclude-subnet <cidr>', 'never use this subnet (repeatable)').argParser(collectCidr).default([]),
    )
    .addOption(
      new Option('--subnet-pool <cidr>', 'additional subnets, used once the earlier ones are exhausted (repeatable)')
        .argParser(collectPool)
        .default([]),
    )
    .addOption(
      new Option(
        '--bundle-reach <cidr[:port]>',
        'what bundles may reach although it is private, or this host (repeatable); where bottled may set firewall rules',
      )
        .argParser(collectReach)
        .default([]),
    )
    .addOption(
      new Option('--status <where>', 'where status is written').choices(['inline', 'sidecar']).default('inline'),
    )
    .option('--state-dir <dir>', 'state folder (default: ROOT/.bottled)')
    .addOption(new Option('--workers <count>', 'bottles reconciled in parallel').default(8).argParser(parseCount))
    .addOption(
      new Option(
        '--resync <duration>',
        'how often every bottle is compared with Docker and smolvm again; the files are swept every 60s whatever this says',
      )
        .default(60_000, '60s')
        .argParser(parseInterval),
    )
    .addOption(
      new Option('--poll <duration>', 'how often smolvm is polled').default(2_000, '2s').argParser(parseInterval),
    )
    .addOption(
      new Option('--deletion-grace <duration>', 'how long a document must be gone before its bottle is deleted')
        .default(2_000, '2s')
        .argParser(flagDuration),
    )
    .addOption(
      new Option(
        '--undo <duration>',
        'how long a deletion can be undone: the VM is only stopped, and its disk stays (default: 10m, with --once 0)',
      ).argParser(flagDuration),
    )
    .option('--allow-mass-delete', 'delete even if more than half of the bottles are gone at once', false)
    .option('--allow-shared-root', 'work in a root and state folder that other users may write', false)
    .option('--accept-daemon', 'accept another Docker daemon than the recorded one', false)
    .option('--accept-machines', 'accept another user or smolvm data folder than the recorded one', false)
    .option('--adopt <owner-id>', 'take over the objects of a root whose state was lost or that was moved')
    .option(
      '--kubernetes',
      'follow the Bottles of a Kubernetes API server that are bound to --node; ROOT only holds the state',
      false,
    )
    .option(
      '--kubeconfig <file>',
      'with --kubernetes: how to reach the API server (default: KUBECONFIG, the service account of this Pod, ~/.kube/config)',
    )
    .option('--node <name>', 'with --kubernetes: the spec.nodeName of the Bottles that run here')
    .addOption(
      new Option('--host-path <prefix>', 'with --kubernetes: a folder of this host that Bottles may name (repeatable)')
        .argParser(collectPrefix)
        .default([]),
    )
    .addOption(
      new Option(
        '--unsealed <what>',
        'what becomes of a VM whose policy in smolvm was changed, or when bottled doctor --seal found a leak: stop, or allow it to run',
      )
        .choices(['stop', 'allow'])
        .default('stop'),
    )
    .option(
      '--policy <file>',
      "the operator's policy (default: /etc/bottled/policy.yaml, else ~/.config/bottled/policy.yaml, else built in: baseline)",
    )
    .option('--notify <command>', "run for each ask of a bottle's agent, with the ask as JSON on stdin")
    .addOption(
      new Option(
        '--listen <address>',
        'serve /healthz, /readyz and /metrics at ADDR:PORT or unix:PATH; on loopback only, unless there is a token',
      ).argParser(listenAddress),
    )
    .option('--listen-token-file <file>', 'who asks must send the token in this file: Authorization: Bearer TOKEN')
    .addOption(
      new Option('--log-format <format>', "text for people, json for programs, journal for systemd's journal")
        .choices(['auto', 'json', 'text', 'journal'])
        .default('auto'),
    )
    .addOption(
      new Option('--log-level <level>', 'the lowest level that is logged')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
