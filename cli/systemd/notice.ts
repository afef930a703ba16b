import { runCommand } from '../../drivers/calls/subprocess.ts'
import type { Ended } from '../../drivers/calls/subprocess.ts'
import { harmlessLine } from '../../drivers/harmless.ts'

/**
 * What a service tells the systemd that started it: that it is ready, what it is at, that its loop turns, that it stops.
 *
 * Flow: NOTIFY_SOCKET and WATCHDOG_USEC are taken out of the environment → ready → a heartbeat three times per WatchdogSec.
 * Guarantees: without systemd nothing is sent; no child inherits the socket's name; one message is on its way at a time, each
 *   for 10 s at most; never throws.
 * Caveats: Node opens no datagram socket of AF_UNIX, so systemd's own systemd-notify sends, which needs NotifyAccess=all.
 */
export interface Notice {
  /** `status`: one line for `systemctl status`, asked for again at each heartbeat. */
  ready(status: () => string): void
  stopping(): void
  close(): void
}

type Send = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<Pick<Ended, 'exitCode' | 'spawnError'>>

export const openNotice = (
  env: Record<string, string | undefined>,
  {
    warn,
    pid = process.pid,
    send = (args, given) =>
      runCommand({ file: 'systemd-notify', args, env: given, deadlineMs: PATIENCE_MS, umask: 0o077 }),
  }: { readonly warn: (text: string) => void; readonly pid?: number; readonly send?: Send },
): Notice => {
  const socket = env['NOTIFY_SOCKET']
  const watchdogMs = watchdogOf(env, pid)
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name]
  if (socket === undefined || socket === '') return { ready: () => {}, stopping: () => {}, close: () => {} }

  const given = { NOTIFY_SOCKET: socket, PATH: env['PATH'] ?? '/usr/bin:/bin' }
  let waiting: readonly string[] | undefined
  let isSending = false
  let hasWarned = false
  let timer: NodeJS.Timeout | undefined

  /** Of several that wait only the last is news. */
  const tell = (...args: readonly string[]): void => {
    waiting = args
    if (!isSending) void drain()
  }
  const drain = async (): Promise<void> => {
    isSending = true
    while (waiting !== undefined) {
      const args = waiting
      waiting = undefined
      const fault = await send(args, given).then(
        ({ exitCode, spawnError }) =>
          exitCode === 0 ? undefined : (spawnError ?? `it ended with ${exitCode ?? 'a signal'}`),
        () => 'it failed',
      )
      if (fault !== undefined && !hasWarned) warn(`systemd is not told how the service is: systemd-notify: ${fault}`)
      hasWarned ||= fault !== undefined
    }
    isSending = false
  }

  return {
    ready: (status) => {
      const line = (): string => `STATUS=${harmlessLine(status()).slice(0, LONGEST)}`
      tell('READY=1', line())
      timer = setInterval(() => tell('READY=1', 'WATCHDOG=1', line()), Math.min(watchdogMs / 3, HEARTBEAT_MS))
      timer.unref()
    },
    stopping: () => {
      clearInterval(timer)
      tell('STOPPING=1', 'STATUS=stopping; VMs and containers stay up')
    },
    close: () => clearInterval(timer),
  }
}

const PATIENCE_MS = 10_000
const HEARTBEAT_MS = 60_000
const LONGEST = 200

/** Infinity where systemd expects no heartbeat of this process. */
const watchdogOf = (env: Readonly<Record<string, string | undefined>>, pid: number): number => {
  const usec = Number(env['WATCHDOG_USEC'] ?? 'NaN')
  const isOurs = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid)
  return isOurs && Number.isSafeInteger(usec) && usec > 0 ? usec / 1_000 : Infinity
}
