import { join } from 'node:path'
import { createDisk } from '../../drivers/disk/disk.ts'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import { lockHolder } from './lock.ts'

/** Where the page of a controller is, for `bottlectl dashboard`; for its user only, as every file of the state folder. */
export interface PageNote {
  /** `http://127.0.0.1:9110` */
  readonly at: string
  /** Which run serves it: the nonce of its lock. Another one has left it. */
  readonly run: string
  /** The same at each start, so that a page that is open comes back. */
  readonly token?: string
  /** Whose token it is instead. */
  readonly tokenFile?: string
}

const NOTE = 'page.json'
const MOST_BYTES = 4_096

/** By the controller that holds the lock. */
export const notePage = async (stateDir: string, note: Omit<PageNote, 'run'>): Promise<void> =>
  createDisk().writeDurable(join(stateDir, NOTE), `${JSON.stringify({ ...note, run: await runOf(stateDir) })}\n`)

/** Where the controller that runs now serves it; undefined: it doesn't. Who has the place of an earlier one isn't asked. */
export const servedPage = async (stateDir: string): Promise<PageNote | undefined> => {
  const note = await notedPage(stateDir)
  return note !== undefined && note.run === (await runOf(stateDir)) ? note : undefined
}

const runOf = async (stateDir: string): Promise<string> =>
  (await lockHolder(stateDir).catch(() => undefined))?.nonce ?? ''

/** The last one, whoever left it; undefined: there was none, or it can't be read. */
export const notedPage = async (stateDir: string): Promise<PageNote | undefined> => {
  const text = await readOwn(join(stateDir, NOTE), MOST_BYTES).catch(() => undefined)
  const value = parseJson(text ?? '')
  if (!isRecord(value)) return undefined
  const { at, run, token, tokenFile } = value
  if (typeof at !== 'string' || !/^http:\/\/[\w.:[\]-]+$/.test(at)) return undefined
  return {
    at,
    run: typeof run === 'string' ? run : '',
    ...(typeof token === 'string' && /^[0-9a-f]{64}$/.test(token) ? { token } : {}),
    ...(typeof tokenFile === 'string' ? { tokenFile } : {}),
  }
}
