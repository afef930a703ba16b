import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

/** Where a program is that is named by a path or found on PATH. */
export const programAt = (
  name: string,
  { cwd, path }: { readonly cwd: string; readonly path: string },
): string | undefined =>
  name.includes('/')
    ? resolve(cwd, name)
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name))
        .find(isExecutable)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
