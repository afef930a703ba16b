/** Of the port Firewall: what surrounds a bundle. */

export interface Edge {
  readonly identity: string
  /** The device of its network on this host. */
  readonly bridge: string
  readonly bundleIp: string
  /** CIDRs that it may reach although they are private, beside those of the operator. */
  readonly reach: readonly string[]
}

export type EdgesLook =
  | {
      readonly may: true
      /** Those whose rules stand, each of them and where it must stand. */
      readonly closed: readonly Edge[]
      /** Every identity that has rules of ours, whole or not. */
      readonly identities: readonly string[]
    }
  /** Rules can't be set here; `why` is a clause. */
  | { readonly may: false; readonly why: string }
