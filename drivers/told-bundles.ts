import { judgeAnswer } from './bundle-answer.ts'
import type { Bundles, BundleRun, EarAt, LoadOutcome, PolicyLoad, Told } from './bundles.ts'
import { DriverError } from './errors.ts'
import { judgeHeard } from './heard-asks.ts'

/** Runs the control command in a container: a text in, a text and its exit code out. */
export type Tell = (
  container: string,
  text: string,
  signal?: AbortSignal,
) => Promise<{
  readonly text: string
  readonly exitCode: number | null
}>

/** Asks a bundle what it has heard of its agent: the text of its report. */
export type Hear = (at: EarAt, signal?: AbortSignal) => Promise<string>

/**
 * The port Bundles over any way to run the command; what was told last is remembered, by bottle. Pure.
 *
 * Guarantees: a load whose answer names another hash isn't one; what a call that throws has told is not known any more.
 */
export const createBundles = (tell: Tell, hear: Hear, rest: () => void = () => undefined): Bundles => {
  const known = new Map<string, Told>()

  const ask = async (run: BundleRun, message: object, signal: AbortSignal | undefined): Promise<LoadOutcome> => {
    const { identity, container } = run
    known.delete(identity)
    return say({ identity, container, what: 'its policy' }, message, signal)
  }

  const say = async (
    { identity, container, what }: Pick<BundleRun, 'identity' | 'container'> & { readonly what: string },
    message: object,
    signal: AbortSignal | undefined,
  ): Promise<LoadOutcome> => {
    const { text, exitCode } = await tell(container, JSON.stringify({ version: 1, ...message }), signal)
    const outcome = judgeAnswer(text, exitCode)
    if (outcome !== 'NotUp') return outcome
    throw new DriverError({
      code: 'Busy',
      operation: `tell the bundle of ${identity} ${what}`,
      detail: 'nothing in it takes one yet',
    })
  }

  const remember = (told: Told): Told => {
    known.set(told.run.identity, told)
    return told
  }

  return {
    rest,
    last: (identity) => known.get(identity),
    status: async (run, signal) => {
      const outcome = await ask(run, { command: 'status' }, signal)
      return remember({ run, hash: undefined, digest: undefined, at: undefined, outcome })
    },
    load: async (run, load, signal) => {
      const { hash, secrets, at } = load
      const outcome = await ask(run, messageOf(load), signal)
      const isOther = outcome.kind === 'loaded' && outcome.hash !== hash
      const judged: LoadOutcome = isOther ? { kind: 'refused', reason: 'HashMismatch' } : outcome
      return remember({ run, hash, digest: secrets.digest, at, outcome: judged })
    },
    hear: async (at, signal) => {
      const heard = judgeHeard(await hear(at, signal))
      if (heard !== undefined) return heard
      throw new DriverError({
        code: 'Failed',
        operation: `hear what is asked at ${at.ip}`,
        detail: 'what it says means nothing',
      })
    },
    answer: async ({ identity, container }, asks, signal) => {
      const what = { identity, container, what: 'of its asks' }
      const outcome = await say(what, { command: 'asks', asks }, signal)
      if (outcome.kind !== 'loaded')
        throw new DriverError({
          code: 'Failed',
          operation: `tell the bundle of ${identity} of its asks`,
          detail: outcome.kind === 'refused' ? outcome.reason : 'its image has no bottled-bundle',
        })
    },
  }
}

const messageOf = ({ policy, git, hash, secrets, ca }: Omit<PolicyLoad, 'at'>): object => ({
  command: 'load',
  policy,
  ...(git === undefined ? {} : { git: { repositories: git } }),
  hash,
  secrets: secrets.values,
  ca: { cert: ca.cert, key: ca.key },
})
