import { request } from 'node:http'
import { join } from 'node:path'
import type { IncomingMessage } from 'node:http'
import type { Client } from '../../helpers/client.ts'
import { createClient } from '../../helpers/client.ts'
import { parseListen } from '../../../cli/listen/address.ts'
import { openListener } from '../../../cli/listen/listen.ts'
import { notedPage } from '../../../controller/state/page-note.ts'
import type { Change } from '../../../page/wire.ts'

/** The page of a folder of files, over real HTTP; no controller runs. */
export interface Served {
  readonly client: Client
  readonly port: number
  readonly token: string
  /** With token and JSON as the page sends them, unless headers say otherwise; one that is undefined is left out. */
  ask(
    path: string,
    change?: {
      readonly method?: string
      readonly headers?: Readonly<Record<string, string | undefined>>
      readonly body?: string
    },
  ): Promise<Answered>
  /** The changes as they come; `undefined` once it ended. */
  follow(): Promise<Followed>
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface Followed {
  readonly status: number
  /** The first one that fits, of those that came and come. */
  until(met: (change: Change) => boolean): Promise<Change>
  readonly response: IncomingMessage
  readonly ended: Promise<void>
  end(): void
}

export const serving = async (
  body: (served: Served) => Promise<void>,
  setting: {
    readonly tokenFile?: (client: Client) => Promise<string>
    readonly prepare?: (client: Client) => Promise<void>
  } = {},
): Promise<void> => {
  const client = await createClient()
  const address = parseListen('127.0.0.1:0')
  await setting.prepare?.(client)
  if (address === undefined) throw new Error('no address')
  const tokenFile = await setting.tokenFile?.(client)
  const { root, stateDir } = client
  const page = {
    root,
    lockDir: stateDir,
    stateDir,
    tools: { smolvm: 'smolvm' },
    env: { XDG_STATE_HOME: join(root, '.home') },
    warn: (why: string) => console.error(why),
  }
  const listener = await openListener(address, { tokenFile, page })
  try {
    const port = Number(listener.at.split(':').at(-1))
    const token = (await notedPage(stateDir))?.token ?? ''
    const open = (path: string, change: Parameters<Served['ask']>[1] = {}): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const { method = 'GET', headers = {}, body: sent } = change
        const all = {
          authorization: `Bearer ${token}`,
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        }
        request(
          {
            port,
            host: '127.0.0.1',
            path,
            method,
            headers: Object.fromEntries(
              Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined),
            ),
            agent: false,
          },
          resolve,
        )
          .once('error', reject)
          .end(sent)
      })
    await body({
      client,
      port,
      token,
      ask: async (path, change) => {
        const response = await open(path, change)
        let text = ''
        for await (const chunk of response) text += String(chunk)
        return { status: response.statusCode ?? 0, headers: response.headers, text }
      },
      follow: async () => {
        const response = await open('/api/stream')
        const came: Change[] = []
        let wake = (): void => {}
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
          const events = text.split('\n\n')
          text = events.pop() ?? ''
          for (const event of events) if (event.startsWith('data: ')) came.push(JSON.parse(event.slice(6)) as Change)
          wake()
        })
        const ended = new Promise<void>((resolve) => response.once('close', resolve))
        response.on('error', () => undefined)
        return {
          status: response.statusCode ?? 0,
          response,
          ended,
          end: () => void response.destroy(),
          until: async (met) => {
            for (;;) {
              const found = came.find(met)
              if (found !== undefined) return found
              await new Promise<void>((resolve) => (wake = resolve))
            }
          },
        }
      },
    })
  } finally {
    await listener.close()
    await client.remove()
  }
}

export const bottleText = (name: string, spec = '{agent: claude}'): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec: ${spec}\n`
