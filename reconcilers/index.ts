import { bundle } from './bundle/bundle.ts'
import { edges } from './edges.ts'
import { egress } from './egress.ts'
import { machine } from './machine/machine.ts'
import { metadata } from './metadata.ts'
import { network } from './network.ts'
import type { Reconciler } from './contract/reconciler.ts'

/** In the order of `up`; `down` and `gone` go backwards. */
export const reconcilers: readonly Reconciler[] = [metadata, network, edges, bundle, egress, machine]
