import type { MachineChange, MachineRequest } from '../ports.ts'
import { mountsOf, volumeOf } from './mounts.ts'

/** The argv of every smolvm call. Pure. One form for all versions from 1.28.1 (smolvm-1.32 §1.1). */

export const createArgs = (request: MachineRequest): readonly string[] => [
  'machine',
  'create',
  '--error-format',
  'json',
  '--name',
  request.name,
  ...Object.entries(request.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
  ...sourceArgs(request),
  '--net',
  '--net-backend',
  'virtio-net',
  '--dns',
  request.bundleIp,
  ...mountsOf(request).flatMap((mount) => ['-v', volumeOf(mount)]),
  ...(request.cpus === undefined ? [] : ['--cpus', String(request.cpus)]),
  ...(request.memoryMiB === undefined ? [] : ['--mem', String(request.memoryMiB)]),
  ...(request.storageGiB === undefined ? [] : ['--storage', String(request.storageGiB)]),
  ...(request.command.length === 0 ? [] : ['--', ...request.command]),
]

/** `--from` excludes `-s`: flags then replace the Smolfile. */
const sourceArgs = ({ source, smolfile, env, bundleIp }: MachineRequest): readonly string[] => {
  switch (source.kind) {
    case 'artifact':
      return [
        '--from',
        source.path,
        '--allow-cidr',
        `${bundleIp}/32`,
        ...Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
      ]
    case 'archive':
    case 'folder':
      return ['-s', smolfile, '--image', source.path]
    case 'bare':
      return ['-s', smolfile]
    case 'image':
      throw new Error('an image of Docker is no source of a VM')
  }
}

export const listArgs: readonly string[] = ['machine', 'ls', '--json', '--error-format', 'json']

const named = (verb: string, name: string, ...more: readonly string[]): readonly string[] => [
  'machine',
  verb,
  '--error-format',
  'json',
  '--name',
  name,
  ...more,
]

/** For people: the only place where smolvm says which ports and mounts a machine has. */
export const listInWordsArgs: readonly string[] = ['machine', 'ls', '--verbose', '--error-format', 'json']

export const statusArgs = (name: string): readonly string[] => named('status', name, '--json')
export const startArgs = (name: string): readonly string[] => named('start', name)
export const stopArgs = (name: string): readonly string[] => named('stop', name)
export const removeArgs = (name: string): readonly string[] => named('delete', name, '-f')
export const dataDirArgs = (name: string): readonly string[] => named('data-dir', name)
export const execArgs = (name: string, command: readonly string[], stdin = false): readonly string[] =>
  named('exec', name, ...(stdin ? ['-i'] : []), '--', ...command)

/** Alone in its call (smolvm-1.32 §1.11): exactly this address, and no host by its name. */
export const sealArgs = (name: string, bundleIp: string): readonly string[] =>
  named('update', name, '--reset-allow-list', '--allow-cidr', `${bundleIp}/32`)

export const updateArgs = (name: string, flags: readonly string[]): readonly string[] => named('update', name, ...flags)

/** With nothing to change smolvm succeeds with a note; a missing machine is still reported. */
export const changeArgs = (
  name: string,
  change: MachineChange,
  mountFlags: readonly string[] = [],
): readonly string[] => {
  const { setEnv, removeEnv, cpus, memoryMiB, storageGiB } = change
  return named(
    'update',
    name,
    ...Object.entries(setEnv).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    ...removeEnv.flatMap((key) => ['--remove-env', key]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...(memoryMiB === undefined ? [] : ['--mem', String(memoryMiB)]),
    ...(storageGiB === undefined ? [] : ['--storage', String(storageGiB)]),
    ...mountFlags,
  )
}
