import { isHarmless } from '../../drivers/harmless.ts'
import { isRecord } from '../../drivers/json.ts'
import { shellWord } from '../../drivers/shell-word.ts'
import type { Action } from '../../page/wire.ts'

/**
 * What a person wants done, as words of bottlectl. Pure.
 *
 * Guarantees: nothing but the seven verbs; a target and a text are never read as options.
 */
export interface Words {
  readonly run: readonly string[]
  /** Each says a part of what `run` would do, and changes nothing. */
  readonly preview: readonly (readonly string[])[]
  /** Said where the verbs themselves don't. */
  readonly note?: string
}

/** undefined: it isn't one. */
export const judgeAction = (value: unknown): Action | undefined => {
  if (!isRecord(value)) return undefined
  const { verb, target, for: duration, answer, reason } = value
  const known = VERBS.find((each) => each === verb)
  if (known === undefined || !isTarget(target)) return undefined
  if (duration !== undefined && (known !== 'approve' || typeof duration !== 'string' || !DURATION.test(duration)))
    return undefined
  if (answer !== undefined && (known !== 'approve' || !isText(answer))) return undefined
  if (reason !== undefined && (known !== 'deny' || !isText(reason))) return undefined
  return {
    verb: known,
    target,
    ...(typeof duration === 'string' ? { for: duration } : {}),
    ...(typeof answer === 'string' ? { answer } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

const VERBS = ['approve', 'deny', 'suspend', 'resume', 'reconcile', 'rollout', 'delete'] as const

/** Of a bottle or an ask: nothing that could be read as an option. */
export const isTarget = (value: unknown): value is string => typeof value === 'string' && TARGET.test(value)

const TARGET = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/
const DURATION = /^[1-9]\d{0,3}[smh]$/
const LONGEST = 1_000

const isText = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= LONGEST &&
  isHarmless(value) &&
  !/[\n\t]/.test(value)

export const wordsOf = ({ verb, target, for: duration, answer, reason }: Action): Words => {
  switch (verb) {
    case 'approve':
    case 'deny': {
      const run = [
        verb,
        target,
        ...(duration === undefined ? [] : [`--for=${duration}`]),
        ...(answer === undefined ? [] : [`--answer=${answer}`]),
        ...(reason === undefined ? [] : [`--reason=${reason}`]),
      ]
      return {
        run,
        preview: [[...run, '--dry-run']],
        ...(verb === 'deny' ? { note: 'Its agent is told no, and nothing changes.' } : {}),
      }
    }
    case 'suspend':
    case 'resume':
      return { run: [verb, target, '--no-wait'], preview: [[verb, target, '--dry-run']] }
    case 'reconcile':
      return {
        run: [verb, target, '--no-wait'],
        preview: [[verb, target, '--dry-run']],
        note: 'The controller looks at it now, and mends what differs from its file.',
      }
    case 'rollout':
      return {
        run: [verb, target, '--no-wait'],
        preview: [
          ['diff', target],
          [verb, target, '--dry-run'],
        ],
        note: 'Changes that wait are applied now. Where they recreate the VM, what is on its disk is lost.',
      }
    case 'delete':
      return {
        run: [verb, 'bottle', target, '--no-wait'],
        preview: [[verb, 'bottle', target, '--dry-run']],
        note: 'Its document goes, and with it VM, bundle, network and disk, at once: this can not be undone.',
      }
  }
}

/** As a person would type it. */
export const commandOf = (words: readonly string[]): string => ['bottlectl', ...words].map(shellWord).join(' ')
