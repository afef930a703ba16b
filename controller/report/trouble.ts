/** Announces something that lasts when it begins, when its cause is another one, and when it is over. Pure. */
export const createTrouble = (
  announce: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
  { begins, ends: [reason, message] }: { readonly begins: string; readonly ends: readonly [string, string] },
) => {
  let current: string | undefined
  return {
    why: (): string | undefined => current,
    set: (why: string | undefined): void => {
      if (why !== undefined && why !== current) announce('Warning', begins, why)
      if (why === undefined && current !== undefined) announce('Normal', reason, message)
      current = why
    },
  }
}
