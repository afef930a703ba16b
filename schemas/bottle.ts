/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */

/**
 * A safe place for an AI coding agent: a microVM whose only reachable address is its own egress proxy.
 */
export interface Bottle {
  /**
   * Version of this contract.
   */
  readonly apiVersion: 'bottled.dev/v1alpha1'
  /**
   * Kind of this resource.
   */
  readonly kind: 'Bottle'
  readonly metadata: BottleMetadata
  readonly spec: BottleSpec
  readonly status?: BottleStatus
}
/**
 * Who the bottle is.
 */
export interface BottleMetadata {
  /**
   * Name of the bottle, unique under the root.
   */
  readonly name: string
  /**
   * Only default.
   */
  readonly namespace?: 'default'
  /**
   * Marks to select bottles by.
   */
  readonly labels?: {
    readonly [k: string]: string
  }
  /**
   * Notes of any kind.
   */
  readonly annotations?: {
    readonly [k: string]: string
  }
}
/**
 * What the bottle shall be.
 */
export interface BottleSpec {
  /**
   * Name of the agent inside; agent_name of the record.
   */
  readonly agent: string
  /**
   * The name that everything owned derives from; metadata.name where it is left out.
   */
  readonly identity?: string
  /**
   * True stops the VM and the bundle and keeps disk, network and record.
   */
  readonly suspend?: boolean
  /**
   * What the disappearance of the document does: Delete removes everything, Retain lets it run on.
   */
  readonly deletionPolicy?: 'Delete' | 'Retain'
  /**
   * A host folder that the agent works on.
   */
  readonly workspace?: {
    /**
     * Host folder; a relative path starts at the folder of this file.
     */
    readonly path?: string
    /**
     * copy puts the folder's content into the VM once, mount shares the folder itself; needed with path.
     */
    readonly mode?: 'copy' | 'mount'
    /**
     * Where the folder stands inside the VM.
     */
    readonly guestPath?: string
  }
  /**
   * The agent's environment; proxy and gate variables are derived and win.
   */
  readonly env?: {
    readonly [k: string]: string
  }
  /**
   * Environment variables whose values never stand in this file: where to read each at every start.
   */
  readonly secrets?: {
    readonly [k: string]: SecretReference
  }
  /**
   * Opens the bundle's git gate on port 9418 to the agent.
   */
  readonly git?: boolean
  /**
   * Opens the bundle's supervise MCP server on port 9100 to the agent.
   */
  readonly supervise?: boolean
  /**
   * The bottle's own network.
   */
  readonly network?: {
    /**
     * Private IPv4 /24 to use instead of a derived one, as 192.168.44.0/24.
     */
    readonly subnet?: string
  }
  /**
   * The container beside the VM: its egress proxy and gates.
   */
  readonly bundle?: {
    /**
     * Image reference; the controller's --bundle-image where it is left out.
     */
    readonly image?: string
    /**
     * Replaces the image's command.
     */
    readonly command?: readonly string[]
    /**
     * The bundle's environment; BOTTLE_NAME, BOTTLE_GIT and BOTTLE_SUPERVISE are added.
     */
    readonly env?: {
      readonly [k: string]: string
    }
    /**
     * Host files and folders the bundle sees.
     */
    readonly mounts?: readonly BundleMount[]
    /**
     * Limits of the bundle.
     */
    readonly resources?: {
      /**
       * Memory in MiB.
       */
      readonly memory?: number
      /**
       * Processors, fractions allowed; no limit where it is left out.
       */
      readonly cpus?: number
      /**
       * Processes and threads.
       */
      readonly pids?: number
    }
    /**
     * When the image is pulled.
     */
    readonly pullPolicy?: 'IfNotPresent' | 'Always' | 'Never'
    /**
     * User and group to run as, as "1000:1000"; the image's own user, or 65534:65534 if that is root.
     */
    readonly user?: string
    /**
     * False lets the bundle write to its own root file system.
     */
    readonly readOnlyRoot?: boolean
    /**
     * Absolute paths inside the bundle that are writable and kept in memory.
     */
    readonly tmpfs?: readonly string[]
  }
  /**
   * The microVM.
   */
  readonly machine?: {
    /**
     * Path of a .smolmachine pack to start from; not together with image.
     */
    readonly artifact?: string
    /**
     * Local archive, folder or image reference to start from; not together with artifact.
     */
    readonly image?: string
    /**
     * What runs in the VM; needs image or artifact.
     */
    readonly command?: readonly string[]
    /**
     * Processors; smolvm's default where it is left out.
     */
    readonly cpus?: number
    /**
     * Memory in MiB; smolvm's default where it is left out.
     */
    readonly memory?: number
    /**
     * Disk in GiB, which can only grow; smolvm's default where it is left out.
     */
    readonly storage?: number
    /**
     * When a change that needs a new VM, and so a new disk, is carried out: at once, or at the next bottlectl rollout.
     */
    readonly updatePolicy?: 'Recreate' | 'OnDelete'
  }
}
/**
 * Where one secret is read: exactly one of fromEnv and fromFile.
 */
export interface SecretReference {
  /**
   * Variable of the controller's own environment.
   */
  readonly fromEnv?: string
  /**
   * Host file whose content is the value; a relative path starts at the folder of this file.
   */
  readonly fromFile?: string
}
/**
 * One file or folder of the host.
 */
export interface BundleMount {
  /**
   * Host path; a relative path starts at the folder of this file.
   */
  readonly source: string
  /**
   * Absolute path inside the bundle, used by one mount only.
   */
  readonly target: string
  /**
   * False lets the bundle write to the host.
   */
  readonly readOnly?: boolean
}
/**
 * What the controller found; written by it and never by people.
 */
export interface BottleStatus {
  /**
   * One word for where the bottle is.
   */
  readonly phase: 'Pending' | 'Provisioning' | 'Ready' | 'Degraded' | 'Stalled' | 'Suspended' | 'Invalid' | 'Terminating'
  /**
   * Generation of the spec last judged; counts changes of spec, from 1.
   */
  readonly observedGeneration: number
  /**
   * SHA-256 over the canonical JSON (RFC 8785) of the spec last judged, as written.
   */
  readonly specHash: string
  /**
   * Given once; a bottle made again under the same name gets another.
   */
  readonly uid?: string
  /**
   * When the bottle was first made, ISO 8601 UTC.
   */
  readonly startedAt?: string
  /**
   * True where everything is a stand-in and nothing real was made.
   */
  readonly simulated?: boolean
  /**
   * The network that was made.
   */
  readonly network?: {
    /**
     * Name in Docker.
     */
    readonly name?: string
    /**
     * The bottle's /24.
     */
    readonly subnet?: string
    /**
     * The host's address on it.
     */
    readonly gateway?: string
  }
  /**
   * The bundle that was made.
   */
  readonly bundle?: {
    /**
     * Name in Docker.
     */
    readonly name?: string
    /**
     * Id in Docker.
     */
    readonly id?: string
    /**
     * Its address, the only one the VM can reach.
     */
    readonly ip?: string
    /**
     * Image it was made from.
     */
    readonly image?: string
    /**
     * Times it was started again.
     */
    readonly restarts?: number
  }
  /**
   * The VM that was made.
   */
  readonly machine?: {
    /**
     * Name in smolvm.
     */
    readonly name?: string
    /**
     * State in smolvm's words.
     */
    readonly state?: string
    /**
     * Process of the VM on the host.
     */
    readonly pid?: number
  }
  /**
   * Each thing that must hold, sorted by type.
   */
  readonly conditions: readonly Condition[]
}
/**
 * Whether one thing holds.
 */
export interface Condition {
  /**
   * What is meant.
   */
  readonly type: string
  /**
   * Whether it holds.
   */
  readonly status: 'True' | 'False' | 'Unknown'
  /**
   * Why, in one word for programs.
   */
  readonly reason: string
  /**
   * Why, in words for people.
   */
  readonly message: string
  /**
   * Generation that this is about.
   */
  readonly observedGeneration: number
  /**
   * When status last changed, ISO 8601 UTC.
   */
  readonly lastTransitionTime: string
}
