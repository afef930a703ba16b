/**
 * Listed objects by a key, kept by change. Pure.
 *
 * Guarantees: what is listed as it was stays the same object in the same array, so that whoever remembers it can tell by
 *   identity that nothing changed; the order of equal keys counts. Caveats: objects are compared as JSON is: plain data only.
 */
export interface Table<T> {
  get(key: string): readonly T[]
  all(): readonly T[]
  /** Takes a list over; rows that `keeps` names stay as they are. Returns the keys whose rows differ. */
  adopt(list: readonly T[], keeps?: (key: string) => boolean): ReadonlySet<string>
  /** Replaces one row. */
  put(key: string, objects: readonly T[]): void
}

/** Objects for which `keyOf` is undefined are left out. */
export const createTable = <T extends object>(keyOf: (object: T) => string | undefined): Table<T> => {
  let rows = new Map<string, readonly T[]>()
  let given: readonly T[] | undefined
  let all: readonly T[] | undefined

  const grouped = (list: readonly T[]): Map<string, readonly T[]> => {
    const groups = new Map<string, readonly T[]>()
    for (const object of list) {
      const key = keyOf(object)
      if (key === undefined) continue
      const twins = groups.get(key)
      groups.set(key, twins === undefined ? [object] : [...twins, object])
    }
    return groups
  }

  return {
    get: (key) => rows.get(key) ?? NONE,
    all: () => (all ??= [...rows.values()].flat()),
    adopt: (list, keeps = () => false) => {
      const changed = new Set<string>()
      if (list === given) return changed
      const next = grouped(list)
      let isWhole = true
      const keep = (key: string, before: readonly T[] | undefined): void => {
        isWhole = false
        if (before === undefined) next.delete(key)
        else next.set(key, before)
      }
      for (const [key, objects] of next) {
        const before = rows.get(key)
        if (before !== undefined && isSame(before, objects)) next.set(key, before)
        else if (keeps(key)) keep(key, before)
        else changed.add(key)
      }
      for (const [key, before] of rows) {
        if (next.has(key)) continue
        if (keeps(key)) keep(key, before)
        else changed.add(key)
      }
      rows = next
      given = isWhole ? list : undefined
      if (changed.size > 0) all = undefined
      return changed
    },
    put: (key, objects) => {
      const before = rows.get(key)
      if (isSame(before ?? NONE, objects)) return
      if (objects.length === 0) rows.delete(key)
      else rows.set(key, objects)
      given = undefined
      all = undefined
    },
  }
}

const NONE: readonly never[] = []

/** Equal as JSON: keys that are undefined count as absent. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]))
  if (Array.isArray(other)) return false
  return holds(one, other) && holds(other, one, true)
}

/** Each key of `one` has the same value in `other`; `keysOnly`: those that `other` lacks are undefined. */
const holds = (one: object, other: object, keysOnly = false): boolean => {
  for (const key in one) {
    const value: unknown = one[key as never]
    if (keysOnly ? value !== undefined && !(key in other) : !isSame(value, other[key as never])) return false
  }
  return true
}
