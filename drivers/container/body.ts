import { GUEST_FOLDER } from '../guest-folder.ts'
import type { MachineMounts } from '../machine.ts'
import type { Kept } from './kept.ts'
import { entrypoint, FOLDER } from './scripts.ts'

/**
 * The request to Docker for an agent's container. Pure.
 *
 * Guarantees: no capability but those that an image's root needs to set up its own files (recorded: apt-get, su, chown); never
 *   NET_ADMIN or NET_RAW, by which it could pass its seal by; no device, no namespace of the host's, no socket of Docker's; no network
 *   but the one of the container that holds its seal, by id.
 */
export const ROLE = 'dev.bottled.role'
export const AGENT = 'agent'

export const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] as const
export const DEFAULTS = { cpus: 2, memoryMiB: 4_096, pids: 512 } as const
const MIB = 1024 * 1024

export interface Bind {
  readonly Type: 'bind'
  readonly Source: string
  readonly Target: string
  readonly ReadOnly: boolean
}

/** Beside its own folder. */
export const bindsOf = ({ mount, guestFolder }: MachineMounts): readonly Bind[] => [
  ...(mount === undefined
    ? []
    : [{ Type: 'bind' as const, Source: mount.source, Target: mount.target, ReadOnly: false }]),
  ...(guestFolder === undefined
    ? []
    : [{ Type: 'bind' as const, Source: guestFolder, Target: GUEST_FOLDER, ReadOnly: true }]),
]

/** Of `POST /containers/{id}/update`, too. */
export const limitsOf = ({ cpus, memoryMiB }: { readonly cpus: number; readonly memoryMiB: number }): object => ({
  NanoCpus: Math.round(cpus * 1e9),
  Memory: memoryMiB * MIB,
  MemorySwap: memoryMiB * MIB,
})

export const agentBody = (
  kept: Kept,
  { holder, folder, image = kept.image }: { readonly holder: string; readonly folder: string; readonly image?: string },
): object => ({
  Image: image,
  Labels: { ...kept.labels, [ROLE]: AGENT },
  Entrypoint: entrypoint(kept.shell),
  Cmd: kept.command,
  // What its entrypoint waits on.
  OpenStdin: true,
  StopTimeout: 10,
  // An image's own check would run without the agent's environment.
  Healthcheck: { Test: ['NONE'] },
  HostConfig: {
    NetworkMode: `container:${holder}`,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    Init: true,
    Privileged: false,
    CapDrop: ['ALL'],
    CapAdd: CAPABILITIES,
    SecurityOpt: ['no-new-privileges=true'],
    ...limitsOf(kept),
    PidsLimit: DEFAULTS.pids,
    Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    IpcMode: 'private',
    Mounts: [{ Type: 'bind', Source: folder, Target: FOLDER, ReadOnly: true }, ...bindsOf(kept.mounts)],
  },
})
