import { createAdmit } from './learn-paths.ts'
import { createBlocks } from './loop/blocks.ts'
import type { Blocks } from './loop/blocks.ts'
import type { Queue } from './loop/queue.ts'
import type { ManagerOptions } from './manager-options.ts'
import type { Context } from './pass/context.ts'
import type { Registry } from './pass/registry.ts'
import type { ReportParts } from './report/report-parts.ts'
import type { Source, SourceParts } from './source/source.ts'

/** Opens the source of bottles, and has the names that it reports admitted in blocks and queued. */
export const openSource = (
  options: Pick<ManagerOptions, 'source' | 'settings' | 'disk' | 'clock' | 'log' | 'meter'>,
  parts: Pick<SourceParts, 'store'> &
    Pick<ReportParts, 'announce' | 'files' | 'server' | 'limit'> & {
      readonly registry: Pick<Registry, 'byName'>
      readonly queue: Pick<Queue, 'add'>
      readonly context: () => Context
      readonly allNames: () => ReadonlySet<string>
      /** Passes may begin. */
      readonly isStarted: () => boolean
      readonly stopping: AbortSignal
    },
): { readonly blocks: Blocks; readonly source: Source } => {
  const { settings, disk, clock, log, meter } = options
  const { store, registry, queue, announce, files, server, limit, context, allNames, isStarted, stopping } = parts
  const blocks = createBlocks({
    isPresent: (name) => store.documents(name).length > 0,
    isKnown: (name) => registry.byName(name)?.subnet !== undefined,
    admit: createAdmit(context, log),
  })
  const source = options.source({
    store,
    root: settings.root,
    stateDir: settings.stateDir,
    disk,
    clock,
    log,
    isEmpty: () => allNames().size === 0,
    isKnown: (name) => registry.byName(name) !== undefined,
    stopping,
    onNames: async (names) => {
      if (!isStarted()) return
      for (const name of names) meter?.edited(name)
      await blocks.take(names, (block) => {
        for (const name of block) queue.add(name, store.documents(name).length === 0 ? 'delete' : 'edit')
      })
    },
    onProblem: files.set,
    onUnanswered: server.set,
    onLimit: limit.set,
    onFree: (name) => queue.add(name, 'resync'),
    onHeld: (reason, message) => announce('Normal', reason, message),
  })
  return { blocks, source }
}

/** A pass that tells its source of a bottle that is gone, or runs on for good; the pass itself where the source has no ear for it. */
export const releasing = <End>(
  { released }: Pick<Source, 'released'>,
  registry: Pick<Registry, 'byName'>,
  pass: (name: string) => Promise<End>,
): ((name: string) => Promise<End>) =>
  released === undefined
    ? pass
    : async (name) => {
        const end = await pass(name)
        const record = registry.byName(name)
        if (record === undefined || record.retained === true) await released(name)
        return end
      }
