import type { EdgesLook, Firewall } from '../ports.ts'
import { type Call, type Context, refuse } from './context.ts'

/** The host's packet filter: which edges are closed. */
export const createSimulatedFirewall = (context: Context): Firewall => {
  const { world } = context
  let last: EdgesLook | undefined
  const call = (verb: string, target: string): Call => ({
    port: 'firewall',
    verb,
    target,
    operation: 'write rules of the firewall',
  })
  const show = (): EdgesLook => {
    const { edges, edgesRefused } = world
    last =
      edgesRefused === undefined
        ? {
            may: true,
            closed: Object.keys(edges)
              .toSorted()
              .flatMap((identity) => edges[identity] ?? []),
            identities: Object.keys(edges).toSorted(),
          }
        : { may: false, why: edgesRefused }
    return last
  }
  const requireAccess = (operation: string): void => {
    if (world.edgesRefused !== undefined) throw refuse('Failed', operation, world.edgesRefused)
  }

  return {
    look: (signal) => context.read({ ...call('look', ''), operation: 'read the rules of the firewall' }, signal, show),
    last: () => last,
    close: async (edge, signal) => {
      await context.change(call('close', edge.identity), signal, () => {
        requireAccess('write rules of the firewall')
        world.edges[edge.identity] = edge
        show()
      })
    },
    open: async (identity, signal) => {
      await context.change(call('open', identity), signal, () => {
        requireAccess('write rules of the firewall')
        delete world.edges[identity]
        show()
      })
    },
  }
}
