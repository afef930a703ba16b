import type { BottleRecord } from '../../drivers/ports.ts'
import { duplicatesOf } from './judge.ts'
import type { Store } from '../feed/store.ts'

/** Unreadable documents and duplicates, one `path:line: message` each. Pure. */
export const unclearLines = (
  store: Pick<Store, 'unclear' | 'names' | 'documents'>,
  recordOf: (name: string) => BottleRecord | undefined,
): readonly string[] => [
  // A folder that can't be read is reported once; it isn't the fault of any bottle.
  ...store.unclear().flatMap(({ path, why }) => (path.endsWith('/') ? [] : [why])),
  ...[...store.names()].flatMap((name) =>
    duplicatesOf(store.documents(name), recordOf(name)).map(
      ({ document: { path, line }, message }) => `${path}:${line}: ${message}`,
    ),
  ),
]
