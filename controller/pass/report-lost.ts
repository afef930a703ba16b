import { identityOf } from '../../reconcilers/derive/identity.ts'
import type { Context } from './context.ts'

/** Reports records that could not be read, as events of their bottles. */
export const reportLost = ({
  announcer,
  drivers,
  store,
  registry,
}: Pick<Context, 'announcer' | 'drivers' | 'store' | 'registry'>): void => {
  const lost = drivers.records.lost()
  if (lost.length === 0) return
  const names = new Map(registry.all().map(({ identity, name }) => [identity, name]))
  const named = new Set<string>()
  for (const name of store.names())
    for (const { bottle } of store.documents(name)) {
      const identity = bottle === undefined ? undefined : identityOf(bottle)
      if (identity !== undefined) names.set(identity, name)
      named.add(name)
    }
  for (const { identity, path, why } of lost) {
    const name = names.get(identity) ?? identity
    const now =
      registry.byName(name) === undefined
        ? 'nothing that it owned was found'
        : named.has(name)
          ? 'what it owned is adopted by its labels'
          : `its document is gone and what it owned runs on: bottlectl delete bottle ${name} --purge removes it`
    announcer.warn(
      { name, identity },
      'RecordLost',
      `its record could not be read (${why}) and is kept as ${path}; its subnet, the keys of its environment and what else only the record knew are lost; ${now}`,
    )
  }
}
