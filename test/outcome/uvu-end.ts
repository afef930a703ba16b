export interface UvuEnd {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What a test file's closing lines count; undefined where they count no test. */
export const uvuEnd = (output: string): UvuEnd | undefined => {
  const last = (word: string): number =>
    Number([...output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))].at(-1)?.[1] ?? 0)
  const [total, passed, skipped] = [last('Total'), last('Passed'), last('Skipped')]
  return total + skipped === 0 ? undefined : { passed, failed: Math.max(total - passed, 0), skipped }
}
