import { isAbsolute, resolve } from 'node:path/posix'
import type { Compiled } from '../../egress/compile.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { parseDuration } from '../../schemas/duration.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { compiledEgress } from './compiled-egress.ts'
import { deliveries } from './deliveries.ts'
import type { DeliveredSecret } from './deliveries.ts'

/** A spec with its defaults applied and its paths made absolute. In memory only: defaults are never written into the file. */
export interface ResolvedSpec {
  readonly agent: string
  readonly suspend: boolean
  readonly deletionPolicy: 'Delete' | 'Retain'
  readonly workspace: { readonly path: string; readonly mode: 'copy' | 'mount'; readonly guestPath: string } | undefined
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, DeliveredSecret>>
  /** undefined: the bundle image's own rules. */
  readonly egress: { readonly written: EgressPolicy; readonly compiled: Compiled } | undefined
  readonly git: boolean
  readonly supervise: boolean
  readonly subnet: string | undefined
  readonly bundle: {
    readonly image: string | undefined
    readonly command: readonly string[] | undefined
    readonly env: Readonly<Record<string, string>>
    readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[]
    readonly memoryMiB: number
    readonly cpus: number | undefined
    readonly pids: number
    readonly pullPolicy: 'IfNotPresent' | 'Always' | 'Never'
    readonly startTimeoutMs: number
    readonly user: string | undefined
    readonly readOnlyRoot: boolean
    readonly tmpfs: readonly string[]
  }
  readonly machine: {
    /** As written: undefined leaves it to the operator. */
    readonly runtime?: 'microvm' | 'container' | 'gvisor' | undefined
    readonly artifact: string | undefined
    readonly image: string | undefined
    readonly command: readonly string[]
    readonly cpus: number | undefined
    readonly memoryMiB: number | undefined
    readonly storageGiB: number | undefined
    readonly updatePolicy: 'Recreate' | 'OnDelete'
  }
}

const START_TIMEOUT_MS = 300_000

/** `base` is the absolute folder of the YAML file: relative paths of the spec start there. */
export const resolveSpec = (spec: BottleSpec, base: string): ResolvedSpec => {
  const path = (value: string): string => (isAbsolute(value) ? resolve(value) : resolve(base, value))
  const { workspace, egress, bundle = {}, machine = {} } = spec
  const delivered = deliveries(spec)
  return {
    agent: spec.agent,
    suspend: spec.suspend ?? false,
    deletionPolicy: spec.deletionPolicy ?? 'Delete',
    workspace:
      workspace?.path === undefined || workspace.mode === undefined
        ? undefined
        : { path: path(workspace.path), mode: workspace.mode, guestPath: workspace.guestPath ?? '/workspace' },
    env: spec.env ?? {},
    secrets: Object.fromEntries(
      Object.entries(spec.secrets ?? {}).map(([key, source]) => [
        key,
        {
          ...(source.fromFile === undefined ? { fromEnv: source.fromEnv ?? '' } : { fromFile: path(source.fromFile) }),
          deliver: delivered[key] ?? 'guest',
        },
      ]),
    ),
    egress: egress === undefined ? undefined : { written: egress, compiled: compiledEgress(egress) },
    git: spec.git ?? false,
    supervise: spec.supervise ?? false,
    subnet: spec.network?.subnet,
    bundle: {
      image: bundle.image,
      command: bundle.command,
      env: bundle.env ?? {},
      mounts: (bundle.mounts ?? []).map((mount) => ({
        source: path(mount.source),
        target: mount.target,
        readOnly: mount.readOnly ?? true,
      })),
      memoryMiB: bundle.resources?.memory ?? 256,
      cpus: bundle.resources?.cpus,
      pids: bundle.resources?.pids ?? 128,
      pullPolicy: bundle.pullPolicy ?? 'IfNotPresent',
      startTimeoutMs: parseDuration(bundle.startTimeout ?? '') ?? START_TIMEOUT_MS,
      user: bundle.user,
      readOnlyRoot: bundle.readOnlyRoot ?? true,
      tmpfs: bundle.tmpfs ?? [],
    },
    machine: {
      ...(machine.runtime === undefined ? {} : { runtime: machine.runtime }),
      artifact: machine.artifact === undefined ? undefined : path(machine.artifact),
      image: machine.image === undefined || !isLocalImage(machine.image) ? machine.image : path(machine.image),
      command: machine.command ?? [],
      cpus: machine.cpus,
      memoryMiB: machine.memory,
      storageGiB: machine.storage,
      updatePolicy: machine.updatePolicy ?? 'OnDelete',
    },
  }
}

/** smolvm's rule that tells a local archive or folder from a reference (reference/smolvm.md §1.5). */
export const isLocalImage = (image: string): boolean =>
  /^(\/|\.\/|\.\.\/)/.test(image) || /\.(tar|tar\.gz|tgz)$/.test(image)
