import type { ResolvedSpec } from '../../reconcilers/derive/resolve.ts'
import { runtimeOf } from '../../reconcilers/derive/runtime.ts'
import type { Runtime } from '../../reconcilers/derive/runtime.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import type { Policy } from './policy.ts'

/** What an agent may run in. `fallback` is what it is where the spec doesn't say. Pure. */
export const judgeRuntime = (spec: ResolvedSpec, policy: Policy, fallback: Runtime | undefined): readonly Finding[] => {
  const { runtimes } = policy.spec
  const runtime = runtimeOf(spec, fallback)
  const isWritten = spec.machine.runtime !== undefined
  // Of a VM that nobody asked for in words there is nothing to say, where no list is about it.
  if (!isWritten && runtime === 'microvm' && runtimes === undefined) return []
  const asked = isWritten ? runtime : `${runtime} (default)`
  return [
    decided({ field: ['spec', 'machine', 'runtime'], asked }, objection(runtime, policy), {
      policy,
      ...(runtimes === undefined ? {} : { listed: { rule: 'runtimes/listed', list: 'spec.runtimes' } }),
    }),
  ]
}

const objection = (runtime: Runtime, { level, spec: { runtimes } }: Policy): Objection => {
  if (runtimes !== undefined)
    return runtimes.includes(runtime)
      ? undefined
      : {
          rule: 'runtimes/not-listed',
          why: 'is not in spec.runtimes',
          remedy: `write one of ${runtimes.join(', ') || 'none'}; or add ${runtime} to spec.runtimes`,
        }
  if (level !== 'restricted' || runtime !== 'container') return undefined
  return {
    rule: 'runtimes/shared-kernel',
    why: 'shares the kernel of this host',
    remedy: 'write microvm; or spec.runtimes: ["microvm","gvisor","container"]',
  }
}
