import { messageOf } from '../drivers/message.ts'
import type { Patience } from './pass/admit.ts'
import type { Context } from './pass/context.ts'
import { specOf } from './pass/walk.ts'
import type { Logger } from './report/log.ts'

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

/** And what of ours these could write already. */
export const learnAllPaths = async (context: Context, names: Iterable<string>): Promise<void> => {
  await learnPaths(context, names)
  await context.taint.refresh(context.signal)
}

/** Admits names and learns their paths. Never throws: if it fails, each bottle's own pass tries again and reports it. */
export const createAdmit =
  (context: () => Pick<Context, 'admission' | 'registry' | 'taint' | 'settings' | 'signal'>, log: Logger) =>
  async (names: readonly string[], patience: Patience): Promise<void> => {
    const failed = (error: unknown): void => log.error(messageOf(error))
    await context().admission.admit(names, patience).catch(failed)
    await learnPaths(context(), names).catch(failed)
  }

const AT_ONCE = 256
