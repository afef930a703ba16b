import { PARTS, PROVE } from '../../drivers/seals.ts'
import type { MachineRequest, SealLook, SealParts, SealShown } from '../../drivers/ports.ts'
import type { Situation } from '../contract/reconciler.ts'
import type { SealDrift } from './seal.ts'

/**
 * What can be said of a machine's seal: by what smolvm reports of a VM or a container's holder lists, and by what a guest of our own
 * showed of this machine. Pure.
 *
 * Guarantees: `True` needs both, for what is installed now; a proof of anything else shows nothing, a recorded leak included. Without
 *   a proof `True` needs rules that are listed now as they were tried at the start, and says that no more was tried.
 */
export type SealStand =
  | { readonly kind: 'proven'; readonly words: string; readonly edges: 'closed' | 'open' }
  /** A sentence without an end. */
  | { readonly kind: 'leak'; readonly words: string }
  | { readonly kind: 'unknown'; readonly words: string }

export interface Sealed {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: 'Proven' | 'Tried' | 'NotProven' | 'EdgesOpen' | 'PolicyMismatch' | 'Leak'
  readonly message: string
}

export const sealStand = ({ installed, proof, why }: SealShown, runtime: keyof typeof PROVE = 'microvm'): SealStand => {
  const command = PROVE[runtime]
  if (proof === undefined) return { kind: 'unknown', words: why ?? `nothing has shown it: ${command}` }
  const others = PARTS.filter((part) => proof.parts[part] !== installed[part])
  if (others.length > 0) {
    const differ = others.map((part) => differing(part, proof.parts, installed)).join(', ')
    return { kind: 'unknown', words: `it was tried on ${proof.at}, and since then ${differ}: ${command}` }
  }
  if (proof.leaks.length > 0)
    return {
      kind: 'leak',
      words: `a guest that tried the seal on ${proof.at} reached ${few(proof.leaks)}: once that is closed, ${command} tries it again`,
    }
  return { kind: 'proven', words: `a guest tried ${proof.rows} ways out on ${proof.at}`, edges: proof.edges }
}

/** Of its kind of machine: neither says anything of the other. */
export const standOf = (look: SealLook, { container }: Pick<MachineRequest, 'container'>): SealStand =>
  container === undefined ? sealStand(look) : sealStand(look.container, 'container')

/** Why none of its kind may run on this machine; undefined: nothing forbids it, or `--unsealed=allow` has it run all the same. */
export const leakOf = (
  { settings }: Situation,
  seal: SealLook | undefined,
  request: Pick<MachineRequest, 'container'>,
): string | undefined => {
  if (seal === undefined || settings.unsealed === 'allow') return undefined
  const stand = standOf(seal, request)
  return stand.kind === 'leak' ? stand.words : undefined
}

export const sealedOf = ({
  stand,
  drift,
  edges,
  tried,
}: {
  readonly stand: SealStand
  /** How the VM's own policy differs. */
  readonly drift: Pick<SealDrift, 'because'> | undefined
  /** Why the bundle's edges are open, with what that means; undefined: they are closed. */
  readonly edges: string | undefined
  /** What was tried of this very seal, and still stands; undefined: nothing. */
  readonly tried?: string | undefined
}): Sealed => {
  // Of the whole machine, and no rollout takes it back.
  if (stand.kind === 'leak') return { status: 'False', reason: 'Leak', message: stand.words }
  if (drift !== undefined) return { status: 'False', reason: 'PolicyMismatch', message: drift.because }
  const open = edges === undefined ? '' : `; ${edges}`
  // Of its edges a try from inside says nothing.
  if (stand.kind === 'unknown' && tried !== undefined && edges === undefined)
    return { status: 'True', reason: 'Tried', message: `${tried}; ${stand.words}` }
  if (stand.kind === 'unknown') return { status: 'Unknown', reason: 'NotProven', message: `${stand.words}${open}` }
  // With open edges the bundle may reach more than the guest that tried did.
  if (edges !== undefined && stand.edges === 'closed')
    return { status: 'Unknown', reason: 'EdgesOpen', message: `${edges}; ${stand.words} while they were closed` }
  return { status: 'True', reason: 'Proven', message: `${stand.words}${open}` }
}

const MOST_TOLD = 5

const few = (leaks: readonly string[]): string => {
  const more = leaks.length - MOST_TOLD
  return `${leaks.slice(0, MOST_TOLD).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

const differing = (part: keyof SealParts, then: SealParts, now: SealParts): string => {
  const change = `(${then[part]} then, ${now[part]} now)`
  switch (part) {
    case 'machine':
      return 'the machine is another'
    case 'kernel':
      return `the kernel is another ${change}`
    case 'engine':
      return `the Docker Engine is another ${change}`
    case 'smolvm':
      return `smolvm is another ${change}`
    case 'program':
      return 'the program smolvm was exchanged'
    case 'guest':
      return `guests are others ${change}`
    case 'table':
      return 'bottled tries other ways'
  }
}
