import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import { lastHolder } from './lock.ts'
import { parseJson, valueAt } from '../../drivers/json.ts'

/**
 * Whether the last run on a state folder was simulated: real and simulated state lie side by side in it.
 *
 * Flow: the lock says so for a controller that runs or was killed; for one that ended, the note `last-run` does.
 * Guarantees: reading writes nothing; the note is written only if it changes.
 * Caveats: older versions left neither. If both kinds of state exist, the one written last is assumed.
 */
export interface LastRun {
  readonly simulated: boolean
  readonly known: 'running' | 'killed' | 'ended' | 'guessed' | 'never'
}

const NOTE = 'last-run'

export const noteRun = async (stateDir: string, simulated: boolean): Promise<void> => {
  if ((await noted(stateDir)) === simulated) return
  await createDisk().writeDurable(join(stateDir, NOTE), `${JSON.stringify({ simulated })}\n`)
}

export const lastRun = async (stateDir: string): Promise<LastRun> => {
  const last = await lastHolder(stateDir).catch(() => undefined)
  if (last?.holder.simulated !== undefined)
    return { simulated: last.holder.simulated, known: last.alive ? 'running' : 'killed' }
  const simulated = await noted(stateDir)
  if (simulated !== undefined) return { simulated, known: 'ended' }
  const [real, other] = await Promise.all([lastUse(stateDir), lastUse(join(stateDir, 'simulated'))])
  const known = real > 0 && other > 0 ? 'guessed' : real > 0 || other > 0 ? 'ended' : 'never'
  return { simulated: other > real, known }
}

const noted = async (stateDir: string): Promise<boolean | undefined> => {
  const text = await readOwn(join(stateDir, NOTE)).catch(() => undefined)
  const simulated = valueAt(parseJson(text ?? ''), ['simulated'])
  return typeof simulated === 'boolean' ? simulated : undefined
}

const lastUse = async (folder: string): Promise<number> => {
  const times = await Promise.all(
    ['owner', 'events.jsonl'].map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Math.max(...times)
}
