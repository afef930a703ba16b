import { createServer } from 'node:https'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createSrtEngine } from '../bundle/engine/srt.ts'
import { createGuard } from '../bundle/guard/guard.ts'
import { compile } from '../egress/compile.ts'

/**
 * `node proxy-parts.js server|proxy CERTIFICATES MODULES [PORT]`: one of the two ends of a measurement, as a process of its own.
 * Prints its port.
 */
const [role, certificates = '', modules = '', serverPort = '0'] = process.argv.slice(2)
const { bottle, internet, server } = JSON.parse(readFileSync(certificates, 'utf8')) as Record<
  'bottle' | 'internet' | 'server',
  { readonly cert: string; readonly key: string }
>
const CHUNK = Buffer.alloc(64 * 1024)

/** `/small`, `/down?BYTES`, `/stream` (one byte, and no end) and uploads, which are counted. */
const serve = (): void => {
  const listening = createServer(server, (request, response) => {
    const [path, bytes] = (request.url ?? '').split('?')
    if (path === '/stream') return void response.writeHead(200).write('x')
    if (path === '/small') return void response.end('{"ok":true}')
    if (path === '/up') {
      let size = 0
      request.on('data', (chunk: Buffer) => (size += chunk.length))
      request.on('end', () => response.end(String(size)))
      return
    }
    let left = Number(bytes)
    response.writeHead(200, { 'content-length': left })
    const more = (): void => {
      while (left > 0) {
        left -= CHUNK.length
        if (!response.write(CHUNK)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  listening.listen(0, '127.0.0.1', () => console.log((listening.address() as AddressInfo).port))
}

/** As in a bundle, but that the server is on loopback, which a bundle never reaches. */
const proxy = async (): Promise<void> => {
  const credential = { secret: 'TOKEN', header: 'Authorization', format: 'Bearer {}' }
  const compiled = compile({ allow: [{ host: 'a.test', ports: [Number(serverPort)], credential }] }, [])
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const guard = createGuard({
    policy: () => compiled.policy,
    secret: () => 'value',
    own: () => [],
    lookUp: () => Promise.resolve([]),
    now: () => Date.now(),
  })
  const engine = await createSrtEngine({
    modules,
    ca: bottle,
    serverCas: [internet.cert],
    guard: { ...guard, resolve: () => Promise.resolve(['127.0.0.1']) },
  })
  console.log(await engine.listen({ host: '127.0.0.1', port: 0 }))
}

if (role === 'server') serve()
else await proxy()
