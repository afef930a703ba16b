import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord, parseJson } from '../json.ts'
import type { Care } from './copy-bytes.ts'
import { readText } from './read-bounded.ts'

/**
 * The state folders of controllers in a tree, whatever they are called and whoever's they are: known by their content.
 *
 * Guarantees: links are not followed; what can't be read counts as none, as it isn't copied either. Paths begin with `./`.
 */
export const stateFoldersIn = async (top: string, { signal, alive }: Care): Promise<readonly string[]> => {
  const found: string[] = []
  const waiting = ['.']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted()
    alive()
    const entries = await readdir(join(top, folder), { withFileTypes: true }).catch(() => [])
    const names = new Set(entries.map(({ name }) => name))
    if (await isState(join(top, folder), names)) found.push(folder)
    else
      for (const entry of entries)
        if (entry.isDirectory() && entry.name !== '.bottled') waiting.push(`${folder}/${entry.name}`)
  }
  return found
}

/** It says whose it is; where that was lost, there are records in it. */
const isState = async (folder: string, names: ReadonlySet<string>): Promise<boolean> => {
  if (names.has('owner') && isOwner(await readText(join(folder, 'owner')))) return true
  if (!names.has('bottles')) return false
  const identities = await readdir(join(folder, 'bottles')).catch(() => [])
  for (const identity of identities.slice(0, MOST_LOOKS))
    if (isRecordFile(await readText(join(folder, 'bottles', identity, 'record.json')))) return true
  return false
}

const MOST_LOOKS = 20

const isOwner = (text: string | undefined): boolean => {
  const value = parseJson(text ?? '')
  return isRecord(value) && ['id', 'path', 'machine'].every((key) => typeof value[key] === 'string')
}

const isRecordFile = (text: string | undefined): boolean => {
  const value = parseJson(text ?? '')
  return isRecord(value) && ['uid', 'identity', 'specHash'].every((key) => typeof value[key] === 'string')
}
