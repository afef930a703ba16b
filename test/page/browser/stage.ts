import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askText } from '../../../controller/asks/ask.ts'
import { notedPage } from '../../../controller/state/page-note.ts'
import type { AskContent } from '../../../egress/asks/content.ts'
import { buildPage } from '../../../release/build-page.ts'
import { until } from '../../helpers/simulated-run.ts'
import type { Place } from '../../helpers/simulated-run.ts'
import { steadily } from '../../helpers/steadily.ts'

/** A simulated controller that serves the page. */
export interface Stage {
  readonly place: Place
  /** With the token in its fragment. */
  url(): Promise<string>
  write(name: string, spec: string): Promise<void>
  text(file: string): Promise<string>
  start(): Promise<void>
  stop(): Promise<void>
  /** As the controller would have kept it: it is read at the next start. Returns its id. */
  asks(bottle: string, content: AskContent, minutesAgo?: number): Promise<string>
}

/** Where the sources look for it; a built bottled has its own, beside it. */
export const builtPage = (): Promise<void> => buildPage(join(import.meta.dirname, '..', '..', '..', 'page', 'built'))

export const stageOf = (place: Place): Stage => {
  let address = '127.0.0.1:0'
  let running: ReturnType<Place['start']> | undefined
  const state = join(place.state, 'simulated')
  return {
    place,
    url: async () => {
      const note = await notedPage(place.state)
      return `${note?.at}/#token=${note?.token}`
    },
    write: (name, spec) =>
      writeFile(
        join(place.root, `${name}.yaml`),
        `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec:\n${spec}`,
      ),
    text: async (file) => steadily(() => readFileSync(join(place.root, file), 'utf8')),
    start: async () => {
      const started = place.start('--listen', address)
      running = started
      await until('it serves', () => started.stderr().includes('are served at'))
      address = /are served at http:\/\/([\d.:]+)/.exec(started.stderr())?.[1] ?? address
    },
    stop: async () => {
      await running?.stop()
    },
    asks: async (bottle, content, minutesAgo = 2) => {
      const folder = join(state, 'bottles', bottle)
      const { uid } = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as { readonly uid: string }
      await mkdir(join(folder, 'asks'), { recursive: true })
      const count = existsSync(join(folder, 'asks')) ? (await readdir(join(folder, 'asks'))).length : 0
      const key = createHash('sha256').update(`${bottle} ${count}`).digest('hex')
      const id = key.slice(0, 8).replace(/./g, (digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)] ?? '')
      const openedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString()
      await writeFile(
        join(folder, 'asks', `${id}.json`),
        askText({ version: 1, id, uid, key, state: 'open', content, openedAt, announced: true }),
        { mode: 0o600 },
      )
      return id
    },
  }
}
