import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { runCommand } from '../calls/subprocess.ts'
import type { Ended } from '../calls/subprocess.ts'
import { DriverError, cancelled } from '../errors.ts'

/**
 * The iptables of this host, in the variant that Docker uses.
 *
 * Flow: of the variants that are installed the one whose table has Docker's chain; without that the default one.
 * Guarantees: a variant that no rule uses isn't asked, as the question alone would load it.
 */
export interface Tool {
  save(signal?: AbortSignal): Promise<string>
  /** All of the script, or nothing of it. */
  restore(script: string, signal?: AbortSignal): Promise<void>
}

/** Why rules can't be set here at all, as a clause. */
export class NotAllowedError extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'NotAllowedError'
  }
}

const CALL_MS = 20_000
const SEARCH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

export const openTool = async (signal?: AbortSignal): Promise<Tool> => {
  const usual = createTool('iptables')
  if ((await usual.save(signal)).includes(DOCKERS)) return usual
  const isLegacyUsed = (await readFile('/proc/net/ip_tables_names', 'utf8').catch(() => '')).includes('filter')
  for (const variant of ['iptables-nft', ...(isLegacyUsed ? ['iptables-legacy'] : [])]) {
    const other = createTool(variant)
    if ((await other.save(signal).catch(() => '')).includes(DOCKERS)) return other
  }
  return usual
}

const DOCKERS = '\n:DOCKER-USER '

/** `before`: a command that runs another one, as `ip netns exec NAME` does. */
export const createTool = (variant: string, before: readonly string[] = []): Tool => {
  const run = async (
    { operation, file, args, stdin }: { operation: string; file: string; args: readonly string[]; stdin?: string },
    signal?: AbortSignal,
  ): Promise<string> => {
    const [first = file, ...rest] = [...before, file, ...args]
    const ended = await runCommand(
      {
        file: first,
        args: rest,
        env: { PATH: SEARCH },
        deadlineMs: CALL_MS,
        umask: 0o077,
        ...(stdin === undefined ? {} : { stdin: Readable.from([stdin]) }),
      },
      signal,
    )
    if (ended.exitCode !== 0) throw failure(operation, file, ended)
    return ended.stdout
  }
  return {
    save: (signal) =>
      run({ operation: 'read the rules of the firewall', file: `${variant}-save`, args: ['-t', 'filter'] }, signal),
    restore: async (script, signal) => {
      // `-w`: Docker may be writing rules right now.
      const args = ['--noflush', '-w', '5']
      await run({ operation: 'write rules of the firewall', file: `${variant}-restore`, args, stdin: script }, signal)
    },
  }
}

const failure = (operation: string, file: string, ended: Ended): Error => {
  if (ended.aborted) return cancelled(operation)
  if (ended.spawnError !== undefined) return new NotAllowedError(`${file} is not installed`)
  const said = ended.stderr
    .trim()
    .replaceAll(/\s*\n\s*/g, '; ')
    .slice(0, 500)
  if (/permission denied|you must be root|operation not permitted/i.test(said))
    return new NotAllowedError('only root, or a process with CAP_NET_ADMIN, may set rules')
  return new DriverError({
    code: ended.timedOut ? 'Timeout' : 'Failed',
    operation,
    detail: said === '' ? `${file} ended with code ${ended.exitCode ?? 'none'}` : said,
  })
}
