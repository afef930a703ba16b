import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { parseJson, valueAt } from '../../drivers/json.ts'
import type { Actions } from './actions.ts'
import type { Asset } from './assets.ts'
import type { Place } from './captured.ts'
import { detailOf, logOf, viewOf } from './detail.ts'
import { Busy, fewAtOnce } from './few.ts'
import { HEADERS, refusalOf } from './guard.ts'
import type { Live } from './live.ts'
import { NOTHING } from './snapshot.ts'
import type { Usages } from './usages.ts'
import { isTarget, judgeAction } from './words.ts'

/**
 * The page's paths.
 *
 * Guarantees: each request passes the guard first; bodies, streams and answers are bounded; who doesn't read his stream is
 *   closed by the server's own time, as nothing more is written to him.
 */
export interface AppSetting {
  readonly place: Place
  readonly live: Live
  readonly actions: Actions
  readonly usages: Usages
  readonly assets: ReadonlyMap<string, Asset>
  readonly token: string
  readonly isOwnHost: (host: string | undefined) => boolean
  /** The end of the listener. */
  readonly signal: AbortSignal
}

export const MOST_STREAMS = 32
/** Each may read all files, or ask Docker. */
const MOST_READS = 8
const MOST_BYTES = 8 * 1024
/** More often than a silent connection is closed. */
const BEAT_MS = 4_000

export const createApp = (setting: AppSetting): Hono<{ Bindings: HttpBindings }> => {
  const { place, live, actions, usages, assets, token, isOwnHost, signal } = setting
  const app = new Hono<{ Bindings: HttpBindings }>()
  const few = fewAtOnce(MOST_READS)
  let streams = 0

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value)
    const { method, path } = context.req
    const refused = refusalOf({ method, path, header: (name) => context.req.header(name) }, { token, isOwnHost })
    if (refused !== undefined) return context.text(`${refused.why}\n`, refused.status)
    return next()
  })
  app.use(bodyLimit({ maxSize: MOST_BYTES, onError: (context) => context.text('it is too large\n', 413) }))
  app.onError((error, context) =>
    error instanceof Busy
      ? context.text(`${error.message}\n`, 429)
      : context.text('it failed, or took too long: look again before you repeat it\n', 500),
  )
  app.notFound((context) => context.text('there is no such thing\n', 404))

  app.get('/api/stream', (context) => {
    if (streams >= MOST_STREAMS) return context.text('too many look at it\n', 503)
    streams += 1
    const looker = live.join()
    const gone = new AbortController()
    const end = (): void => gone.abort()
    context.env.outgoing.once('close', end)
    signal.addEventListener('abort', end, { once: true })
    return streamSSE(context, async (stream) => {
      stream.onAbort(end)
      try {
        let sent = NOTHING
        while (!gone.signal.aborted) {
          const change = live.since(sent)
          sent = live.current()
          if (change === undefined) await stream.write(': beat\n\n')
          else await stream.writeSSE({ data: change })
          await live.changed(sent, BEAT_MS, gone.signal)
        }
      } finally {
        streams -= 1
        looker.leave()
        signal.removeEventListener('abort', end)
      }
    })
  })

  app.get('/api/bottles/:name', async (context) => {
    const name = context.req.param('name')
    const detail = await few(() => detailOf(place, { name, loaded: live.loaded(), signal }))
    return detail === undefined ? context.notFound() : context.json(detail)
  })
  app.get('/api/bottles/:name/usage', async (context) => {
    const view = await few(() => viewOf(place, context.req.param('name'), live.loaded()))
    return view === undefined ? context.notFound() : context.json(await usages.of(view))
  })
  app.get('/api/bottles/:name/log', async (context) => {
    const part = context.req.query('part') === 'machine' ? 'machine' : 'bundle'
    const name = context.req.param('name')
    return isTarget(name) ? context.json(await few(() => logOf(place, { name, part, signal }))) : context.notFound()
  })

  app.post('/api/preview', async (context) => {
    const action = judgeAction(parseJson(await context.req.text()))
    return action === undefined ? context.text('that is no action\n', 400) : context.json(await actions.preview(action))
  })
  app.post('/api/do', async (context) => {
    const id = valueAt(parseJson(await context.req.text()), ['id'])
    const done = typeof id === 'string' ? await actions.carryOut(id) : undefined
    return done === undefined ? context.text('it must be shown first\n', 409) : context.json(done)
  })

  app.get('*', (context) => {
    const { path } = context.req
    const asset = assets.get(path)
    if (asset === undefined && path === '/') return context.text('the page is not built: npm run page\n', 503)
    if (asset === undefined) return context.notFound()
    return context.body(asset.body, 200, { 'content-type': asset.type })
  })
  return app
}
