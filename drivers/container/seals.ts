/**
 * What keeps an agent in a container to its bundle: a holder container whose network namespace the agent shares, and the nft
 * rules that it has loaded there. The machines of `drivers/container` call it before each start of an agent.
 */
export interface ContainerSeals {
  /**
   * Makes the holder where there is none as asked, and starts nothing: an agent is made with its id. Returns the id. Repeatable;
   * throws as `hold` does.
   */
  place(seal: SealRequest, signal?: AbortSignal): Promise<string>
  /**
   * Makes or starts the holder, loads the rules, lists them back and tries them from inside. Repeatable: a holder that is as asked
   * stays. Throws a `DriverError` where the rules can't be loaded, aren't what was asked, or let a try through; no agent may start then.
   */
  hold(seal: SealRequest, signal?: AbortSignal): Promise<HeldSeal>
  /** What is loaded now, read back by the holder; undefined without one that runs. */
  read(machine: string, signal?: AbortSignal): Promise<HeldSeal | undefined>
  /** Ids by machine, stopped ones too, of this owner. */
  list(owner: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Both are harmless when repeated. An agent of a removed holder must be made anew: its network is the holder's by id. */
  stop(machine: string, signal?: AbortSignal): Promise<void>
  remove(machine: string, signal?: AbortSignal): Promise<void>
}

export interface SealRequest {
  /** Of the agent's container; the holder is `<machine>-seal`. */
  readonly machine: string
  readonly labels: Readonly<Record<string, string>>
  readonly networkId: string
  /** Of the holder itself: `.3` of the bottle's network. */
  readonly ip: string
  readonly bundleIp: string
  /** TCP ports of the bundle that the agent reaches. */
  readonly ports: readonly number[]
  /** Reference of a local image that has `nft`: the bundle's. */
  readonly image: string
}

export interface HeldSeal {
  /** Id of the holder: the agent's network is `container:<id>`. */
  readonly holder: string
  /** Everything that the loaded rules let out, as `<address>/32`; anything that isn't understood is `0.0.0.0/0`. */
  readonly allowedCidrs: readonly string[]
  readonly ports: readonly number[]
}
