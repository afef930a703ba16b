import type { Disk } from '../../drivers/disk/disk.ts'
import type { Asks } from '../asks/parts.ts'
import type { Context } from '../pass/context.ts'
import { answerRequest, listRequests, pruneAnswers } from '../state/requests.ts'
import type { Outages } from '../state/outages.ts'
import type { Answer, Request } from '../state/requests.ts'
import type { Cause } from '../pass/cause.ts'
import { comesBack } from '../pass/pass-end.ts'
import type { PassEnd } from '../pass/pass-end.ts'
import type { Passes } from './passes.ts'
import { createSteadyClock } from '../time/clock.ts'
import { isoNow } from '../time/iso-now.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * Carries out what bottlectl asks for.
 *
 * Flow: each request becomes a note in the record or a guard, then a pass; when that pass has ended, its answer is written.
 * Guarantees: a request is answered after it had its effect, so a crash or a stop in between carries it out again; each is
 *   harmless when repeated; `ok` only where the outcome is as asked.
 */
const GRACE_POLL_MS = 250
const END_POLL_MS = 50
/** A bottle that is neither at rest nor failing after this long is reported as on its way. */
const PATIENCE_MS = 60_000

export const createRequestServer = (options: {
  readonly parts: Pick<
    Context,
    | 'settings'
    | 'drivers'
    | 'store'
    | 'registry'
    | 'guards'
    | 'clock'
    | 'stillAbsent'
    | 'acceptRoot'
    | 'halted'
    | 'stopping'
    | 'signal'
  >
  readonly disk: Disk
  readonly passes: Pick<Passes, 'passNow' | 'ends'>
  readonly asks: Pick<Asks, 'decide'>
  readonly outages: Pick<Outages, 'of'>
  /** Called when an answer could not be written: it is tried again. */
  readonly onProblem: (error: unknown) => void
}) => {
  const { parts, disk, passes, asks, outages, onProblem } = options
  const { drivers, store, registry, guards, clock, stillAbsent, acceptRoot, halted, stopping, signal } = parts
  const { stateDir } = parts.settings
  /** The age of an answer is a matter of this process. */
  const steady = createSteadyClock(clock)
  const { passNow, ends } = passes
  /** No pass runs then. */
  const away = (): Cause | undefined => outages.of('DockerUnavailable')
  const underWay = new Set<string>()

  /** In the record: after a restart the person isn't asked again. */
  const rememberConfirmed = async (name: string, named: { readonly deleteNow?: true } = {}): Promise<void> => {
    const record = registry.byName(name)
    if (record !== undefined) await drivers.records.update(record.identity, { deleteConfirmed: true, ...named })
  }

  /** The end of the bottle's passes: at rest, failing, or still on its way after a while. */
  const endOf = async (name: string): Promise<PassEnd> => {
    let end: PassEnd | undefined
    void passNow(name).then((first) => {
      end = first
    })
    for (let waitedMs = 0; ; waitedMs += END_POLL_MS) {
      const cause = away()
      if (cause !== undefined) return comesBack(cause.reason, cause.message, END_POLL_MS)
      if (end?.outcome === 'Stopped') throw new DOMException('the controller stops', 'AbortError')
      const isFailing = registry.byName(name)?.backoff !== undefined
      if (end !== undefined && (end.state === 'rest' || isFailing || waitedMs >= PATIENCE_MS)) return end
      await clock.sleep(END_POLL_MS, signal)
      if (end !== undefined) end = ends.get(name) ?? end
    }
  }

  const answerOf = ({ kind, name = '' }: Request, end: PassEnd): Pick<Answer, 'ok' | 'message'> => {
    const message = end.message === '' ? end.outcome : `${end.outcome}: ${end.message}`
    // As of a bottle that is suspended.
    const isOpen = kind === 'rollout' && registry.byName(name)?.rollout !== undefined
    if (end.asAsked && isOpen) return { ok: false, message: `${message}: the rollout waits until it runs` }
    return { ok: end.asAsked, message: end.state === 'busy' ? `${message}; it goes on by itself` : message }
  }

  const serve = async (request: Request): Promise<Pick<Answer, 'ok' | 'message' | 'names'>> => {
    if (request.kind === 'confirm-deletes') await acceptRoot()
    if (request.kind === 'confirm-deletes' || request.kind === 'held') {
      // After a restart no bottle is held before its grace has ended.
      const blocked = (): Cause | undefined => halted() ?? away()
      while (guards.waiting() && blocked() === undefined) await clock.sleep(GRACE_POLL_MS, signal)
      const cause = guards.waiting() && guards.held().length === 0 ? blocked() : undefined
      if (cause !== undefined)
        return { ok: false, message: `nothing is decided, as ${cause.reason}: ${cause.message}`, names: [] }
      if (request.kind === 'held') return { ok: true, message: answerTo('held', guards.held()), names: guards.held() }
      const names = guards.confirmAll()
      await Promise.all(names.map((name) => rememberConfirmed(name)))
      for (const name of names) void passNow(name)
      return { ok: true, message: answerTo('confirmed', names), names }
    }
    const { name } = request
    if (name === undefined) return { ok: false, message: `a ${request.kind} request names no bottle` }
    if (request.kind === 'decide') {
      const why = request.decision === undefined ? 'it says no decision' : await asks.decide(name, request.decision)
      return { ok: why === undefined, message: why ?? 'it is noted' }
    }
    const record = registry.byName(name)
    if (request.kind === 'delete') {
      if (record === undefined) return { ok: true, message: `bottle/${name} is not here` }
      // Its document went a moment ago: by an older list of the folder the bottle would be created again.
      await stillAbsent(name)
      if (request.retain === true) await drivers.records.update(record.identity, { retainWhenGone: true })
      else {
        guards.confirm(name)
        await rememberConfirmed(name, { deleteNow: true })
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
    return answerOf(request, await endOf(name))
  }

  /** What a stop cuts short stays for the next controller, as after `kill -9`. */
  const serveAndAnswer = async (request: Request): Promise<void> => {
    let answer: Pick<Answer, 'ok' | 'message' | 'names'>
    try {
      answer = await serve(request)
    } catch (error) {
      if (stopping.aborted || signal.aborted) return
      answer = { ok: false, message: messageOf(error) }
    }
    await answerRequest(stateDir, request.id, { ...answer, at: isoNow(steady) }, disk)
  }

  return {
    /** Removes answers that nobody needs any more. */
    prune: (): Promise<void> => pruneAnswers(stateDir, steady.now(), disk),
    /** Begins new requests; doesn't wait for them. */
    poll: async (): Promise<void> => {
      if (stopping.aborted) return
      for (const request of await listRequests(stateDir, disk)) {
        if (underWay.has(request.id)) continue
        underWay.add(request.id)
        void serveAndAnswer(request)
          .catch(onProblem)
          .finally(() => underWay.delete(request.id))
      }
    },
  }
}

const answerTo = (done: string, names: readonly string[]): string =>
  names.length === 0 ? 'nothing is held' : `${done}: ${names.join(', ')}`
