import type { Disk } from '../../drivers/disk/disk.ts'
import type { Context } from '../pass/context.ts'
import { answerRequest, listRequests, pruneAnswers } from '../state/requests.ts'
import type { Answer, Request } from '../state/requests.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import { isoNow } from '../time/iso-now.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * Carries out what bottlectl asks for.
 *
 * Flow: each request becomes a note in the record or a guard, then a pass; when that pass has ended, its answer is written.
 * Guarantees: a request is answered after it had its effect, so a crash in between carries it out again; each is harmless
 *   when repeated.
 */
const GRACE_POLL_MS = 250

export const createRequestServer = (options: {
  readonly parts: Pick<
    Context,
    'drivers' | 'store' | 'registry' | 'guards' | 'clock' | 'stillAbsent' | 'acceptRoot' | 'signal'
  >
  readonly stateDir: string
  readonly disk: Disk
  /** Runs a pass for the bottle and resolves with its end. */
  readonly passNow: (name: string) => Promise<PassEnd>
  /** Called when an answer could not be written: it is tried again. */
  readonly onProblem: (error: unknown) => void
}) => {
  const { parts, stateDir, disk, passNow, onProblem } = options
  const { drivers, store, registry, guards, clock, stillAbsent, acceptRoot, signal } = parts
  const underWay = new Set<string>()

  /** In the record: after a restart the person isn't asked again. */
  const rememberConfirmed = async (name: string): Promise<void> => {
    const record = registry.byName(name)
    if (record !== undefined) await drivers.records.update(record.identity, { deleteConfirmed: true })
  }

  const serve = async (request: Request): Promise<Pick<Answer, 'ok' | 'message' | 'names'>> => {
    if (request.kind === 'confirm-deletes') await acceptRoot()
    if (request.kind === 'confirm-deletes' || request.kind === 'held') {
      // After a restart no bottle is held before its grace has ended.
      while (guards.waiting()) await clock.sleep(GRACE_POLL_MS, signal)
      if (request.kind === 'held') return { ok: true, message: answerTo('held', guards.held()), names: guards.held() }
      const names = guards.confirmAll()
      await Promise.all(names.map(rememberConfirmed))
      for (const name of names) void passNow(name)
      return { ok: true, message: answerTo('confirmed', names), names }
    }
    const { name } = request
    if (name === undefined) return { ok: false, message: `a ${request.kind} request names no bottle` }
    const record = registry.byName(name)
    if (request.kind === 'delete') {
      if (record === undefined) return { ok: true, message: `bottle/${name} is not here` }
      // Its document went a moment ago: by an older list of the folder the bottle would be created again.
      await stillAbsent(name)
      if (request.retain === true) await drivers.records.update(record.identity, { retainWhenGone: true })
      else {
        guards.confirm(name)
        await rememberConfirmed(name)
      }
      if (request.purge === true && record.deleting === undefined) {
        await drivers.records.update(record.identity, { deleting: { since: isoNow(clock) } })
      }
      void passNow(name)
      return { ok: true, message: 'confirmed' }
    }
    if (record === undefined && store.documents(name).length === 0)
      return { ok: false, message: `bottle/${name} is not here` }
    if (request.kind === 'rollout' && record !== undefined)
      await drivers.records.update(record.identity, { rollout: request.id })
    const end = await passNow(name)
    return {
      ok: end.asAsked || end.state === 'busy',
      message: end.message === '' ? end.outcome : `${end.outcome}: ${end.message}`,
    }
  }

  return {
    /** Removes answers that nobody needs any more. */
    prune: (): Promise<void> => pruneAnswers(stateDir, clock.now(), disk),
    /** Begins new requests; doesn't wait for them. */
    poll: async (): Promise<void> => {
      for (const request of await listRequests(stateDir, disk)) {
        if (underWay.has(request.id)) continue
        underWay.add(request.id)
        void serve(request)
          .catch((error: unknown) => ({ ok: false, message: messageOf(error) }))
          .then((answer) => answerRequest(stateDir, request.id, { ...answer, at: isoNow(clock) }, disk))
          .catch(onProblem)
          .finally(() => underWay.delete(request.id))
      }
    },
  }
}

const answerTo = (done: string, names: readonly string[]): string =>
  names.length === 0 ? 'nothing is held' : `${done}: ${names.join(', ')}`
