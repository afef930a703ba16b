import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Accel } from './accel.ts'
import { tailOf } from './pulse.ts'
import { createScripts } from './scripts.ts'
import type { Scripts } from './scripts.ts'

/**
 * The virtual host: QEMU on a temporary snapshot of the disk that `build` created.
 *
 * Flow: start → init writes `up` → run(script) through files on the shared folder → stop
 * Guarantees: no packet leaves the virtual host (`restrict=on`); QEMU dies with the process that started it, however it
 *   ends; each start sees the disk as built.
 * Assumptions: `host` is the folder that `build` printed.
 */
export interface Lab extends Pick<Scripts, 'run'> {
  /** The handle by which another process joins it. */
  readonly folder: string
  /** Shared with the virtual host, where it is /host. */
  readonly share: string
  stop(): Promise<void>
}

const UP_MS = 180_000

/** A virtual host that another process started, and stops. */
export const joinLab = (folder: string): Lab => {
  const share = join(folder, 'share')
  const ended = (): string | undefined => (existsSync(share) ? undefined : 'its folder is gone')
  return { folder, share, run: createScripts({ folder, ended }).run, stop: async () => {} }
}

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
      resolve(void (ended = `QEMU ended (${signal ?? String(code)}): ${tailOf(join(folder, 'qemu.log'))}`)),
    )
  })
  const { run, until } = createScripts({ folder, ended: () => ended })

  const stop = async (): Promise<void> => {
    if (ended === undefined) qemu.kill('SIGKILL')
    await end
    await rm(folder, { recursive: true, force: true })
  }

  try {
    await until(() => existsSync(join(share, 'up')), UP_MS, 'the start of the virtual host')
    if (!readFileSync(join(share, 'up'), 'utf8').includes('kvm=yes'))
      throw new Error(`no /dev/kvm in the virtual host (${accel.name})`)
  } catch (error) {
    await stop()
    throw error
  }
  return { folder, share, run, stop }
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
