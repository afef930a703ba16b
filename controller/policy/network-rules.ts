import { parseBlock } from '../../reconcilers/derive/cidr.ts'
import { isInPools } from '../../reconcilers/derive/subnet.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import type { Policy } from './policy.ts'

/** Which subnet a spec may pin: what it takes, this host no longer reaches elsewhere. Pure. */
export const judgeSubnet = (subnet: string, policy: Policy, pools: readonly string[]): Finding => {
  const { subnets } = policy.spec
  const isListed = subnets?.some((range) => isInside(subnet, range))
  return decided({ field: ['spec', 'network', 'subnet'], asked: subnet }, objection(subnet, policy, pools), {
    policy,
    ...(isListed === true ? { listed: { rule: 'network/listed', list: 'spec.subnets' } } : {}),
  })
}

const objection = (subnet: string, { level, spec: { subnets } }: Policy, pools: readonly string[]): Objection => {
  const remedy = `leave it out, to have one derived; or spec.subnets: [${JSON.stringify(subnet)}]`
  if (subnets !== undefined || level === 'restricted')
    return subnets?.some((range) => isInside(subnet, range)) === true
      ? undefined
      : { rule: 'network/not-listed', why: 'lies in no range of spec.subnets', remedy }
  if (level === 'privileged' || isInPools(subnet, pools)) return undefined
  const names = ['192.168.0.0/16 (without 0, 1 and 17)', ...pools].join(', ')
  return {
    rule: 'network/subnet',
    why: `lies outside the controller's pools, ${names}, and would take this host's own traffic to that network`,
    remedy,
  }
}

const isInside = (subnet: string, range: string): boolean => {
  const [inner, outer] = [parseBlock(subnet), parseBlock(range)]
  return inner !== undefined && outer !== undefined && outer.first <= inner.first && inner.last <= outer.last
}
