import type { SealLook, Seals } from '../../drivers/ports.ts'

/**
 * Looks from time to time whether something else is shown of this machine's seal, or something else is installed. Pure.
 *
 * Guarantees: `onChange` once for each change, whoever saw it first: a start looks, too.
 */
export const createSealCare = (
  seals: Seals,
  { signal, onChange }: { readonly signal: AbortSignal; readonly onChange: () => void },
): (() => Promise<void>) => {
  let known: SealLook | undefined
  return async () => {
    const before = known ?? seals.last()
    known = await seals.look(signal)
    if (known !== before) onChange()
  }
}
