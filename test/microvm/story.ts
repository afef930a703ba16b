import type { Suite } from '../helpers/suite.ts'
import { LabHungError } from './pulse.ts'

export type Step = (title: string, body: () => Promise<void>, options?: { readonly deadlineMs: number }) => void

/**
 * Tests that are one story, in order. The error of one is printed at once, since a run may be cut short; after `first`, or where
 * the virtual host hung, none of the others can pass.
 */
export const createStory = (
  test: Suite,
  {
    first,
    deadlineMs,
    report,
  }: { readonly first: string; readonly deadlineMs: number; readonly report: () => Promise<string> },
): Step => {
  let broken: string | undefined
  return (title, body, options = { deadlineMs }) =>
    test(
      title,
      async () => {
        if (broken !== undefined) throw new Error(`not tried: ${broken}`)
        try {
          await body()
        } catch (error) {
          console.error(`\nFAIL  ${title}\n`, error)
          if (!(error instanceof LabHungError)) console.error(await report().catch(String))
          if (title === first || error instanceof LabHungError) broken = title
          throw error
        }
      },
      options,
    )
}
