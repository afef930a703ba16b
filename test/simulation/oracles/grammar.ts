import type { BottleStatus, Condition } from '../../../schemas/bottle.ts'

/**
 * Rules that every status must keep at any time.
 *
 * Flow: one status by itself, then against the one before it under the same uid. Returns the violations, in words.
 */
const OWNED = ['Accepted', 'MetadataReady', 'NetworkReady', 'BundleReady', 'MachineReady'] as const
const MAY_BE = new Set<string>([...OWNED, 'EgressEnforced', 'Ready', 'Reconciling', 'Sealed', 'Stalled'])
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const REASON = /^[A-Z][A-Za-z0-9]*$/

const SEALED: Readonly<Record<string, string>> = {
  Proven: 'True',
  Tried: 'True',
  NotProven: 'Unknown',
  EdgesOpen: 'Unknown',
  PolicyMismatch: 'False',
  Leak: 'False',
}

/** `timesGrow`: false where the clock was set back. */
export const grammarErrors = (
  status: BottleStatus,
  before: BottleStatus | undefined,
  timesGrow = true,
): readonly string[] => [
  ...aloneErrors(status),
  ...(before === undefined || before.uid !== status.uid ? [] : successionErrors(status, before, timesGrow)),
]

const aloneErrors = (status: BottleStatus): readonly string[] => {
  const errors: string[] = []
  const conditions = status.conditions ?? []
  const types = conditions.map(({ type }) => type)
  const find = (type: string): Condition | undefined => conditions.find((each) => each.type === type)
  const isTrue = (type: string): boolean => find(type)?.status === 'True'

  if (types.join() !== types.toSorted().join()) errors.push(`conditions are not sorted: ${types.join(', ')}`)
  if (new Set(types).size !== types.length) errors.push(`a condition occurs twice: ${types.join(', ')}`)
  for (const type of [...OWNED, 'Ready', 'Sealed'])
    if (find(type) === undefined) errors.push(`condition ${type} is missing`)
  for (const condition of conditions) {
    const { type, status: value, reason, message, observedGeneration, lastTransitionTime } = condition
    if (!MAY_BE.has(type)) errors.push(`unknown condition ${type}`)
    if (!['True', 'False', 'Unknown'].includes(value)) errors.push(`${type} is ${value}`)
    if (!REASON.test(reason)) errors.push(`${type} has reason ${JSON.stringify(reason)}`)
    if (typeof message !== 'string' || message.length > 1024) errors.push(`${type} has a missing or too long message`)
    if (!TIME.test(lastTransitionTime)) errors.push(`${type} has lastTransitionTime ${lastTransitionTime}`)
    if (observedGeneration !== status.observedGeneration)
      errors.push(`${type} observed ${observedGeneration}, the status ${status.observedGeneration}`)
    if ((type === 'Reconciling' || type === 'Stalled') && value !== 'True') errors.push(`${type} is there and ${value}`)
  }
  const sealed = find('Sealed')
  if (sealed !== undefined && SEALED[sealed.reason] !== undefined && SEALED[sealed.reason] !== sealed.status)
    errors.push(`Sealed is ${sealed.status} for ${sealed.reason}`)
  // A VM's seal is shown by a guest alone.
  const shown = status.machine?.runtime === 'container' ? ['Proven', 'Tried'] : ['Proven']
  if (sealed?.status === 'True' && !shown.includes(sealed.reason)) errors.push(`Sealed is True for ${sealed.reason}`)
  if (sealed?.status === 'False' && SEALED[sealed.reason] !== 'False')
    errors.push(`Sealed is False for ${sealed.reason}`)

  if (!(status.observedGeneration >= 1)) errors.push(`observedGeneration is ${status.observedGeneration}`)
  if (!/^sha256:[0-9a-f]{64}$/.test(status.specHash)) errors.push(`specHash is ${status.specHash}`)

  // Only a spec with egress has it.
  const enforced = find('EgressEnforced') === undefined || isTrue('EgressEnforced')
  const all = OWNED.every(isTrue) && enforced
  if (isTrue('Ready') !== all)
    errors.push(`Ready is ${find('Ready')?.status} while ${all ? 'all' : 'not all'} others are True`)
  if (isTrue('Stalled') && isTrue('Reconciling')) errors.push('Stalled and Reconciling')
  if (isTrue('Ready') && (isTrue('Stalled') || isTrue('Reconciling'))) errors.push('Ready and not at rest')
  if ((status.phase === 'Ready') !== isTrue('Ready'))
    errors.push(`phase ${status.phase} while Ready is ${find('Ready')?.status}`)
  if (status.phase === 'Stalled' && !isTrue('Stalled')) errors.push('phase Stalled without the condition')
  if (status.phase === 'Suspended' && (isTrue('Stalled') || isTrue('Reconciling')))
    errors.push('Suspended and not at rest')
  const restful = status.phase === 'Ready' || status.phase === 'Suspended' || !isTrue('Accepted') || isTrue('Stalled')
  if (!restful && !isTrue('Reconciling')) errors.push(`phase ${status.phase}, neither Reconciling nor Stalled`)
  return errors
}

const successionErrors = (status: BottleStatus, before: BottleStatus, timesGrow: boolean): readonly string[] => {
  const errors: string[] = []
  if (status.observedGeneration < before.observedGeneration) {
    errors.push(`observedGeneration went back from ${before.observedGeneration} to ${status.observedGeneration}`)
  }
  if (status.observedGeneration === before.observedGeneration && status.specHash !== before.specHash) {
    errors.push(`specHash changed under generation ${status.observedGeneration}`)
  }
  if (before.startedAt !== undefined && status.startedAt !== undefined && before.startedAt !== status.startedAt) {
    errors.push(`startedAt moved from ${before.startedAt} to ${status.startedAt}`)
  }
  for (const condition of status.conditions) {
    const old = before.conditions.find(({ type }) => type === condition.type)
    if (old === undefined) continue
    if (timesGrow && condition.lastTransitionTime < old.lastTransitionTime)
      errors.push(`${condition.type} has an earlier lastTransitionTime than before`)
    if (condition.observedGeneration < old.observedGeneration)
      errors.push(`${condition.type} has an earlier observedGeneration than before`)
  }
  return errors
}
