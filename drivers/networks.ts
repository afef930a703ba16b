/** The port Networks. */

export type Labels = Readonly<Record<string, string>>

export interface Endpoint {
  readonly containerId: string
  readonly containerName: string
  /** Dotted quad without prefix length, or '' while the container isn't running. */
  readonly ip: string
}

export interface Network {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly labels: Labels
  /** IPv4 and IPv6 subnets in canonical CIDR form. */
  readonly subnets: readonly string[]
  /** Running containers attached to it. */
  readonly endpoints: readonly Endpoint[]
}

export interface NetworkRequest {
  readonly name: string
  readonly subnet: string
  readonly gateway: string
  /** Where Docker may pick dynamic addresses: the upper half, so that `.2` is never handed out. */
  readonly ipRange: string
  /** Bytes; undefined leaves Docker's default. */
  readonly mtu: number | undefined
  /** Its containers reach each other; absent: only this host reaches them. */
  readonly joined?: true
  readonly labels: Labels
}

export interface Networks {
  /** All networks of the daemon, strangers included: one call (endpoints come from the container list). */
  list(signal?: AbortSignal): Promise<readonly Network[]>
  /** All networks with exactly this name (old engines allow several), inspected, strangers included. */
  find(name: string, signal?: AbortSignal): Promise<readonly Network[]>
  /** Throws `AddressTaken` (overlap), `NameTaken`. */
  create(request: NetworkRequest, signal?: AbortSignal): Promise<{ readonly id: string }>
  /** Disconnects stopped leftovers first. Throws `Busy` while a running container is attached. */
  remove(id: string, signal?: AbortSignal): Promise<void>
}
