/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */

import type {EgressPolicy} from './egress.ts'

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
 * Name, labels and annotations of the bottle.
 */
export interface BottleMetadata {
  /**
   * Name of the bottle, unique under the root.
   */
  readonly name: string
  /**
   * Must be default.
   */
  readonly namespace?: 'default'
  /**
   * Labels to select bottles by.
   */
  readonly labels?: {
    readonly [k: string]: string
  }
  /**
   * Free-form notes.
   */
  readonly annotations?: {
    readonly [k: string]: string
  }
}
/**
 * Desired state of the bottle.
 */
export interface BottleSpec {
  /**
   * Name of the agent inside; agent_name in the metadata record.
   */
  readonly agent: string
  /**
   * Base of the names of all owned objects; defaults to metadata.name.
   */
  readonly identity?: string
  /**
   * True stops the VM and the bundle, and keeps disk, network and record.
   */
  readonly suspend?: boolean
  /**
   * What happens when the document is removed: Delete removes everything, Retain keeps it running.
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
     * Path of the folder inside the VM.
     */
    readonly guestPath?: string
  }
  /**
   * Environment of the agent; the derived proxy and gate variables override it, and what its git is told of the gate comes after its GIT_CONFIG_COUNT.
   */
  readonly env?: {
    readonly [k: string]: string
  }
  /**
   * Environment variables whose values are not in this file.
   */
  readonly secrets?: {
    readonly [k: string]: SecretReference
  }
  /**
   * What the agent may reach through its bundle; without it, the bundle image decides. Adding or removing it restarts the VM, whose disk stays.
   */
  readonly egress?: EgressPolicy
  /**
   * Opens the bundle's git gate on port 9418 to the agent: true without a repository, or with those that it serves. Opening or closing it recreates the bundle and restarts the VM.
   */
  readonly git?:
    | boolean
    | {
        /**
         * What the gate serves. A change counts at once; another name or url also restarts the VM, whose git is told by its environment.
         */
        readonly repositories: readonly GitRepository[]
      }
  /**
   * Opens the bundle's supervise MCP server on port 9100 to the agent.
   */
  readonly supervise?: boolean
  /**
   * The bottle's own network.
   */
  readonly network?: {
    /**
     * Private IPv4 /24 to use instead of a derived one, like 192.168.44.0/24.
     */
    readonly subnet?: string
  }
  /**
   * The container beside the VM: its egress proxy and gates.
   */
  readonly bundle?: {
    /**
     * Image reference; defaults to the controller's --bundle-image.
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
     * Host files and folders mounted into the bundle.
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
       * Processors, fractions allowed; unlimited by default.
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
     * How long a running bundle may take to its first answer; one that has answered is started again once a port is closed for 30s.
     */
    readonly startTimeout?: string
    /**
     * User and group to run as, like "1000:1000"; defaults to the image's user, or 65534:65534 if that is root.
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
   * The microVM, or what stands in its place.
   */
  readonly machine?: {
    /**
     * What the agent runs in: a VM, or a container beside the bundle's, which shares the kernel of its host (container) or has one in user space (gvisor, not built in yet); defaults to what bottled run --runtime says, else microvm.
     */
    readonly runtime?: 'microvm' | 'container' | 'gvisor'
    /**
     * Path of a .smolmachine pack to start from; not together with image.
     */
    readonly artifact?: string
    /**
     * Local archive, folder or image reference to start from; not together with artifact.
     */
    readonly image?: string
    /**
     * Command to run in the VM; needs image or artifact.
     */
    readonly command?: readonly string[]
    /**
     * Processors; defaults to smolvm's default.
     */
    readonly cpus?: number
    /**
     * Memory in MiB; defaults to smolvm's default.
     */
    readonly memory?: number
    /**
     * Disk in GiB, which can only grow; defaults to smolvm's default.
     */
    readonly storage?: number
    /**
     * When a change that recreates the VM and its disk is applied: at once (Recreate), or at the next bottlectl rollout (OnDelete).
     */
    readonly updatePolicy?: 'Recreate' | 'OnDelete'
  }
}
/**
 * Source of one secret: exactly one of fromEnv and fromFile.
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
  /**
   * guest puts the value into the VM, read at every start; proxy gives it to the bundle only, and the VM a placeholder. Defaults to proxy where a credential of egress or git names the secret, else guest.
   */
  readonly deliver?: 'guest' | 'proxy'
}
/**
 * A repository that the agent reads, and may push to, through the gate.
 */
export interface GitRepository {
  /**
   * Its name at the gate: git://BUNDLE-IP:9418/NAME.
   */
  readonly name: string
  /**
   * Where it is upstream; the agent's git uses the gate in place of it.
   */
  readonly url: string
  readonly credential?: GitCredential
  /**
   * False lets the agent only push.
   */
  readonly fetch?: boolean
  /**
   * Globs over the branches that the agent may push, tags/GLOB for tags: * within a segment, ** across; none by default.
   */
  readonly push?: readonly string[]
  /**
   * The largest push, in MiB.
   */
  readonly maxPackMiB?: number
  /**
   * True has each push wait for a person's approval, which is asked for by supervise: true.
   */
  readonly review?: boolean
  /**
   * True lets the host resolve to a private address; loopback, link-local and the bottle's own network are never reached.
   */
  readonly private?: boolean
}
/**
 * What upstream is asked with; only the bundle has it.
 */
export interface GitCredential {
  /**
   * Name of one of spec.secrets, delivered to the proxy.
   */
  readonly secret: string
  /**
   * User name that the secret is the password of.
   */
  readonly username?: string
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
 * Observed state; written by the controller, never by people.
 */
export interface BottleStatus {
  /**
   * State of the bottle in one word.
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
   * Unique id; a bottle recreated under the same name gets a new one.
   */
  readonly uid?: string
  /**
   * When the bottle was first created, ISO 8601 UTC.
   */
  readonly startedAt?: string
  /**
   * True if everything is simulated and nothing real was created.
   */
  readonly simulated?: boolean
  /**
   * How many asks of the agent wait for a person: bottlectl asks shows them.
   */
  readonly asks?: number
  /**
   * Network of the bottle.
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
   * Bundle of the bottle.
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
     * Image of the container.
     */
    readonly image?: string
    /**
     * Number of restarts.
     */
    readonly restarts?: number
  }
  /**
   * VM of the bottle.
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
     * What it is.
     */
    readonly runtime?: 'microvm' | 'container' | 'gvisor'
    /**
     * Process of the VM on the host.
     */
    readonly pid?: number
  }
  /**
   * Conditions, sorted by type.
   */
  readonly conditions: readonly Condition[]
}
/**
 * One condition.
 */
export interface Condition {
  /**
   * Type of the condition.
   */
  readonly type: string
  /**
   * True, False or Unknown.
   */
  readonly status: 'True' | 'False' | 'Unknown'
  /**
   * Reason, in one word for programs.
   */
  readonly reason: string
  /**
   * Message for people.
   */
  readonly message: string
  /**
   * Generation that the condition was judged for.
   */
  readonly observedGeneration: number
  /**
   * When status last changed, ISO 8601 UTC.
   */
  readonly lastTransitionTime: string
}
