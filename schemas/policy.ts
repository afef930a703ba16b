/** Generated from policy.schema.json by `npm run schemas`; do not edit. */

/**
 * What Bottle files may ask of this machine, written by its operator.
 */
export interface BottlePolicy {
  /**
   * Version of this contract.
   */
  readonly apiVersion: 'bottled.dev/v1alpha1'
  /**
   * Kind of this resource.
   */
  readonly kind: 'BottlePolicy'
  readonly metadata?: PolicyMetadata
  readonly spec: BottlePolicySpec
}
/**
 * Name of the policy, for people.
 */
export interface PolicyMetadata {
  /**
   * Means nothing to bottled.
   */
  readonly name?: string
}
/**
 * The level, and lists that narrow it.
 */
export interface BottlePolicySpec {
  /**
   * privileged forbids what is forbidden to all, baseline also what would give a Bottle file the host, restricted all but what the lists name.
   */
  readonly level?: 'privileged' | 'baseline' | 'restricted'
  /**
   * Globs of host paths where workspaces, bundle mounts, images and artifacts may lie; a glob that names a dot-folder of a home allows that one.
   */
  readonly paths?: readonly string[]
  /**
   * Where secrets may come from.
   */
  readonly secrets?: {
    /**
     * Globs of the controller's variables that fromEnv may name; never one of bottled's own settings.
     */
    readonly env?: readonly string[]
    /**
     * Globs of host files that fromFile may name.
     */
    readonly files?: readonly string[]
  }
  /**
   * Globs of image references that bundle.image and machine.image may name.
   */
  readonly images?: readonly string[]
  /**
   * What machine.runtime may be; by default all of them, at restricted microvm and gvisor.
   */
  readonly runtimes?: ('microvm' | 'container' | 'gvisor')[]
  /**
   * Hosts that Bottles may reach, whatever they ask for.
   */
  readonly egress?: {
    /**
     * Names, or *.name, that an egress entry may name.
     */
    readonly allow?: readonly string[]
    /**
     * Names, or *.name, that no egress entry may reach.
     */
    readonly deny?: readonly string[]
  }
  /**
   * Private IPv4 ranges that network.subnet may lie in; by default the controller's pools.
   */
  readonly subnets?: readonly string[]
  /**
   * What one Bottle, or all of them, may take.
   */
  readonly limits?: {
    /**
     * Bottles of a root; a new one beyond it is refused, none that exists.
     */
    readonly bottles?: number
    /**
     * Processors of a VM.
     */
    readonly cpus?: number
    /**
     * Memory of a VM in MiB.
     */
    readonly memory?: number
    /**
     * Disk of a VM in GiB.
     */
    readonly storage?: number
    /**
     * Memory of a bundle in MiB.
     */
    readonly bundleMemory?: number
  }
}
