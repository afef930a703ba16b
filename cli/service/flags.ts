import { resolve } from 'node:path'
import type { Command } from 'commander'
import { programAt } from '../session/program-at.ts'
import { CliError } from '../print/cli-error.ts'

/** A flag of `bottled run` as it was typed; a switch has no value. */
export interface TypedFlag {
  readonly flag: string
  readonly value: string | undefined
}

/** Collects a command's flags as they are typed, beside their parsed values; but those of the service itself. */
export const typedFlags = (command: Command, own: ReadonlySet<string>): (() => readonly TypedFlag[]) => {
  const typed: TypedFlag[] = []
  for (const option of command.options) {
    const flag = option.long
    if (flag === undefined || flag === null || own.has(flag)) continue
    command.on(`option:${option.name()}`, (value: string | null | undefined) =>
      typed.push({ flag, value: value ?? undefined }),
    )
  }
  return () => typed
}

/** What is meant for one start, and would be wrong at each. */
const FOR_ONE_RUN: ReadonlySet<string> = new Set([
  '--once',
  '--timeout',
  '--adopt',
  '--accept-daemon',
  '--accept-machines',
  '--allow-mass-delete',
])

const PATHS: ReadonlySet<string> = new Set(['--state-dir', '--policy', '--listen-token-file'])

/** The flags as a service can take them: it starts elsewhere, with another PATH. Throws a CliError for those of one run. */
export const serviceFlags = (
  typed: readonly TypedFlag[],
  { cwd, path }: { readonly cwd: string; readonly path: string },
): readonly string[] =>
  typed.flatMap(({ flag, value }) => {
    if (FOR_ONE_RUN.has(flag))
      throw new CliError(`${flag} is for one run, not for a service`, `bottled run ROOT ${flag}, then install`, 2)
    if (value === undefined) return [flag]
    if (PATHS.has(flag)) return [flag, resolve(cwd, value)]
    if (flag === '--listen' && value.startsWith('unix:')) return [flag, `unix:${resolve(cwd, value.slice(5))}`]
    // A name that isn't there yet stays one: the unit looks for it on its own PATH.
    if (flag === '--smolvm')
      return [flag, programAt(value, { cwd, path }) ?? (value.includes('/') ? resolve(cwd, value) : value)]
    return [flag, value]
  })
