import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Accel } from './accel.ts'
import { createPulse, LabHungError } from './pulse.ts'

/**
 * The virtual host: QEMU on a throw-away snapshot of the disk that `build` made.
 *
 * Flow: start → init writes `up` → run(script) by files on the shared folder → stop
 * Guarantees: no packet leaves the virtual host (`restrict=on`); QEMU dies with this process, however that ends;
 *   each start sees the disk as built.
 * Assumptions: `host` is the folder that `build` printed.
 * Caveats: a virtual host that hung or died rejects every run with LabHungError, which says nothing about the product.
 */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** As the ordinary user `agent`, in the groups docker and kvm; else root. */
  readonly asUser?: boolean
  readonly timeoutMs: number
}

export interface Lab {
  /** Shared with the virtual host, where it is /host. */
  readonly share: string
  run(script: string, options: RunOptions): Promise<Outcome>
  stop(): Promise<void>
}

const UP_MS = 180_000
const POLL_MS = 100
const AS_USER = [
  'setpriv --reuid agent --regid agent --init-groups env -i',
  'HOME=/home/agent USER=agent LOGNAME=agent SHELL=/bin/bash LANG=C.UTF-8 XDG_RUNTIME_DIR=/run/user/1000',
  'PATH=/opt/smolvm:/usr/local/bin:/usr/bin:/bin',
].join(' ')

export const startLab = async ({ host, accel }: { readonly host: string; readonly accel: Accel }): Promise<Lab> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottled-lab-'))
  const share = join(folder, 'share')
  await mkdir(join(share, 'q'), { recursive: true })
  const log = openSync(join(folder, 'qemu.log'), 'a')
  const qemu = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...accel.args, ...machine(host, folder)],
    {
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder },
    },
  )
  closeSync(log)
  let ended: string | undefined
  const end = new Promise<void>((resolve) => {
    qemu.once('error', (error) => resolve(void (ended = error.message)))
    qemu.once('close', (code, signal) =>
      resolve(void (ended = `QEMU ended (${signal ?? String(code)}): ${tail(join(folder, 'qemu.log'))}`)),
    )
  })
  const pulse = createPulse({ beat: join(share, 'beat'), console: join(folder, 'console.log') })

  /** Until `done` holds; a dead or hung virtual host is told apart from a slow one. */
  const until = async (done: () => boolean, timeoutMs: number, what: string): Promise<void> => {
    const deadline = performance.now() + timeoutMs
    while (!done()) {
      const fault = ended ?? pulse.fault(performance.now())
      if (fault !== undefined) throw new LabHungError(fault, tail(join(folder, 'console.log')))
      if (performance.now() > deadline)
        throw new Error(`${what} did not end within ${timeoutMs} ms, and the virtual host is alive`)
      await sleep(POLL_MS)
    }
  }

  const stop = async (): Promise<void> => {
    if (ended === undefined) qemu.kill('SIGKILL')
    await end
    await rm(folder, { recursive: true, force: true })
  }

  let count = 0
  const run = async (script: string, options: RunOptions): Promise<Outcome> => {
    const name = String((count += 1)).padStart(4, '0')
    const at = join(share, 'q', name)
    const seconds = Math.ceil(options.timeoutMs / 1000)
    const shell =
      options.asUser === true
        ? `cd /home/agent && exec timeout -k 5 ${seconds} ${AS_USER} bash`
        : `exec timeout -k 5 ${seconds} bash`
    await writeFile(`${at}.body`, script)
    await writeFile(`${at}.tmp`, `${shell} /host/q/${name}.body\n`)
    await rename(`${at}.tmp`, `${at}.sh`)
    await until(() => existsSync(`${at}.rc`), options.timeoutMs + 60_000, `script ${name}`)
    const [code, stdout, stderr] = await Promise.all(
      ['rc', 'out', 'err'].map((suffix) => readFile(`${at}.${suffix}`, 'utf8')),
    )
    if (Number(code) === 124)
      throw new Error(`a script took over ${seconds} s:\n${script}\n${stdout ?? ''}${stderr ?? ''}`)
    return { code: Number(code), stdout: stdout ?? '', stderr: stderr ?? '' }
  }

  try {
    await until(() => existsSync(join(share, 'up')), UP_MS, 'the start of the virtual host')
    if (!readFileSync(join(share, 'up'), 'utf8').includes('kvm=yes'))
      throw new Error(`no /dev/kvm in the virtual host (${accel.name})`)
  } catch (error) {
    await stop()
    throw error
  }
  return { share, run, stop }
}

const machine = (host: string, folder: string): readonly string[] =>
  [
    ['-name', 'bottled-lab', '-machine', 'q35', '-smp', '2', '-m', '6G', '-no-reboot'],
    ['-display', 'none', '-device', 'virtio-rng-pci'],
    ['-kernel', join(host, 'vmlinuz'), '-initrd', join(host, 'initrd.img')],
    ['-append', 'root=/dev/vda rw console=ttyS0 init=/init.lab mitigations=off nokaslr audit=0 quiet'],
    ['-drive', `file=${join(host, 'disk.img')},if=virtio,format=raw,cache=unsafe,snapshot=on`],
    ['-netdev', 'user,restrict=on,id=n0', '-device', 'virtio-net-pci,netdev=n0'],
    ['-virtfs', `local,path=${join(folder, 'share')},mount_tag=host,security_model=none,id=h0`],
    ['-serial', `file:${join(folder, 'console.log')}`],
  ].flat()

const tail = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(-15).join('\n')
  } catch {
    return ''
  }
}
