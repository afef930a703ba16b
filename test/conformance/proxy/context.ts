import type { Guard, Verdict } from '../../../bundle/engine/port.ts'
import type { Suite } from '../../helpers/suite.ts'
import { createStage } from './stage.ts'
import type { CreateEngine, Stage } from './stage.ts'

/** What the parts of the suite share: a stage that is set back before each test. */
export interface Context {
  title(text: string, body: (on: Stage) => Promise<void>, add?: Add): void
  /** Changes what the guard answers, for this test. */
  script(change: Partial<Guard>): void
  /** `a.test` at the port of the TLS server. */
  at(name?: string): string
  deny(text: string): Verdict
}

type Add = (...given: Parameters<Suite>) => void

export const createContext = (test: Suite, create: CreateEngine): Context => {
  let stage: Stage
  test.before(async () => {
    stage = await createStage(create)
  })
  test.after(() => stage.close())
  return {
    title: (text, body, add = test) =>
      add(
        text,
        async () => {
          stage.reset()
          await body(stage)
        },
        { deadlineMs: 60_000 },
      ),
    script: (change) => void (stage.script = { ...stage.script, ...change }),
    at: (name = 'a.test') => `${name}:${stage.tls.port}`,
    deny: (text) => ({ kind: 'deny', status: 403, reason: 'NotAllowed', text }),
  }
}
