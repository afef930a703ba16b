import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Folders of a user that belong to no root, as XDG names them. */
export type Env = Readonly<Record<string, string | undefined>>

/** A relative path in such a variable is ignored, as XDG says. */
export const homeOf = (env: Env, name: string, inHome: readonly string[]): string => {
  const set = env[name]
  return set !== undefined && isAbsolute(set) ? set : join(userHome(env), ...inHome)
}

export const userHome = (env: Env): string => env['HOME'] ?? homedir()

export const stateHome = (env: Env): string => homeOf(env, 'XDG_STATE_HOME', ['.local', 'state'])

/** Of bottled, for what must last. */
export const stateFolder = (env: Env): string => join(stateHome(env), 'bottled')

/** Of which the tokens of this user's pages are made. */
export const pageKeyFile = (env: Env): string => join(stateFolder(env), 'keys', 'page')

/** What this user's controllers keep of parsed files is sealed by this key. */
export const parsedKeyFile = (env: Env): string => join(stateFolder(env), 'keys', 'parsed')
