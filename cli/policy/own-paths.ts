import { existsSync } from 'node:fs'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolderOf, dataFolderOf } from '../../drivers/smolvm/folders.ts'
import type { OwnPath } from '../../reconcilers/taint/ours.ts'
import { type Env, homeOf, parsedKeyFile, stateFolder } from '../session/user-folders.ts'

/** What no bottle of a root may have, the same for the controller and for bottlectl. */
export const ownPaths = ({
  root,
  stateDir,
  policies,
  env,
}: {
  /** As given: its links count. */
  readonly root: string
  /** Where the lock is. */
  readonly stateDir: string
  /** Wherever a policy is looked for. */
  readonly policies: readonly string[]
  readonly env: Env
}): readonly OwnPath[] => {
  const runtime = env['XDG_RUNTIME_DIR']
  const library = env['SMOLVM_LIB_DIR']
  return [
    { what: 'the root', path: root, kind: 'root' },
    { what: 'the state folder', path: stateDir, kind: 'state' },
    { what: "bottled's cache", path: cacheFolder(env), kind: 'store' },
    ...(runtime === undefined || runtime === ''
      ? []
      : [{ what: 'the folder of secrets', path: join(runtime, 'bottled'), kind: 'store' as const }]),
    { what: "bottled's list of roots", path: rootsFolder(env), kind: 'store' },
    { what: "bottled's keys", path: dirname(parsedKeyFile(env)), kind: 'store' },
    { what: "bottled's proof of the seal", path: dirname(sealFile(env, 'microvm')), kind: 'store' },
    { what: "smolvm's data folder", path: dataFolderOf(env), kind: 'store' },
    { what: "smolvm's cache", path: cacheFolderOf(env), kind: 'store' },
    ...installation().map((path) => ({ what: "bottled's installation", path, kind: 'code' as const })),
    { what: 'the program of Node', path: process.execPath, kind: 'entry' },
    ...(library === undefined ? [] : [{ what: "smolvm's installation", path: library, kind: 'code' as const }]),
    ...policies.map((path) => ({ what: "the operator's policy", path, kind: 'entry' as const })),
  ]
}

/** What the controller itself starts, and where it looks for it: who writes there runs programs as its user. */
export const ownPrograms = ({
  smolvm,
  env,
  cwd,
}: {
  /** `--smolvm`. */
  readonly smolvm: string
  readonly env: Env
  readonly cwd: string
}): readonly OwnPath[] => {
  const folders = (env['PATH'] ?? '').split(delimiter).map((folder) => resolve(cwd, folder))
  const found = smolvm.includes('/')
    ? resolve(cwd, smolvm)
    : folders.map((folder) => join(folder, smolvm)).find((path) => existsSync(path))
  return [
    ...(found === undefined ? [] : [{ what: 'the program smolvm', path: found, kind: 'entry' as const }]),
    ...[...new Set(folders)].map((path) => ({ what: 'a folder of PATH,', path, kind: 'entry' as const })),
  ]
}

/** For copies of images. */
export const cacheFolder = (env: Env): string => join(homeOf(env, 'XDG_CACHE_HOME', ['.cache']), 'bottled')

/** For what guests trust: outside the state folder, which the VMs of a root can't enter. */
export const guestsFolder = (env: Env): string => join(cacheFolder(env), 'guests')

/** Where the controllers of a user note their roots. */
export const rootsFolder = (env: Env): string => join(stateFolder(env), 'roots')

/** Where a proof of the seal is recorded: for this user on this machine, whatever the root. */
export const sealFile = (env: Env, runtime: 'microvm' | 'container'): string =>
  join(stateFolder(env), 'seal', runtime === 'container' ? 'container-proof.json' : 'proof.json')

/** The package, and where its dependencies are: in it, or beside it. */
const installation = (): readonly string[] => {
  let top = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(top, 'package.json')) && dirname(top) !== top) top = dirname(top)
  const around = dirname(top)
  return [top, join(top, 'node_modules'), ...(basename(around) === 'node_modules' ? [around] : [])]
}
