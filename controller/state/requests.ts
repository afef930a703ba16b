import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDisk, type Disk } from '../../drivers/disk/disk.ts'
import { type Answer, parseAnswer, parseRequest, type Request } from './request-file.ts'

export type { Answer, Request } from './request-file.ts'

/**
 * How bottlectl asks the controller for what isn't an edit: `<state>/requests/<id>.json`, answered by `<id>.answer.json`.
 *
 * Flow: the client sends and waits; the controller lists, acts, answers; the request goes away once its answer stands.
 * Guarantees: a request waits for a controller that isn't running yet; it is listed until answered and never after, also
 *   across a crash between answer and removal; torn, foreign and oversized files are passed over.
 * Assumptions: carrying out a request twice is harmless (a crash before the answer leads to that).
 * Caveats: the client polls, as the folder may not exist yet.
 */
const POLL_MS = 100
const MAX_BYTES = 16 * 1024
const MAX_LISTED = 1000
const KEEP_ANSWERS_MS = 10 * 60_000

/** Returns the id. `id` and `at` are made here unless given. */
export const sendRequest = async (
  stateDir: string,
  request: Omit<Request, 'id' | 'at'> & Partial<Pick<Request, 'id' | 'at'>>,
  disk: Disk = createDisk(),
): Promise<string> => {
  const whole: Request = { ...request, id: request.id ?? randomUUID(), at: request.at ?? new Date().toISOString() }
  await disk.writeDurable(requestPath(stateDir, whole.id), `${JSON.stringify(whole)}\n`)
  return whole.id
}

/** Rejects with the signal's reason: the request stays and is carried out later. */
export const awaitAnswer = async (
  stateDir: string,
  id: string,
  signal: AbortSignal,
  disk: Disk = createDisk(),
): Promise<Answer> => {
  for (;;) {
    signal.throwIfAborted()
    const answer = await readAnswer(stateDir, id, disk)
    if (answer !== undefined) return answer
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Takes a request back that no controller has answered; true if it was still there. */
export const withdrawRequest = async (stateDir: string, id: string, disk: Disk = createDisk()): Promise<boolean> => {
  const there = (await disk.list(join(stateDir, 'requests'))).includes(`${id}.json`)
  await disk.remove(requestPath(stateDir, id))
  return there
}

/** Unanswered ones, oldest first. */
export const listRequests = async (stateDir: string, disk: Disk = createDisk()): Promise<readonly Request[]> => {
  const names = new Set(await disk.list(join(stateDir, 'requests')))
  const ids = [...names]
    .flatMap((name) => /^(.+?)\.json$/.exec(name)?.[1] ?? [])
    .filter((id) => !names.has(`${id}.answer.json`))
  const requests: Request[] = []
  for (const id of ids.slice(0, MAX_LISTED)) {
    const request = parseRequest(await readQuietly(disk, requestPath(stateDir, id)), id)
    if (request !== undefined) requests.push(request)
  }
  return requests.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))
}

/** The answer first, then the request goes: a crash in between leaves an answered request, which no list shows. */
export const answerRequest = async (
  stateDir: string,
  id: string,
  answer: Omit<Answer, 'id'>,
  disk: Disk = createDisk(),
): Promise<void> => {
  await disk.writeDurable(answerPath(stateDir, id), `${JSON.stringify({ ...answer, id })}\n`)
  await disk.remove(requestPath(stateDir, id))
}

/** Drops answers older than ten minutes, and requests that a crash left beside their answer. `now` in milliseconds. */
export const pruneAnswers = async (stateDir: string, now: number, disk: Disk = createDisk()): Promise<void> => {
  const names = await disk.list(join(stateDir, 'requests'))
  for (const id of names.flatMap((name) => /^(.+?)\.answer\.json$/.exec(name)?.[1] ?? [])) {
    if (names.includes(`${id}.json`)) await disk.remove(requestPath(stateDir, id))
    const answer = await readAnswer(stateDir, id, disk)
    if (answer === undefined || now - Date.parse(answer.at) > KEEP_ANSWERS_MS)
      await disk.remove(answerPath(stateDir, id))
  }
}

const requestPath = (stateDir: string, id: string): string => join(stateDir, 'requests', `${id}.json`)

const answerPath = (stateDir: string, id: string): string => join(stateDir, 'requests', `${id}.answer.json`)

const readAnswer = async (stateDir: string, id: string, disk: Disk): Promise<Answer | undefined> =>
  parseAnswer(await readQuietly(disk, answerPath(stateDir, id)), id)

const readQuietly = (disk: Disk, path: string): Promise<string | undefined> =>
  disk.read(path, MAX_BYTES).catch(() => undefined)
