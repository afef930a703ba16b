import { isDeepStrictEqual } from 'node:util'
import type { BottleRecord } from '../../drivers/ports.ts'
import type { Step } from '../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { conditionOf } from '../../reconcilers/derive/last-condition.ts'
import type { Events } from './events.ts'
import type { Logger } from './log.ts'
import { beginningOf, endOf } from './step-words.ts'

/** Reports what happened: one event and one log line each, only for what is new. */
export interface Announcer {
  /** A step that takes seconds is about to run. */
  begin(record: BottleRecord, step: Step): void
  step(record: BottleRecord, step: Step): Promise<void>
  /** Reports the difference between two statuses: refused, not ready for another reason, ready again. */
  status(subject: Subject, before: unknown, after: BottleStatus): void
  warn(subject: Subject, reason: string, message: string): void
  normal(subject: Subject, reason: string, message: string): void
  /** An agent chose the host: however many there are, other events of the bottle are recorded. */
  denied(subject: Subject, host: string, reason: string): void
  /** What an agent asks or says, in its own words: likewise. */
  asked(subject: Subject, reason: string, message: string): void
}

export interface Subject {
  readonly name: string
  readonly identity: string | undefined
}

export const createAnnouncer = (events: Events, log: Logger): Announcer => {
  const say = (
    type: 'Normal' | 'Warning',
    { name, identity, budget }: Subject & { readonly budget?: string },
    reason: string,
    message: string,
  ): void => {
    log[type === 'Normal' ? 'info' : 'warn'](message, { bottle: name, reason })
    void events.record({
      type,
      reason,
      message,
      object: `bottle/${name}`,
      ...(identity === undefined ? {} : { identity }),
      ...(budget === undefined ? {} : { budget }),
    })
  }
  return {
    begin: (record, { verb, target, because }) => {
      say('Normal', record, beginningOf(verb), `${verb} ${target}: ${because}`)
    },
    step: async (record, { verb, target, because }) => {
      say('Normal', record, endOf(verb), `${verb} ${target}: ${because}`)
    },
    status: (subject, before, after) => {
      for (const condition of after.conditions ?? []) {
        const { type, status, reason, message } = condition
        if (type === 'Stalled' || type === 'Reconciling') continue
        const old = conditionOf(before, type)
        if (old?.status === status && old.reason === reason && isDeepStrictEqual(old.message, message)) continue
        if (type === 'Ready') {
          if (status === 'True') say('Normal', subject, 'Ready', 'the bottle is ready')
        } else if (status === 'False' && message !== '' && reason !== 'Progressing')
          say('Warning', subject, reason, message)
      }
    },
    warn: (subject, reason, message) => say('Warning', subject, reason, message),
    normal: (subject, reason, message) => say('Normal', subject, reason, message),
    asked: ({ name, identity }, reason, message) =>
      say(
        reason === 'AgentWarns' ? 'Warning' : 'Normal',
        { name, identity, budget: `asks of ${name}` },
        reason,
        message,
      ),
    denied: ({ name, identity }, host, reason) =>
      say(
        'Warning',
        { name, identity, budget: `denials of ${name}` },
        'EgressDenied',
        `${host} was denied (${reason}): bottlectl egress log ${name} --denied`,
      ),
  }
}
