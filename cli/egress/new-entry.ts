import type { AllowRule } from '../../egress/policy.ts'
import type { EgressAllow } from '../../schemas/egress.ts'
import { readPolicyFile } from './policy-file.ts'

/** An entry of `allow` or `deny` from what is typed. Pure. Lists without elements are left out. */
export interface Terms {
  readonly methods: readonly string[]
  readonly paths: readonly string[]
  readonly ports: readonly number[]
  /** Unix time in milliseconds from which the entry is void. */
  readonly untilMs?: number | undefined
}

/** `fault`: no policy can hold it, such as a literal address. */
export type NewEntry = { readonly entry: EgressAllow; readonly rule: AllowRule } | { readonly fault: string }

export const newEntry = (host: string, { methods, paths, ports, untilMs }: Terms): NewEntry => {
  const entry: EgressAllow = {
    host,
    ...(ports.length === 0 ? {} : { ports: [...new Set(ports)] }),
    ...(methods.length === 0 ? {} : { methods: [...new Set(methods.map((method) => method.toUpperCase()))] }),
    ...(paths.length === 0 ? {} : { paths: [...new Set(paths)] }),
    ...(untilMs === undefined ? {} : { until: wholeSeconds(untilMs) }),
  }
  if (/^[a-z]+:\/\//i.test(host)) return { fault: `${host} is a URL: name its host alone, and paths by --path` }
  const { policy, complaints } = readPolicyFile({ path: '', text: JSON.stringify({ allow: [entry] }) })
  const [rule] = policy?.policy.allow ?? []
  if (rule !== undefined) return { entry, rule }
  return { fault: `${host}: ${complaints[0]?.message.replace(/^allow\[0\]\.?/, '') ?? 'nothing is allowed by it'}` }
}

/** A part of a second less would be void earlier than was said. */
const wholeSeconds = (ms: number): string => `${new Date(Math.ceil(ms / 1_000) * 1_000).toISOString().slice(0, 19)}Z`
