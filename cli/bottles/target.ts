import { nearest } from '../../controller/document/nearest.ts'
import type { BottleView, Loaded } from './bottles.ts'
import { CliError } from '../print/cli-error.ts'

/** Names of the resource type on the command line, and the bottle names after it. */
export const RESOURCE = 'bottles.bottled.dev'
export const KIND_NAMES = ['bottles', 'bottle', 'bt', 'b'] as const

const NOT_FOUND = 3
const USAGE = 2

const isKind = (word: string): boolean => {
  const [kind = '', ...group] = word.toLowerCase().split('.')
  return (
    (KIND_NAMES as readonly string[]).includes(kind) &&
    ['', 'bottled.dev', 'v1alpha1.bottled.dev'].includes(group.join('.'))
  )
}

const unknownKind = (word: string): CliError => {
  const meant = word.toLowerCase() === 'all' ? 'bottles' : nearest(word.toLowerCase(), KIND_NAMES)
  return new CliError(
    `unknown resource type "${word}"`,
    meant === undefined
      ? `bottles is the only resource type; for a bottle of that name: bottlectl get bottle ${word}`
      : `did you mean "${meant}"?`,
    USAGE,
  )
}

/** `bottles a b`, `bottle/a bottle/b`: the names; none means all. */
export const namesOf = (args: readonly string[]): readonly string[] => {
  const [kind, ...rest] = args
  if (kind === undefined) {
    throw new CliError('you must specify the type of resource to get', 'bottlectl get bottles', USAGE)
  }
  if (!kind.includes('/')) {
    if (!isKind(kind)) throw unknownKind(kind)
    const slashed = rest.find((name) => name.includes('/'))
    if (slashed !== undefined)
      throw new CliError(`the resource type is given twice: "${slashed}"`, `bottlectl get ${slashed}`, USAGE)
    return rest
  }
  return args.map(nameFrom)
}

const nameFrom = (word: string): string => {
  const [kind = '', name = '', more] = word.split('/')
  if (name === '' || more !== undefined)
    throw new CliError(
      `arguments in resource/name form must have a single resource and name: "${word}"`,
      'write bottle/NAME',
      USAGE,
    )
  if (!isKind(kind)) throw unknownKind(kind)
  return name
}

/** For verbs that only act on bottles: `a b`, `bottle a b`, `bottle/a`. */
export const looseNames = (args: readonly string[]): readonly string[] => {
  const [first, ...rest] = args
  if (first !== undefined && rest.length > 0 && isKind(first))
    return rest.map((word) => (word.includes('/') ? nameFrom(word) : word))
  return args.map((word) => (word.includes('/') ? nameFrom(word) : word))
}

export const oneName = (args: readonly string[], usage: string): string => {
  const [name, ...more] = looseNames(args)
  if (name === undefined || more.length > 0)
    throw new CliError(
      name === undefined ? 'no bottle name was specified' : 'only one bottle can be named',
      usage,
      USAGE,
    )
  return name
}

export const notFound = (name: string, bottles: readonly { readonly name: string }[]): CliError => {
  const meant = nearest(
    name,
    bottles.map((bottle) => bottle.name),
  )
  return new CliError(
    `${RESOURCE} "${name}" not found`,
    meant === undefined ? 'bottlectl get bottles lists all' : `did you mean "${meant}"?`,
    NOT_FOUND,
  )
}

/** The first document of the name. Throws not found. */
export const pick = ({ bottles }: Pick<Loaded, 'bottles'>, name: string): BottleView => {
  const found = bottles.find((bottle) => bottle.name === name)
  if (found === undefined) throw notFound(name, bottles)
  return found
}
