import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../drivers/message.ts'
import type { Edge, EdgesLook } from '../drivers/ports.ts'
import { leadsOverBridge } from './contract/way.ts'
import { change, defineReconciler, settled, whyGone } from './contract/reconciler.ts'
import type { Outputs, Plan, Situation } from './contract/reconciler.ts'

/**
 * The edges of a bundle's network: rules of the host's firewall, so that the bundle reaches no service of this host and
 * nothing private, and no local process but ours reaches the bundle.
 *
 * Flow: closed once the network stands and before the bundle starts; removed before the network goes.
 * Guarantees: what was flushed, changed or put behind others' rules is written again. Where rules may not be set, the
 *   condition says what stays open, and the bottle runs all the same: its output `open` is why, and what that means.
 * Caveats: the bridge is named after the network's id, as Docker does where nobody asks for another name.
 */
export const edges = defineReconciler<EdgesLook | undefined>({
  name: 'edges',
  advises: { condition: 'Sealed', unsettled: 'EdgesOpen', judgedBy: 'machine' },

  observe: async ({ goal, identity, record }, { firewall, host }, signal) => {
    if (goal === 'down') return undefined
    if (goal === 'up' && record.subnet !== undefined && !(await leadsOverBridge(host, record.subnet)))
      return { may: false, why: 'its bridge is not on this host, whose firewall rules its packets never meet' }
    try {
      return await firewall.look(signal)
    } catch (error) {
      // A host whose firewall never answers must not keep a bottle from being deleted.
      const last = firewall.last()
      const hasRules = last?.may === true && last.identities.includes(identity)
      if (goal === 'up' || hasRules || signal.aborted) throw error
      return { may: false, why: messageOf(error) }
    }
  },

  plan: (situation, look) => {
    if (look === undefined) return settled()
    if (situation.goal === 'gone') return planGone(situation, look)
    if (!look.may) return settled(open(look.why))
    const wanted = edgeFor(situation)
    const found = look.closed.find(({ identity }) => identity === wanted.identity)
    if (isDeepStrictEqual(found, wanted)) return settled()
    return change({
      verb: 'close',
      target: `edges/${wanted.identity}`,
      because: whyOpen(found, look, wanted),
      run: ({ firewall }, signal) => firewall.close(wanted, signal),
    })
  },
})

const planGone = (situation: Situation, look: EdgesLook): Plan =>
  look.may && look.identities.includes(situation.identity)
    ? change({
        verb: 'remove',
        target: `edges/${situation.identity}`,
        because: whyGone(situation),
        run: ({ firewall }, signal) => firewall.open(situation.identity, signal),
      })
    : settled()

const edgeFor = ({ identity, upstream }: Situation): Edge => ({
  identity,
  bridge: `br-${String(upstream['network']?.['id']).slice(0, 12)}`,
  bundleIp: String(upstream['network']?.['bundleIp']),
  reach: [],
})

const whyOpen = (found: Edge | undefined, look: Extract<EdgesLook, { readonly may: true }>, wanted: Edge): string => {
  if (found !== undefined)
    return found.bridge === wanted.bridge ? 'its rules are for another bundle' : 'its network is new'
  return look.identities.includes(wanted.identity) ? 'its rules were changed' : 'it has no rules'
}

const open = (why: string): Outputs => ({
  open: `${why}: the bundle may reach services of this host, private networks and a cloud's metadata address, and every user of this host the ports of the bundle`,
})
