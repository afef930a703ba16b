import type { HeardAsk } from '../../drivers/heard-asks.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { createTurns } from '../../drivers/calls/turns.ts'
import { isAllowed } from '../../egress/asks/allowed.ts'
import { clean } from '../../egress/asks/clean.ts'
import { askIdOf, askWords } from './ask.ts'
import type { Ask } from './ask.ts'
import { byTime } from './ask-files.ts'
import type { AskFiles } from './ask-files.ts'
import { newAsks, openOf, overdue, toldOf, usedOf } from './plan-asks.ts'
import type { AskNotice, AskOutcome, AskParts, Asks } from './parts.ts'
import type { Decision } from '../state/request-file.ts'
import { decideAsk } from './decide-ask.ts'
import { createEars } from './ears.ts'

/**
 * What agents ask people.
 *
 * Flow: a bottle with `supervise` has a pass → its bundle is listened to (`ears.ts`) → a new ask becomes a file, then an event, a
 *   notification and a number in the status → a person's decision comes as a request, or as the bottle's file that allows it → the file
 *   of the ask, an event, and the bundle is told.
 * Guarantees: an ask is on disk before anybody hears of it, is one however often it is said, and is decided once. Nothing is written
 *   for a bottle that is going.
 * Caveats: after a crash between the file and its event, both event and notification may come twice.
 */
export const createAsks = (parts: AskParts, files: AskFiles): Asks => {
  const { registry, store, clock, announcer, policyOf, forbids, grants, newUid, onChange, onAsk, meter } = parts
  const known = new Map<string, readonly Ask[]>()
  const turns = createTurns()

  const isStaying = (name: string): boolean =>
    store.documents(name).length > 0 && registry.byName(name)?.deleting === undefined
  /** The record of a bottle that may ask; undefined: it may not. One look: this is asked for every pass. */
  const supervised = (name: string): BottleRecord | undefined => {
    const record = registry.byName(name)
    const asks = (record?.spec as { readonly supervise?: boolean } | undefined)?.supervise === true
    return asks && record?.deleting === undefined && store.documents(name).length > 0 ? record : undefined
  }
  const subject = (name: string) => ({ name, identity: registry.byName(name)?.identity })
  const iso = (): string => new Date(clock.now()).toISOString()

  const load = async (name: string, identity: string): Promise<readonly Ask[]> => {
    const found = known.get(name)
    if (found !== undefined) return found
    const { uid } = registry.byName(name) ?? {}
    const asks = (await files.list(identity)).filter((ask) => ask.uid === uid)
    known.set(name, asks)
    return asks
  }

  const put = async (name: string, identity: string, ask: Ask): Promise<void> => {
    await files.write(identity, ask)
    known.set(name, [...(known.get(name) ?? []).filter(({ id }) => id !== ask.id), ask].toSorted(byTime))
  }

  /** After its file: who is told twice, knows it. */
  const announce = async (name: string, identity: string, ask: Ask): Promise<void> => {
    const [event, words] = eventOf(ask)
    announcer.asked(subject(name), event, words)
    if (ask.state === 'open') onAsk?.(noticeOf(name, ask))
    meter?.asked(ask.content.kind, outcomeOf(ask), Date.parse(ask.decidedAt ?? ask.openedAt) - Date.parse(ask.openedAt))
    await put(name, identity, { ...ask, announced: true })
  }

  const settle = async (name: string, identity: string, ask: Ask): Promise<void> => {
    const { announced: _, ...unannounced } = ask
    const decided = ask.state === 'open' ? unannounced : { ...unannounced, decidedAt: ask.decidedAt ?? iso() }
    await put(name, identity, decided)
    await announce(name, identity, decided)
  }

  const open = async (name: string, identity: string, { key, content }: HeardAsk): Promise<void> => {
    const record = registry.byName(name)
    if (record === undefined) return
    const uid = newUid()
    const ask: Ask = { version: 1, id: askIdOf(uid), uid: record.uid, key, state: 'open', content, openedAt: iso() }
    const why = await forbids(record, content)
    await settle(
      name,
      identity,
      why === undefined ? ask : { ...ask, state: 'denied', by: 'policy', reason: clean(why) },
    )
  }

  /** What the files say by now: what was asked is allowed, or a day has passed. */
  const catchUp = async (name: string, identity: string): Promise<void> => {
    for (const ask of known.get(name) ?? []) {
      if (ask.announced !== true) await announce(name, identity, ask)
      const policy = ask.state === 'open' && ask.content.kind === 'egress' ? policyOf(name) : undefined
      if (policy !== undefined && ask.content.kind === 'egress' && isAllowed(policy, ask.content, clock.now()))
        await settle(name, identity, { ...ask, state: 'approved' })
    }
    const { expired, done } = overdue(known.get(name) ?? [], clock.now())
    for (const ask of expired) await settle(name, identity, { ...ask, state: 'expired' })
    for (const { id } of done) {
      await files.remove(identity, id)
      known.set(
        name,
        (known.get(name) ?? []).filter((each) => each.id !== id),
      )
    }
  }

  /** One after the other for each bottle; false: nothing is done for it any more. */
  const inTurn = (name: string, work: (identity: string) => Promise<void>): Promise<boolean> =>
    turns.take(name, async () => {
      const identity = registry.byName(name)?.identity
      if (identity === undefined || !isStaying(name)) return false
      const before = await load(name, identity)
      try {
        await work(identity)
      } finally {
        const after = known.get(name) ?? []
        if (after !== before) ears.poke(name)
        if (openOf(after) !== openOf(before)) onChange(name)
      }
      return true
    })

  const tidy = (name: string): Promise<void> => turns.take(name, () => grants.tidy(name))

  const ears = createEars(parts, {
    told: (name) => toldOf(known.get(name) ?? []),
    heard: (name, { asks, notices, used }) =>
      inTurn(name, async (identity) => {
        for (const ask of usedOf(known.get(name) ?? [], { used })) await put(name, identity, { ...ask, used: true })
        for (const ask of newAsks(known.get(name) ?? [], { asks })) await open(name, identity, ask)
        for (const { level, text } of notices)
          announcer.asked(
            subject(name),
            level === 'warning' ? 'AgentWarns' : 'AgentSays',
            `its agent says ${JSON.stringify(text)}`,
          )
      }),
  })

  const decideNow = async (name: string, identity: string, request: Decision): Promise<string | undefined> => {
    const ask = known.get(name)?.find(({ id }) => id === request.ask)
    if (ask === undefined) return `bottle/${name} has no ask ${request.ask}`
    const decided = decideAsk(ask, request, clock.now())
    if (decided.kind === 'refused') return decided.why
    const { verdict, by, entry } = request
    if (verdict === 'approve' && entry !== undefined && ask.state === 'open' && ask.content.kind === 'egress') {
      const why = await grants.give(name, { id: ask.id, content: ask.content, by, entry })
      if (why !== undefined) return why
    }
    if (decided.kind === 'decided') await settle(name, identity, decided.ask)
    if (decided.kind === 'noted') await put(name, identity, decided.ask)
    return undefined
  }

  return {
    openOf: (name) => {
      const asks = known.get(name)
      return asks === undefined || supervised(name) === undefined ? 0 : openOf(asks)
    },
    around: (pass) => async (name) => {
      const record = supervised(name)
      if (record !== undefined) await load(name, record.identity)
      else if (known.has(name)) {
        await ears.stop(name)
        await turns.last(name)
        known.delete(name)
      }
      await tidy(name)
      const end = await pass(name)
      await tidy(name)
      if (supervised(name) === undefined) return end
      await inTurn(name, (identity) => catchUp(name, identity))
      ears.listen(name)
      return end
    },
    decide: async (name, request) => {
      let fault: string | undefined
      const isDone = await inTurn(name, async (identity) => {
        fault =
          request.verdict === 'revoke'
            ? await grants.takeBack(name, { id: request.ask, by: request.by })
            : await decideNow(name, identity, request)
        await catchUp(name, identity)
      })
      return isDone ? fault : `bottle/${name} is not here`
    },
    prune: async () => {
      for (const name of known.keys()) {
        await tidy(name)
        await inTurn(name, (identity) => catchUp(name, identity))
      }
    },
    stop: async () => {
      await ears.stopAll()
      for (const name of known.keys()) await turns.last(name)
    },
  }
}

const eventOf = ({ id, state, content, by, reason, answer }: Ask): readonly [event: string, words: string] => {
  const what = askWords(content)
  const why = reason === undefined ? '' : `: ${reason}`
  switch (state) {
    case 'open':
      return ['AskOpened', `${id}: it asks for ${what}: bottlectl approve ${id}, or deny`]
    case 'approved': {
      const said = answer === undefined ? '' : `, answer ${JSON.stringify(answer)}`
      return ['AskApproved', `${id}: ${by ?? 'the file'} allowed ${what}${said}`]
    }
    case 'denied':
      return ['AskDenied', `${id}: ${by ?? 'somebody'} denied ${what}${why}`]
    case 'expired':
      return ['AskDenied', `${id}: nobody answered in a day, which is no: ${what}`]
  }
}

const outcomeOf = ({ state, by }: Ask): AskOutcome =>
  state === 'open' ? 'opened' : state === 'denied' && by === 'policy' ? 'forbidden' : state

const noticeOf = (bottle: string, { id, openedAt, content }: Ask): AskNotice => ({
  version: 1,
  bottle,
  id,
  openedAt,
  content,
})
