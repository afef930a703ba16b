import { dockerMissing } from '../helpers/docker.ts'
import { suite } from '../helpers/suite.ts'
import type { Rig } from './rig.ts'
import { createRig } from './rig.ts'

/** A suite whose tests each get a rig on the real Docker Engine, or are skipped with the reason. */
export interface Scenarios {
  (title: string, body: (rig: Rig) => Promise<void>, options?: { readonly deadlineMs?: number }): void
  skip(title: string, why: string): void
  run(): void
}

// The rigs remove their objects at exit.
process.once('SIGTERM', () => process.exit(143))

const DEADLINE_MS = 120_000

export const withRig = async (
  body: (rig: Rig) => Promise<void>,
  options: Parameters<typeof createRig>[0] = {},
): Promise<void> => {
  const rig = await createRig(options)
  try {
    await body(rig)
  } finally {
    await rig.dispose()
  }
}

export const scenarios = (name: string): Scenarios => {
  const test = suite(name)
  const why = dockerMissing()
  const add = (
    title: string,
    body: (rig: Rig) => Promise<void>,
    options: { readonly deadlineMs?: number } = {},
  ): void => {
    if (why !== undefined) return test.skip(title, why)
    test(title, () => withRig(body), { deadlineMs: options.deadlineMs ?? DEADLINE_MS })
  }
  return Object.assign(add, { skip: test.skip, run: () => test.run() })
}
