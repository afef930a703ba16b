import { isRecord, parseJson } from '../../json.ts'
import { judgeRules } from './judge.ts'
import type { Judged } from './judge.ts'
import { RESOLVER } from './rules.ts'

/**
 * What the holder tries from inside, and what that shows. Pure.
 *
 * Guarantees: that nothing answers shows nothing, as nothing may listen there: each try must have been counted by the rules that
 *   refuse. Caveats: the holder's node can't bind a socket to a device; `cli/seal` has guests that can.
 */
export interface Try {
  readonly kind: 'tcp' | 'udp'
  readonly ip: string
  readonly port: number
}

export const triesFor = ({
  gateway,
  bundleIp,
}: {
  readonly gateway: string
  readonly bundleIp: string
}): readonly Try[] => [
  { kind: 'tcp', ip: gateway, port: NOBODY },
  { kind: 'udp', ip: gateway, port: NOBODY },
  { kind: 'tcp', ip: bundleIp, port: NOBODY },
  { kind: 'tcp', ip: RESOLVER, port: 53 },
  { kind: 'udp', ip: RESOLVER, port: 53 },
]

/** tcpmux: no bundle declares it. */
const NOBODY = 1

export type Shown =
  | { readonly kind: 'held'; readonly judged: Judged }
  /** A clause that begins with what is wrong. */
  | { readonly kind: 'open'; readonly why: string }

export const shownBy = (output: string, tries: readonly Try[]): Shown => {
  const value = parseJson(output)
  if (!isRecord(value) || typeof value['before'] !== 'string' || typeof value['after'] !== 'string')
    return open('its holder did not say what it tried')
  const { said } = value
  if (!Array.isArray(said) || said.length !== tries.length) return open('its holder did not try all')
  const [before, judged] = [judgeRules(value['before']), judgeRules(value['after'])]
  if (judged.why !== undefined) return open(judged.why)
  const through = tries.find((_, at) => said[at] === 'connected' || said[at] === 'answered')
  if (through !== undefined) return open(`${through.ip} is reached by ${through.kind.toUpperCase()}`)
  const counted = judged.refused - before.refused
  if (counted < tries.length) return open(`${counted} of ${tries.length} tries were refused by its rules`)
  return { kind: 'held', judged }
}

const open = (why: string): Shown => ({ kind: 'open', why })
