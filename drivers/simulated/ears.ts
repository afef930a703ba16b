import type { EarAt } from '../bundles.ts'
import { cancelled } from '../errors.ts'
import { type Context, refuse, throwIfAborted } from './context.ts'
import { keyIn, waitingIn } from './asked.ts'
import type { Indexes } from './index-by.ts'
import { holdsAddress, type SimulatedContainer, type World } from './world.ts'

/** What simulated agents ask: each asks again until its bundle was told of it, also after a restart of the bundle. */
export const createSimulatedEars = (
  context: Context,
  indexes: Indexes,
): ((at: EarAt, signal?: AbortSignal) => Promise<string>) => {
  const { world } = context
  return async ({ ip, heard }, signal) => {
    const operation = `hear what is asked at ${ip}`
    throwIfAborted(operation, signal)
    await context.wait({ port: 'bundles', verb: 'hear', target: ip, operation }, 'hear', signal)
    for (;;) {
      const bundle = indexes.containersByIp.get(ip).find((each) => holdsAddress(each))
      if (bundle?.state !== 'running' || bundle.env['BOTTLE_SUPERVISE'] !== '1')
        throw refuse('Unavailable', operation, 'connection refused')
      const report = reportOf(world, bundle)
      if (heard?.run !== report.run || report.seq > heard.seq) return JSON.stringify(report)
      await nextAsk(world, operation, signal)
    }
  }
}

const nextAsk = (world: World, operation: string, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const all = waitingIn(world)
    const end = (): void => {
      all.delete(end)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted === true) reject(cancelled(operation))
      else resolve()
    }
    all.add(end)
    signal?.addEventListener('abort', end, { once: true })
  })

const reportOf = (world: World, { name, id, startedAt, pid, answers = {} }: SimulatedContainer) => {
  const { seq = 0, asks = [] } = world.asked?.[name] ?? {}
  return {
    version: 1,
    run: hexOf(`${id}${startedAt ?? ''}${pid ?? 0}`),
    seq,
    asks: asks.filter((content) => answers[keyIn(content)] === undefined).map((content) => ({ content })),
    notices: [],
    used: Object.values(answers).flatMap(({ id, used, usedHere }) => (usedHere === true && used !== true ? [id] : [])),
  }
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex').slice(-32)
