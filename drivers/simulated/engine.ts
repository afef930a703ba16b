import type { Engine, Images } from '../ports.ts'
import type { Echo } from './breaks.ts'
import { type Context, daemonAway, refuse, throwIfAborted } from './context.ts'

/** The daemon itself: its identity, its events and its images. */
export const createSimulatedEngine = (context: Context): Engine => ({
  ping: (signal) =>
    context.read({ port: 'engine', verb: 'ping', target: '', operation: 'reach Docker' }, signal, () => ({
      id: context.world.daemonId,
      dataRoot: '/simulated',
      version: '29.0.0',
      apiVersion: '1.51',
      operatingSystem: 'simulated',
      rootless: false,
    })),
  events: (signal) => streamOf(context, signal),
})

const streamOf = async function* (context: Context, signal: AbortSignal): AsyncGenerator<string | undefined> {
  const operation = 'follow the events of Docker'
  const queue: Echo[] = []
  let wake: () => void = () => undefined
  const stopListening = context.listen((echo) => {
    queue.push(echo)
    wake()
  })
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  try {
    throwIfAborted(operation, signal)
    await context.read({ port: 'engine', verb: 'events', target: '', operation }, signal, () => undefined)
    while (!signal.aborted) {
      const echo = queue.shift()
      if (echo === 'end') throw daemonAway(operation)
      if (echo === 'close') return
      if (echo !== undefined) yield echo === 'hint' ? undefined : echo.updated
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stopListening()
    signal.removeEventListener('abort', onAbort)
  }
}

export const createSimulatedImages = (context: Context): Images => {
  const { world } = context
  return {
    has: (reference, signal) =>
      context.read(
        { port: 'images', verb: 'has', target: reference, operation: `look for image ${reference}` },
        signal,
        () => world.images.includes(reference),
      ),
    pull: (reference, progress, signal) => {
      const operation = `pull image ${reference}`
      return context.change({ port: 'images', verb: 'pull', target: reference, operation }, signal, () => {
        if (!world.registry.includes('*') && !world.registry.includes(reference)) {
          throw refuse('ImageNotFound', operation, `manifest for ${reference} not found`)
        }
        progress('pulled')
        if (!world.images.includes(reference)) world.images.push(reference)
      })
    },
  }
}
