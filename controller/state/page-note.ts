import { join } from 'node:path'
import { createDisk } from '../../drivers/disk/disk.ts'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'

/** Where the page of a controller is, for `bottlectl dashboard`; for its user only, as every file of the state folder. */
export interface PageNote {
  /** `http://127.0.0.1:9110` */
  readonly at: string
  /** The same at each start, so that a page that is open comes back. */
  readonly token?: string
  /** Whose token it is instead. */
  readonly tokenFile?: string
}

const NOTE = 'page.json'
const MOST_BYTES = 4_096

export const notePage = (stateDir: string, note: PageNote): Promise<void> =>
  createDisk().writeDurable(join(stateDir, NOTE), `${JSON.stringify(note)}\n`)

/** undefined: there was none, or it can't be read. */
export const notedPage = async (stateDir: string): Promise<PageNote | undefined> => {
  const text = await readOwn(join(stateDir, NOTE), MOST_BYTES).catch(() => undefined)
  const value = parseJson(text ?? '')
  if (!isRecord(value)) return undefined
  const { at, token, tokenFile } = value
  if (typeof at !== 'string' || !/^http:\/\/[\w.:[\]-]+$/.test(at)) return undefined
  return {
    at,
    ...(typeof token === 'string' && /^[0-9a-f]{64}$/.test(token) ? { token } : {}),
    ...(typeof tokenFile === 'string' ? { tokenFile } : {}),
  }
}
