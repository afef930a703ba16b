import type { SimulatedContainer, SimulatedNetwork, World } from './world.ts'

/**
 * Finds rows of a world's table by something else than their key, without walking thousands of them at each look.
 *
 * Assumptions: who changes a table from outside puts a new table in its place; who adds a row here says so.
 */
export interface Index<T> {
  get(key: string): readonly T[]
  added(row: T): void
}

export interface IndexOptions<T> {
  table(): Readonly<Record<string, T>>
  rowKeyOf(row: T): string
  keyOf(row: T): string
}

export const createIndex = <T>({ table, rowKeyOf, keyOf }: IndexOptions<T>): Index<T> => {
  let rows = new Map<string, T[]>()
  let of: Readonly<Record<string, T>> | undefined

  const put = (row: T): void => {
    const same = rows.get(keyOf(row))
    if (same === undefined) rows.set(keyOf(row), [row])
    else same.push(row)
  }

  const current = (): Map<string, T[]> => {
    if (of !== table()) {
      rows = new Map()
      of = table()
      for (const row of Object.values(of)) put(row)
    }
    return rows
  }

  return {
    get: (key) => {
      const all = current().get(key)
      if (all === undefined) return []
      const alive = all.filter((row) => table()[rowKeyOf(row)] === row)
      if (alive.length === 0) rows.delete(key)
      else if (alive.length < all.length) rows.set(key, alive)
      return alive
    },
    added: (row) => {
      if (of === table()) put(row)
    },
  }
}

export interface Indexes {
  readonly networksByName: Index<SimulatedNetwork>
  readonly networksByGateway: Index<SimulatedNetwork>
  readonly containersById: Index<SimulatedContainer>
  readonly containersByNetwork: Index<SimulatedContainer>
  /** By the label that all of one bottle carry. */
  readonly containersByUid: Index<SimulatedContainer>
  readonly containersByIp: Index<SimulatedContainer>
}

export const UID = 'dev.bottled.uid'

export const createIndexes = (world: World): Indexes => {
  const containers = { table: () => world.containers, rowKeyOf: ({ name }: SimulatedContainer) => name }
  const networks = { table: () => world.networks, rowKeyOf: ({ id }: SimulatedNetwork) => id }
  return {
    networksByName: createIndex({ ...networks, keyOf: ({ name }) => name }),
    networksByGateway: createIndex({ ...networks, keyOf: ({ gateway }) => gateway ?? '' }),
    containersById: createIndex({ ...containers, keyOf: ({ id }) => id }),
    containersByNetwork: createIndex({ ...containers, keyOf: ({ networkId }) => networkId }),
    containersByUid: createIndex({ ...containers, keyOf: ({ labels }) => labels[UID] ?? '' }),
    containersByIp: createIndex({ ...containers, keyOf: ({ ip }) => ip }),
  }
}

export const indexContainer = (indexes: Indexes, container: SimulatedContainer): void => {
  indexes.containersById.added(container)
  indexes.containersByNetwork.added(container)
  indexes.containersByUid.added(container)
  indexes.containersByIp.added(container)
}
