import type { Ask } from '../../controller/asks/ask.ts'
import { byTime, createAskFiles } from '../../controller/asks/ask-files.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { CliError } from '../print/cli-error.ts'
import { allRecords } from './all-records.ts'
import type { BottleView } from './bottle-view.ts'

/** An ask and whose it is. */
export interface NamedAsk {
  readonly bottle: string
  readonly identity: string
  readonly ask: Ask
}

/** All that are kept, oldest first: the open ones, and those decided within a day. */
export const loadAsks = async (stateDir: string): Promise<readonly NamedAsk[]> => {
  const all = await Promise.all((await allRecords(stateDir)).map((record) => asksOf(stateDir, record)))
  return oldestFirst(all.flat())
}

/** Of one bottle. */
export const asksOf = async (
  stateDir: string,
  record: Pick<BottleRecord, 'name' | 'identity' | 'uid'> | undefined,
): Promise<readonly NamedAsk[]> => {
  if (record === undefined) return []
  const { name, identity, uid } = record
  const asks = await readAsks(stateDir, identity)
  return asks.filter((ask) => ask.uid === uid).map((ask) => ({ bottle: name, identity, ask }))
}

/** Those that wait of these bottles, oldest first. */
export const openAsks = async (
  stateDir: string,
  bottles: readonly Pick<BottleView, 'name' | 'identity' | 'status'>[],
): Promise<readonly NamedAsk[]> => {
  const all = await Promise.all(
    bottles.map(({ name, identity, status: { uid } = {} }) =>
      asksOf(stateDir, identity === undefined || uid === undefined ? undefined : { name, identity, uid }),
    ),
  )
  return oldestFirst(all.flat().filter(({ ask }) => ask.state === 'open'))
}

const oldestFirst = (asks: readonly NamedAsk[]): readonly NamedAsk[] => asks.toSorted((a, b) => byTime(a.ask, b.ask))

/** The open one that a person names, whole or by its begin. */
export const pickAsk = async (stateDir: string, word: string): Promise<NamedAsk> => {
  const all = await loadAsks(stateDir)
  const found = all.filter(({ ask }) => ask.id === word || (word.length >= 3 && ask.id.startsWith(word)))
  const [first, second] = found
  if (first === undefined) throw new CliError(`there is no ask "${word}"`, 'bottlectl asks shows those that wait', 3)
  if (second !== undefined)
    throw new CliError(`"${word}" is more than one ask`, found.map(({ ask }) => ask.id).join(', '), 2)
  if (first.ask.state !== 'open')
    throw new CliError(
      `ask ${first.ask.id} of bottle/${first.bottle} is decided: ${first.ask.state}${first.ask.by === undefined ? '' : ` by ${first.ask.by}`}`,
      'bottlectl asks shows those that wait',
      'Conflict',
    )
  return first
}

/** Nothing is removed here, whatever a crash has left. */
const readAsks = (stateDir: string, identity: string): Promise<readonly Ask[]> =>
  createAskFiles(stateDir, { ...createDisk(), remove: async () => undefined }).list(identity)
