import { posix } from 'node:path'
import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'
import { isWithoutTar, whyOf } from './packer.ts'
import { createSaid } from './said.ts'
import { runSmolvmWith } from './smolvm-child.ts'
import type { SmolvmChild } from './smolvm-child.ts'
import { pack } from './source.ts'
import type { Source } from './source.ts'

/**
 * Copies a file or a folder into a VM, by its own tar; a guest without one gets single files by smolvm's own copy.
 *
 * Guarantees: a folder that is missing is created for a folder, not for a file; the files belong to the guest's user.
 */
export interface IntoMachine {
  readonly smolvm: string
  readonly machine: string
  readonly source: Source
  /** In the guest. */
  readonly to: string
  /** Bytes go. */
  alive(): void
}

export const copyIntoMachine = async (session: Session, copy: IntoMachine, signal: AbortSignal): Promise<void> => {
  const { smolvm, machine, source, to, alive } = copy
  const said = createSaid()
  const run = (words: readonly string[], stdio: SmolvmChild['stdio'], use?: SmolvmChild['use']): Promise<number> =>
    runSmolvmWith(
      session,
      {
        path: smolvm,
        args: ['machine', ...words],
        stdio,
        use: (child) => {
          if (child.stderr !== null) said.listen(child.stderr)
          use?.(child)
        },
      },
      signal,
    )
  const inGuest = (...command: readonly string[]): Promise<number> =>
    run(['exec', '--name', machine, '--', ...command], ['ignore', 'ignore', 'pipe'])
  const failed = (exitCode: number): CliError =>
    new CliError(
      `can't copy ${source.name} to ${to} in ${machine}: ${whyOf(said.text()) || `the command in the guest ended with code ${exitCode}`}`,
      'is the machine up, and the folder there? bottlectl get bottles; bottlectl exec NAME -- ls',
    )

  if (source.file === undefined) {
    const made = await inGuest('mkdir', '-p', to)
    if (made !== 0) throw failed(made)
  }
  const isFolder = source.file === undefined || to.endsWith('/') || (await inGuest('test', '-d', to)) === 0
  const [into, name] = isFolder ? [to, source.name] : [posix.dirname(to), posix.basename(to)]
  const packed = pack(source, name, alive)
  const unpack = ['exec', '--name', machine, '-i', '--', 'tar', '-x', '-o', '-f', '-', '-C', into]
  const exitCode = await run(unpack, ['pipe', 'ignore', 'pipe'], ({ stdin }) => {
    // A command that ended early stops reading: its exit code says why.
    stdin?.on('error', () => undefined)
    if (stdin !== null) packed.stdout.pipe(stdin)
  }).finally(packed.stop)
  if (exitCode === 0) return packed.end()
  if (source.file === undefined || !isWithoutTar(exitCode, said.text())) throw failed(exitCode)
  const target = `${machine}:${posix.join(into, name)}`
  const sent = await run(['cp', '/dev/fd/3', target], ['ignore', 'ignore', 'pipe', source.file.fd])
  if (sent !== 0) throw failed(sent)
}
