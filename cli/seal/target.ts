/** One thing that a guest tries, and what must come of it. */
export interface Target {
  /** Follows "the guest reaches". */
  readonly what: string
  readonly attempt: Attempt
  /**
   * `answer`: without it nothing is proven. `nothing`: any answer is a leak. `refusal`: a proxy that grants even this answers by
   * itself, so that its other answers show nothing.
   */
  readonly expect: 'answer' | 'nothing' | 'refusal'
  /** By the proxy of its bundle, which may answer by itself; by a tunnel it says yes first, and why not inside. */
  readonly through?: 'proxy' | 'tunnel'
  /** The proxy must have judged the address: without that in its answer, the row shows nothing. */
  readonly judged?: true
}

export type Attempt =
  /** `send` is written once connected. Below smolvm's own gateway a connection alone proves nothing: only an answer does. */
  | {
      readonly kind: 'tcp' | 'udp'
      readonly ip: string
      readonly port: number
      readonly send: string
      /** The socket is bound to it, so that what has no route is taken to be on its link. Of an agent in a container. */
      readonly device?: string
      /** By no gateway. Of an agent in a container. */
      readonly direct?: true
    }
  | { readonly kind: 'ping'; readonly ip: string }
  /** Without a server: by the guest's own resolver. */
  | { readonly kind: 'name'; readonly name: string; readonly server?: string }

/** What is known of this host, and what listens on it for the proof. */
export interface Facts {
  readonly bundleIp: string
  readonly gateway: string
  /** Answers each TCP connection and each datagram on every address of this host. */
  readonly port: number
  /** Of this host, IPv4 and IPv6, without loopback. */
  readonly hostAddresses: readonly string[]
  /** Of containers, other bottles' bundles among them, with a port that each exposes. */
  readonly containers: readonly { readonly name: string; readonly ip: string; readonly port: number }[]
  /** Beyond this host, by address: names aren't resolved inside. */
  readonly outside: readonly string[]
  /** Names that the bundle's policy allows, and its resolver leads inward; undefined: this bundle takes no policy. */
  readonly inward?: readonly InwardName[] | undefined
}

export interface InwardName {
  readonly name: string
  readonly ip: string
  /** Follows "the guest reaches". */
  readonly what: string
}

export interface Outcome extends Target {
  /** What came back, at most 512 bytes; undefined: nothing. */
  readonly answer: string | undefined
}
