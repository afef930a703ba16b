/**
 * Lets so many run at once; the rest wait in order.
 *
 * Guarantees: who runs longer than `patienceMs` no longer counts, up to eight times as many: no few that stall keep all
 *   others out.
 */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>

const AT_MOST = 8

export const createSlots = ({ most, patienceMs }: { readonly most: number; readonly patienceMs: number }): Slots => {
  const waiting: (() => void)[] = []
  let counted = 0
  let running = 0

  const next = (): void => {
    while (waiting.length > 0 && counted < most && running < most * AT_MOST) {
      counted += 1
      running += 1
      waiting.shift()?.()
    }
  }

  return async (work) => {
    await new Promise<void>((begin) => {
      waiting.push(begin)
      next()
    })
    let isCounted = true
    const leave = (): void => {
      if (isCounted) counted -= 1
      isCounted = false
    }
    const patience = setTimeout(() => {
      leave()
      next()
    }, patienceMs)
    try {
      return await work()
    } finally {
      clearTimeout(patience)
      leave()
      running -= 1
      next()
    }
  }
}
