import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPulse, LabHungError, tailOf } from './pulse.ts'

/**
 * Scripts for the virtual host, exchanged as files on the shared folder: any process that knows the folder can join.
 *
 * Flow: NAME.body, then NAME.sh → init runs it → NAME.out, NAME.err, then NAME.rc
 * Caveats: after the virtual host hung or died, every run rejects with LabHungError, which says nothing about the product.
 */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** As the ordinary user `agent`, in the groups docker and kvm; otherwise root. */
  readonly asUser?: boolean
  readonly timeoutMs: number
}

export interface Scripts {
  run(script: string, options: RunOptions): Promise<Outcome>
  /** Waits until `done` holds; distinguishes a dead or hung virtual host from a slow one. */
  until(done: () => boolean, timeoutMs: number, what: string): Promise<void>
}

const POLL_MS = 100
const AS_USER = [
  'setpriv --reuid agent --regid agent --init-groups env -i',
  'HOME=/home/agent USER=agent LOGNAME=agent SHELL=/bin/bash LANG=C.UTF-8 XDG_RUNTIME_DIR=/run/user/1000',
  'PATH=/opt/smolvm:/usr/local/bin:/usr/bin:/bin',
].join(' ')

export const createScripts = (options: {
  readonly folder: string
  /** Why the virtual host ended, if known. */
  readonly ended: () => string | undefined
}): Scripts => {
  const { folder, ended } = options
  const share = join(folder, 'share')
  const console = join(folder, 'console.log')
  const pulse = createPulse({ beat: join(share, 'beat'), console })

  const until: Scripts['until'] = async (done, timeoutMs, what) => {
    const deadline = performance.now() + timeoutMs
    while (!done()) {
      const fault = ended() ?? pulse.fault(performance.now())
      if (fault !== undefined) throw new LabHungError(fault, tailOf(console))
      if (performance.now() > deadline)
        throw new Error(`${what} did not end within ${timeoutMs} ms, though the virtual host is alive`)
      await sleep(POLL_MS)
    }
  }

  let count = 0
  const run: Scripts['run'] = async (script, { asUser, timeoutMs }) => {
    // Several processes may have joined.
    const name = `${process.pid}-${String((count += 1)).padStart(4, '0')}`
    const at = join(share, 'q', name)
    const seconds = Math.ceil(timeoutMs / 1000)
    const shell =
      asUser === true
        ? `cd /home/agent && exec timeout -k 5 ${seconds} ${AS_USER} bash`
        : `exec timeout -k 5 ${seconds} bash`
    await writeFile(`${at}.body`, script)
    await writeFile(`${at}.tmp`, `${shell} /host/q/${name}.body\n`)
    await rename(`${at}.tmp`, `${at}.sh`)
    await until(() => existsSync(`${at}.rc`), timeoutMs + 60_000, `script ${name}`)
    const [code, stdout, stderr] = await Promise.all(
      ['rc', 'out', 'err'].map((suffix) => readFile(`${at}.${suffix}`, 'utf8')),
    )
    if (Number(code) === 124)
      throw new Error(`a script took over ${seconds} s:\n${script}\n${stdout ?? ''}${stderr ?? ''}`)
    return { code: Number(code), stdout: stdout ?? '', stderr: stderr ?? '' }
  }

  return { run, until }
}
