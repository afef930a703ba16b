import { isDriverError } from '../../drivers/errors.ts'
import { bundleName, machineName } from '../../reconcilers/derive/names.ts'
import { loadBottles } from '../bottles/bottles.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { looseNames, pick } from '../bottles/target.ts'

/** The part of a bottle that a command talks to. */
export interface Part {
  readonly kind: 'bundle' | 'machine'
  /** In Docker or smolvm. */
  readonly object: string
  /** Docker's id if the status has it, else the name. */
  readonly id: string
  /** It is a container of Docker: a bundle, or an agent that runs in one. */
  readonly inDocker: boolean
}

export const partOf = async (
  session: Pick<Session, 'root' | 'lockDir' | 'stateDir' | 'env'>,
  name: string,
  kind: Part['kind'],
): Promise<Part> => {
  const [bare = name] = looseNames([name])
  return partOfView(session, pick(await loadBottles(session), bare), kind)
}

/** Of a bottle that was looked up already. */
export const partOfView = (
  session: Pick<Session, 'lockDir' | 'stateDir'>,
  view: BottleView,
  kind: Part['kind'],
): Part => {
  if (view.identity === undefined)
    throw new CliError(`bottle/${view.name} is invalid: it has no ${kind}`, 'bottlectl validate', 'Invalid')
  if (session.stateDir !== session.lockDir)
    throw new CliError(
      `bottle/${view.name} is simulated: it has no real ${kind}`,
      'bottled run without --simulate creates one',
      'Conflict',
    )
  return kind === 'bundle'
    ? {
        kind,
        object: bundleName(view.identity),
        id: view.status?.bundle?.id ?? bundleName(view.identity),
        inDocker: true,
      }
    : {
        kind,
        object: machineName(view.identity),
        id: machineName(view.identity),
        inDocker: view.status?.machine?.runtime === 'container',
      }
}

/** Adds the next step to an error of Docker or smolvm. */
export const guided = async <T>(part: Part, name: string, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (!isDriverError(error)) throw error
    throw new CliError(error.message, error.hint ?? `is the ${part.kind} up? bottlectl describe bottle ${name}`)
  }
}

export const CONTAINER_OPTION = {
  flags: '-c, --container <part>',
  description: 'bundle or machine',
  choices: ['bundle', 'machine'],
} as const
