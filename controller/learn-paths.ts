import type { Context } from './pass/context.ts'
import { specOf } from './pass/walk.ts'

/**
 * Tells the judge of paths what bottles ask for, before any of them is started: of two that are new, the one that trusts what
 * the other's agent could write must be refused, whichever comes first.
 */
export const learnPaths = async (
  { registry, taint, settings, signal }: Pick<Context, 'registry' | 'taint' | 'settings' | 'signal'>,
  names: Iterable<string>,
): Promise<void> => {
  const records = [...names].flatMap((name) => registry.byName(name) ?? [])
  for (let at = 0; at < records.length; at += AT_ONCE)
    await taint.learn(
      records.slice(at, at + AT_ONCE).map((record) => ({ record, spec: specOf(record, settings.root) })),
      signal,
    )
}

const AT_ONCE = 256
