/** How the beginning and the end of a step are reported: as an event's reason, and in a line for people. Pure. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  create: 'Creating',
  start: 'Starting',
  pull: 'Pulling',
  copy: 'Copying',
}

const ENDS: Readonly<Record<string, string>> = {
  create: 'Created',
  start: 'Started',
  stop: 'Stopped',
  remove: 'Removed',
  update: 'Updated',
  pull: 'Pulled',
  copy: 'Copied',
  adopt: 'Adopted',
  forget: 'Forgotten',
  note: 'Noted',
  reseal: 'Resealed',
  close: 'Closed',
  load: 'PolicyLoaded',
}

export const beginningOf = (verb: string): string => BEGINNINGS[verb] ?? 'Working'
export const endOf = (verb: string): string => ENDS[verb] ?? verb

/** `create machine/x` becomes `creating machine/x`, then `created machine/x`: without the reason both lines are the same. */
export const asReason = (message: string, reason: string): string => {
  const [verb = ''] = message.split(' ', 1)
  if (BEGINNINGS[verb] !== reason && ENDS[verb] !== reason) return message
  if (verb === 'load') return `loaded${message.slice(verb.length)}`
  return `${reason.toLowerCase()}${message.slice(verb.length)}`
}
