import type { Server } from 'node:net'
import { askByText, listenForTexts } from '../socket/text-socket.ts'
import type { PushAnswer } from './push.ts'

/** What the hook of a push sends the gate. `id` is that of the connection whose push it is. */
export interface HookAsked {
  readonly id: string
  readonly text: string
  readonly quarantine: Readonly<Record<string, string>>
}

/** Where the hooks of pushes ask: one JSON document in, one out. What isn't a question, or fails, is closed without an answer. */
export const listenForHooks = (path: string, answer: (asked: HookAsked) => Promise<PushAnswer>): Promise<Server> =>
  listenForTexts(path, {
    mostBytes: MOST_BYTES,
    answer: async (text) => JSON.stringify(await answer(JSON.parse(text) as HookAsked)),
  })

/** Rejects where there is no whole answer. A judgement takes its time. */
export const askGate = async (path: string, asked: HookAsked): Promise<PushAnswer> =>
  JSON.parse(await askByText(path, JSON.stringify(asked), { mostBytes: MOST_BYTES })) as PushAnswer

const MOST_BYTES = 1024 * 1024
