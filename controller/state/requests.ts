import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDisk, type Disk } from '../../drivers/disk/disk.ts'
import { type Answer, parseAnswer, parseRequest, type Request } from './request-file.ts'

export type { Answer, Request } from './request-file.ts'

/**
 * bottlectl's requests to the controller: `<state>/requests/<id>.json`, answered by `<id>.answer.json`.
 *
 * Flow: the client sends and polls; the controller lists, acts and answers, then removes the request.
 * Guarantees: a request waits for a controller that isn't running yet; it is listed until it is answered and never
 *   after, also across a crash; torn, foreign and oversized files are ignored.
 * Assumptions: carrying out a request twice is harmless (a crash before the answer causes that).
 */
const POLL_MS = 100
const MAX_BYTES = 16 * 1024
const MAX_LISTED = 1000
const KEEP_ANSWERS_MS = 10 * 60_000

/** Returns the id. Generates `id` and `at` unless given. */
export const sendRequest = async (
  stateDir: string,
  request: Omit<Request, 'id' | 'at'> & Partial<Pick<Request, 'id' | 'at'>>,
  disk: Disk = createDisk(),
): Promise<string> => {
  const whole: Request = { ...request, id: request.id ?? randomUUID(), at: request.at ?? new Date().toISOString() }
  await disk.writeDurable(requestPath(stateDir, whole.id), `${JSON.stringify(whole)}\n`)
  return whole.id
}

/** Rejects with the signal's reason; the request stays and is carried out later. */
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

/** Withdraws a request. Returns true if it was still there. */
export const withdrawRequest = async (stateDir: string, id: string, disk: Disk = createDisk()): Promise<boolean> => {
  const there = (await disk.list(join(stateDir, 'requests'))).includes(`${id}.json`)
  await disk.remove(requestPath(stateDir, id))
  return there
}

/** Lists the unanswered requests, oldest first. */
export const listRequests = async (stateDir: string, disk: Disk = createDisk()): Promise<readonly Request[]> => {
  const names = new Set(await disk.list(join(stateDir, 'requests')))
  const ids = [...names]
    .flatMap((name) => /^([^.]+)\.json$/.exec(name)?.[1] ?? [])
    .filter((id) => !names.has(`${id}.answer.json`))
  const requests: Request[] = []
  for (const id of ids.slice(0, MAX_LISTED)) {
    const request = parseRequest(await readQuietly(disk, requestPath(stateDir, id)), id)
    if (request !== undefined) requests.push(request)
  }
  return requests.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))
}

/** Writes the answer before it removes the request: a crash in between leaves an answered request, which isn't listed. */
export const answerRequest = async (
  stateDir: string,
  id: string,
  answer: Omit<Answer, 'id'>,
  disk: Disk = createDisk(),
): Promise<void> => {
  await disk.writeDurable(answerPath(stateDir, id), `${JSON.stringify({ ...answer, id })}\n`)
  await disk.remove(requestPath(stateDir, id))
}

/** Removes answers older than ten minutes, and requests that a crash left beside their answer. `now` in milliseconds. */
export const pruneAnswers = async (stateDir: string, now: number, disk: Disk = createDisk()): Promise<void> => {
  const names = await disk.list(join(stateDir, 'requests'))
  for (const id of names.flatMap((name) => /^([^.]+)\.answer\.json$/.exec(name)?.[1] ?? [])) {
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
