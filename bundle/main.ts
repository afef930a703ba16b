import { join } from 'node:path'
import { askControl, MOST_BYTES } from './control/socket.ts'
import { end, placeOf, say } from './end.ts'

/**
 * The one process of the bundle image: `bottled-bundle [serve | control | converse | talk | check]`; `scan` and `hook` are the
 * git gate's own.
 *
 * Flow: `serve` is PID 1; `control` hands stdin to it over its socket and prints the answer, `converse` each line of it; `talk` asks
 *   the ports of its own container; `check` ends with 0 if this image can serve.
 * Guarantees: an unforeseen error ends it with 70. `control` loads nothing of the proxy: it is asked at every start, on machines
 *   where a VM boots at the same time.
 */
const MODULES = join(import.meta.dirname, '..', 'node_modules')
/** git's own: it holds the program `pre-receive`. */
const HOOKS = join(import.meta.dirname, '..', 'hooks')
const SOCKET = process.env['BOTTLED_CONTROL_SOCKET'] ?? '/dev/shm/bottled/control'

const ask = (text: string): Promise<string> =>
  askControl(SOCKET, text).catch(
    () => '{"version":1,"ok":false,"reason":"NotRunning","message":"nothing listens in this bundle"}\n',
  )

const control = async (): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  const answer = await ask(Buffer.concat(chunks).toString('utf8'))
  process.stdout.write(answer)
  process.exitCode = answer.startsWith('{"version":1,"ok":true') ? 0 : 1
}

process.on('uncaughtException', (error) => end(`unforeseen: ${placeOf(error)}`))
process.on('unhandledRejection', (error) => end(`unforeseen: ${placeOf(error)}`))

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) end(`this is Node ${process.versions.node}; 22.12 or newer is needed`)
switch (process.argv[2] ?? 'serve') {
  case 'serve':
    await (
      await import('./serve.ts')
    ).serve({
      modules: MODULES,
      socket: SOCKET,
      hooks: HOOKS,
      scanner: [process.execPath, ...process.execArgv, import.meta.filename, 'scan'],
    })
    break
  case 'control':
    await control()
    break
  case 'talk':
    await (await import('./talk.ts')).talk()
    break
  case 'converse':
    await (
      await import('./control/converse.ts')
    ).converse(process.stdin, process.stdout, { ask, mostBytes: MOST_BYTES })
    break
  case 'scan':
    await (await import('./gate/scan.ts')).scan(MODULES)
    break
  case 'hook':
    await (await import('./gate/hook.ts')).runHook(process.env)
    break
  case 'check':
    await import('./serve.ts')
    await (await import('./engine/srt-modules.ts')).loadSrt(MODULES)
    await (await import('./gate/scan.ts')).loadRules(MODULES)
    process.stdout.write(`Node ${process.versions.node}, ${await (await import('./gate/has-git.ts')).hasGit()}\n`)
    break
  default:
    say('usage: bottled-bundle [serve | control | converse | talk | check]')
    process.exitCode = 2
}
