import { setTimeout as sleep } from 'node:timers/promises'
import { valueAt } from '../../drivers/json.ts'

/** People who look at the page, answer on it, and go. */
export interface Visitor {
  /** Opens the page for so long, at a bottle; how long the controller took to answer what was asked, in milliseconds. */
  look(bottle: string, seconds: number): Promise<number>
  /** As its dialog does: what it shows first is done. False: it can't be any more. */
  answer(id: string, verb: 'approve' | 'deny'): Promise<boolean>
}

export const createVisitor = ({ at, token }: { readonly at: string; readonly token: string }): Visitor => {
  const headers = { authorization: `Bearer ${token}` }
  const read = async (path: string): Promise<void> => {
    await (await fetch(`${at}${path}`, { headers })).text()
  }
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${at}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.ok ? response.json() : (await response.text(), undefined)
  }
  return {
    look: async (bottle, seconds) => {
      const gone = new AbortController()
      const stream = await fetch(`${at}/api/stream`, { headers, signal: gone.signal })
      const reading = drain(stream).catch(() => undefined)
      const began = performance.now()
      for (const path of [`/api/bottles/${bottle}`, `/api/bottles/${bottle}/usage`, '/metrics']) await read(path)
      const tookMs = performance.now() - began
      await sleep(seconds * 1_000)
      gone.abort()
      await reading
      return tookMs
    },
    answer: async (id, verb) => {
      const shown = await post('/api/preview', { verb, target: id, ...(verb === 'approve' ? { for: '1m' } : {}) })
      const done = await post('/api/do', { id: valueAt(shown, ['id']) })
      return valueAt(done, ['isDone']) === true
    },
  }
}

const drain = async ({ body }: Response): Promise<void> => {
  const reader = body?.getReader()
  while (reader !== undefined && !(await reader.read()).done);
}
