import { bundle } from './bundle.ts'
import { machine } from './machine.ts'
import { metadata } from './metadata.ts'
import { network } from './network.ts'
import type { Reconciler } from './reconciler.ts'

/** In the order of `up`; `down` and `gone` go backwards. */
export const reconcilers: readonly Reconciler[] = [metadata, network, bundle, machine]
