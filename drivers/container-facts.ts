/** Of the port Containers: what a container is. */

/** What a container is, whatever its labels say it was meant to be. In the words of a request; 0 is no limit. */
export interface ContainerFacts {
  readonly user: string
  /** The image's own included. Never to be shown. */
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly dropsCapabilities: boolean
  readonly noNewPrivileges: boolean
  readonly readOnlyRoot: boolean
  /** From the host, and volumes with a name. */
  readonly mounts: readonly Mount[]
  readonly tmpfs: readonly string[]
  readonly memoryMiB: number
  readonly cpus: number
  readonly pids: number
  readonly restartPolicy: string
  /** What no request of ours asks for, in words that follow "it has": capabilities, devices, ports, the host's namespaces. */
  readonly extras: readonly string[]
}

export interface Mount {
  /** Absolute host path, exists. */
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}
