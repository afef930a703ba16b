import { homedir } from 'node:os'
import { join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** Where smolvm keeps its machines. `SMOLVM_DATA_DIR` overrides HOME and XDG, a relative XDG path is ignored (smolvm-1.32 §9). */
export const dataFolderOf = (env: Env): string => folderOf(env, env['XDG_DATA_HOME'], ['.local', 'share'])

/** Where it unpacks images, and keeps the disks and sockets of running machines. */
export const cacheFolderOf = (env: Env): string => folderOf(env, env['XDG_CACHE_HOME'], ['.cache'])

const folderOf = (
  { SMOLVM_DATA_DIR: state, HOME: home }: Env,
  xdg: string | undefined,
  inHome: readonly string[],
): string => {
  if (state !== undefined && state !== '') return join(state, ...inHome, 'smolvm')
  return join(xdg?.startsWith('/') === true ? xdg : join(home ?? homedir(), ...inHome), 'smolvm')
}
