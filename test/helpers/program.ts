import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Suite } from './suite.ts'

/** Why tests that run a program can't run here; undefined if they can. Throws if tests are required to run. */
export const programMissing = (name: string): string | undefined => {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)))
  if (found) return undefined
  if ((process.env['BOTTLED_REQUIRE'] ?? '') !== '') throw new Error(`BOTTLED_REQUIRE is set, but ${name} is missing`)
  return `no ${name} on PATH`
}

/** The suite for tests that need programs: skipped by name if one is missing. */
export const needing =
  (test: Suite, ...names: readonly string[]) =>
  (...[title, body, options]: Parameters<Suite>): void => {
    const why = names.map(programMissing).find((missing) => missing !== undefined)
    if (why === undefined) test(title, body, options)
    else test.skip(title, why)
  }

export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
