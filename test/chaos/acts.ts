import type { Doc, File, Intent } from './intent.ts'
import type { Person, Way } from './person.ts'

/**
 * Random acts of people on the files.
 *
 * Guarantees: the same draws and files give the same act; each act describes itself in a line, for the replay. Caveats: an
 *   act without a target becomes a creation or an edit of the environment.
 */
export type ActKind =
  | 'create'
  | 'create beside another'
  | 'edit env'
  | 'edit image'
  | 'edit updatePolicy'
  | 'suspend or resume'
  | 'move'
  | 'delete'
  | 'delete and create again'
  | 'Retain or not'
  | 'break YAML'
  | 'break spec'
  | 'fix'
  | 'duplicate'

export interface Chance {
  /** In [0, 1). */
  readonly random: () => number
  below(limit: number): number
  pick<T>(from: readonly T[]): T | undefined
  odds(of: number): boolean
}

export const createChance = (random: () => number): Chance => {
  const below = (limit: number): number => Math.floor(random() * limit)
  return { random, below, pick: (from) => from[below(from.length)], odds: (of) => random() < of }
}

export const SHORTS = ['a', 'b', 'c', 'd', 'e'] as const

const WEIGHTS: readonly (readonly [ActKind, number])[] = [
  ['create', 6],
  ['create beside another', 4],
  ['edit env', 6],
  ['edit image', 3],
  ['edit updatePolicy', 2],
  ['suspend or resume', 3],
  ['move', 2],
  ['delete', 3],
  ['delete and create again', 2],
  ['Retain or not', 2],
  ['break YAML', 1],
  ['break spec', 1],
  ['fix', 3],
  ['duplicate', 2],
]

interface Acting {
  readonly intent: Intent
  readonly person: Person
  readonly chance: Chance
  /** Grows with each act of the run: new names of files and values. */
  readonly serial: () => number
}

export interface Act {
  readonly kind: ActKind
  readonly way: Way
  readonly what: string
  readonly done: boolean
}

export const act = async (acting: Acting): Promise<Act> => {
  const { intent, chance } = acting
  const drawn = draw(chance)
  const way: Way = chance.odds(0.5) ? 'rename' : 'in-place'
  const short = chance.pick(SHORTS.filter((each) => intent.docsOf(each).length === 0))
  const files = [...intent.files.values()]
  const fitting = chance.pick(files.filter((file) => fits(drawn, { file, short, intent })))
  const can = drawn === 'create' ? short !== undefined : fitting !== undefined
  const kind = files.length === 0 ? 'create' : can ? drawn : 'edit env'
  const file = fitting ?? chance.pick(files)
  return { kind, way, ...(await perform({ ...acting, kind, way, file, short })) }
}

const draw = (chance: Chance): ActKind => {
  let left = chance.below(WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0))
  for (const [kind, weight] of WEIGHTS) {
    left -= weight
    if (left < 0) return kind
  }
  return 'edit env'
}

const fits = (
  kind: ActKind,
  { file, short, intent }: { readonly file: File; readonly short: string | undefined; readonly intent: Intent },
): boolean => {
  // While a document of a name can't be read, the owner of the name is undefined.
  const alone = file.docs.length === 1 && intent.docsOf(file.docs[0]?.short ?? '').length === 1
  switch (kind) {
    case 'create beside another':
      return short !== undefined && !file.torn
    case 'fix':
      return isBroken(file)
    case 'break YAML':
    case 'duplicate':
      return alone && !isBroken(file)
    case 'break spec':
      return alone
    default:
      return true
  }
}

export const isBroken = ({ torn, docs }: File): boolean => torn || docs.some(({ slip }) => slip)

const perform = async ({
  kind,
  way,
  file,
  short,
  person,
  chance,
  serial,
}: Acting & {
  readonly kind: ActKind
  readonly way: Way
  readonly file: File | undefined
  readonly short: string | undefined
}): Promise<Pick<Act, 'what' | 'done'>> => {
  const number = serial()
  const path =
    chance.pick([`f${number}.yaml`, `f${number}.yml`, `deep/f${number}.yaml`, `deep/er/f${number}.yaml`]) ?? ''
  const fresh: Doc = {
    short: short ?? '',
    count: number,
    git: chance.odds(0.3),
    bundle: chance.odds(0.5) ? 'one' : 'two',
    disk: chance.odds(0.5) ? 'one' : 'two',
    update: chance.odds(0.3) ? 'Recreate' : 'OnDelete',
    suspend: chance.odds(0.1),
    policy: chance.odds(0.15) ? 'Retain' : 'Delete',
    slip: false,
  }
  const index = chance.below(file?.docs.length ?? 1)
  const beside = chance.odds(0.5)

  if (kind === 'create' || file === undefined) {
    person.create({ path, docs: [fresh], torn: false, remark: number }, way)
    return { what: `${path}: ${describe(fresh)}`, done: true }
  }
  const edit = async (change: (doc: Doc) => Doc): Promise<Pick<Act, 'what' | 'done'>> => {
    const docs = file.docs.map((doc, at) => (at === index ? change(doc) : doc))
    const done = await person.edit({ ...file, docs, remark: number }, way)
    const doc = docs[index]
    return { what: `${file.path}: ${doc === undefined ? '' : describe(doc)}`, done }
  }
  switch (kind) {
    case 'create beside another':
      return {
        what: `${file.path}: ${describe(fresh)}`,
        done: await person.edit({ ...file, docs: [...file.docs, fresh] }, way),
      }
    case 'edit env':
      return edit((doc) => ({ ...doc, count: number }))
    case 'edit image':
      return edit((doc) => (beside ? { ...doc, bundle: other(doc.bundle) } : { ...doc, disk: other(doc.disk) }))
    case 'edit updatePolicy':
      return edit((doc) => ({ ...doc, update: doc.update === 'OnDelete' ? 'Recreate' : 'OnDelete' }))
    case 'suspend or resume':
      return edit((doc) => ({ ...doc, suspend: !doc.suspend }))
    case 'Retain or not':
      return edit((doc) => ({ ...doc, policy: doc.policy === 'Retain' ? 'Delete' : 'Retain' }))
    case 'break spec':
      return edit((doc) => ({ ...doc, slip: true }))
    case 'break YAML':
      return { what: file.path, done: await person.edit({ ...file, torn: true }, way) }
    case 'fix': {
      const docs = file.docs.map((doc) => ({ ...doc, slip: false }))
      return { what: file.path, done: await person.edit({ ...file, torn: false, docs }, way) }
    }
    case 'move':
      return { what: `${file.path} to ${path}`, done: await person.move(file.path, path) }
    case 'delete': {
      if (file.docs.length === 1) return { what: file.path, done: await person.remove(file.path) }
      const docs = file.docs.filter((_, at) => at !== index)
      return {
        what: `${file.path}: ${file.docs[index]?.short}, one of ${file.docs.length}`,
        done: await person.edit({ ...file, docs }, way),
      }
    }
    case 'delete and create again': {
      const done = await person.remove(file.path)
      if (done) person.create({ ...file, remark: number }, way)
      return { what: file.path, done }
    }
    case 'duplicate': {
      const doc = file.docs[index]
      if (doc === undefined) return { what: file.path, done: false }
      const copy = { ...doc, count: number }
      person.create({ path, docs: [copy], torn: false, remark: number }, way)
      return { what: `${path}: ${describe(copy)} again, as in ${file.path}`, done: true }
    }
  }
}

const other = (which: 'one' | 'two'): 'one' | 'two' => (which === 'one' ? 'two' : 'one')

const describe = ({ short, count, bundle, disk, update, suspend, policy, slip }: Doc): string =>
  `${short} count ${count}, bundle ${bundle}, disk ${disk}, ${update}, ${policy}${suspend ? ', suspended' : ''}${slip ? ', with a slip' : ''}`
