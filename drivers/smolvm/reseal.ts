import { DriverError } from '../errors.ts'
import type { Machine, MachineSeal } from '../ports.ts'
import { listInWordsArgs, sealArgs, updateArgs } from './args.ts'
import type { Caller } from './caller.ts'
import { smolvmError } from './errors.ts'
import { mountFlags, mountsOf, openedIn } from './mounts.ts'

/**
 * Takes back what others changed of a stopped machine, by `machine update`: its disk stays.
 *
 * Guarantees: the allow list is set last, and alone; nothing that can't be named for certain is removed.
 * Caveats: neither its resolver nor a network that was cut off can be set again; whoever calls looks again afterwards.
 */
export const resealMachine = async (
  caller: Caller,
  {
    name,
    seal,
    find,
  }: { readonly name: string; readonly seal: MachineSeal; readonly find: () => Promise<Machine | undefined> },
  signal?: AbortSignal,
): Promise<void> => {
  const operation = `take back the changes of machine ${name}`
  const call = async (args: readonly string[]): Promise<string> => {
    const ended = await caller.call(args, {}, signal)
    if (ended.exitCode !== 0) throw smolvmError(operation, ended)
    return ended.stdout
  }
  const found = await find()
  if (found === undefined) throw new DriverError({ code: 'NotFound', operation, detail: `vm not found: ${name}` })
  const flags = [...flagsBack(found, seal), ...(await openedBack({ found, seal, operation, call }))]
  if (flags.length > 0) await call(updateArgs(name, flags))
  await call(sealArgs(name, seal.bundleIp))
}

const flagsBack = ({ dnsOptions, others }: Machine, { others: wanted }: MachineSeal): readonly string[] => {
  const value = (key: string): readonly string[] => {
    const before = wanted[key]
    if (before === undefined || before === others[key]) return []
    return [`--${key.replaceAll('_', '-')}`, String(JSON.parse(before))]
  }
  return [
    ...(dnsOptions.length === 0 ? [] : ['--clear-dns-options']),
    ...(others['gpu'] === undefined ? [] : ['--no-gpu']),
    ...value('block_io'),
    ...value('disk_durability'),
  ]
}

/** Ports and mounts: smolvm takes one back only by its exact name. */
const openedBack = async (given: {
  readonly found: Machine
  readonly seal: MachineSeal
  readonly operation: string
  readonly call: (args: readonly string[]) => Promise<string>
}): Promise<readonly string[]> => {
  const { found, seal, operation, call } = given
  if (found.ports === 0 && found.mounts === mountsOf(seal).length) return []
  const opened = openedIn(await call(listInWordsArgs), found, operation)
  return [...opened.ports.flatMap((port) => ['--remove-port', port]), ...mountFlags(opened, seal)]
}
