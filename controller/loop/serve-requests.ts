import type { Disk } from '../../drivers/disk/disk.ts'
import type { Context } from '../pass/context.ts'
import { answerRequest, listRequests, pruneAnswers } from '../state/requests.ts'
import type { Answer, Request } from '../state/requests.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import { isoNow } from '../pass/context.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * Carries out what bottlectl asked for.
 *
 * Flow: each request is turned into a note in the record or a guard, then a pass; the answer stands beside it when that pass
 *   has ended. Guarantees: a request is answered once it had its effect, so a crash in between carries it out again, and
 *   each is harmless when repeated.
 */
const GRACE_POLL_MS = 250

export const createRequestServer = (options: {
  readonly context: Context
  readonly stateDir: string
  readonly disk: Disk
  /** Runs a pass for the bottle and resolves with its end. */
  readonly look: (name: string) => Promise<PassEnd>
  /** An answer could not be written: it is tried again. */
  readonly onProblem: (error: unknown) => void
}) => {
  const { context, stateDir, disk, look, onProblem } = options
  const underWay = new Set<string>()

  /** In the record: a restart must not ask again. */
  const remember = async (name: string): Promise<void> => {
    const record = context.registry.byName(name)
    if (record !== undefined) await context.drivers.records.update(record.identity, { deleteConfirmed: true })
  }

  const serve = async (request: Request): Promise<Pick<Answer, 'ok' | 'message' | 'names'>> => {
    const { drivers, registry, guards } = context
    if (request.kind === 'confirm-deletes') await context.acceptRoot()
    if (request.kind === 'confirm-deletes' || request.kind === 'held') {
      // After a restart nothing is held before its grace is over.
      while (guards.waiting()) await context.clock.sleep(GRACE_POLL_MS, context.signal)
      if (request.kind === 'held') return { ok: true, message: toldOf('held', guards.held()), names: guards.held() }
      const names = guards.confirmAll()
      await Promise.all(names.map(remember))
      for (const name of names) void look(name)
      return { ok: true, message: toldOf('confirmed', names), names }
    }
    const { name } = request
    if (name === undefined) return { ok: false, message: `a ${request.kind} request names no bottle` }
    const record = registry.byName(name)
    if (request.kind === 'delete') {
      if (record === undefined) return { ok: true, message: `bottle/${name} is not here` }
      // Its document went a moment ago: from an older look at the folder it would be made again.
      await context.stillAbsent(name)
      if (request.retain === true) await drivers.records.update(record.identity, { retainWhenGone: true })
      else {
        guards.confirm(name)
        await remember(name)
      }
      if (request.purge === true && record.deleting === undefined) {
        await drivers.records.update(record.identity, { deleting: { since: isoNow(context.clock) } })
      }
      void look(name)
      return { ok: true, message: 'confirmed' }
    }
    if (record === undefined && context.store.documents(name).length === 0)
      return { ok: false, message: `bottle/${name} is not here` }
    if (request.kind === 'rollout' && record !== undefined)
      await drivers.records.update(record.identity, { rollout: request.id })
    const end = await look(name)
    return {
      ok: end.asAsked || end.state === 'busy',
      message: end.message === '' ? end.outcome : `${end.outcome}: ${end.message}`,
    }
  }

  return {
    /** Answers that nobody needs any more go away. */
    prune: (): Promise<void> => pruneAnswers(stateDir, context.clock.now(), disk),
    /** Takes up what is new; doesn't wait for it. */
    poll: async (): Promise<void> => {
      for (const request of await listRequests(stateDir, disk)) {
        if (underWay.has(request.id)) continue
        underWay.add(request.id)
        void serve(request)
          .catch((error: unknown) => ({ ok: false, message: messageOf(error) }))
          .then((answer) => answerRequest(stateDir, request.id, { ...answer, at: isoNow(context.clock) }, disk))
          .catch(onProblem)
          .finally(() => underWay.delete(request.id))
      }
    },
  }
}

const toldOf = (done: string, names: readonly string[]): string =>
  names.length === 0 ? 'nothing is held' : `${done}: ${names.join(', ')}`
