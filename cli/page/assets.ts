import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** What a browser loads: four files, made by `npm run page`. They have no secret. */
export interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** By path. Empty where they weren't built: they are not in the sources. */
export const loadAssets = async (): Promise<ReadonlyMap<string, Asset>> => {
  const folder = fileURLToPath(new URL('../../page/built/', import.meta.url))
  const found = await Promise.all(
    Object.entries(TYPES).map(async ([name, type]): Promise<readonly (readonly [string, Asset])[]> => {
      const body = await readFile(`${folder}${name}`).catch(() => undefined)
      return body === undefined ? [] : [[name === 'index.html' ? '/' : `/${name}`, { type, body }]]
    }),
  )
  return new Map(found.flat())
}
