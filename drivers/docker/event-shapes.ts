import type { WorldEvent } from '../ports.ts'

/** The Engine's events and ours. Pure. Only `Type`, `Action` and `Actor` are read: the older keys are gone from API 1.52. */

export interface DockerEvent {
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null }
}

/**
 * Never by label: network events carry none. Without exec events, of which each health check makes three.
 * `remove` and `died` are podman's words.
 */
const ACTIONS = 'create start die oom destroy health_status connect disconnect rename pause unpause remove died'.split(
  ' ',
)

export const EVENT_FILTERS = { type: ['network', 'container'], event: ACTIONS }

export const toWorldEvent = ({ Type, Action, Actor }: DockerEvent): WorldEvent | undefined => {
  if ((Type !== 'network' && Type !== 'container') || Action === undefined || Actor?.ID === undefined) return undefined
  return { kind: Type, action: Action, id: Actor.ID, name: Actor.Attributes?.['name'] ?? '' }
}
