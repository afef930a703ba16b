import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readOwn, replaceOwn } from '../git-filter/safe-file.ts'
import type { OwnFile } from '../git-filter/safe-file.ts'
import { CliError } from '../print/cli-error.ts'
import { whoseIs } from './mark.ts'

/** A definition on disk: read, told from a person's, replaced. */

export const WHOSE = {
  edited: 'edited by a person since it was installed',
  foreign: 'not written by bottled',
} as const

/** `text`: undefined if it is missing. */
export const definition = async (
  file: string,
): Promise<{ readonly own: OwnFile; readonly text: string | undefined }> => {
  const own = await readOwn(file)
  return { own, text: own.stat === undefined ? undefined : Buffer.from(own.text, 'latin1').toString() }
}

export const refuseForeign = (file: string, text: string): void => {
  const { kind } = whoseIs(text)
  if (kind !== 'ours')
    throw new CliError(
      `${file} is ${WHOSE[kind]}: it stays as it is`,
      `mv ${file} ${file}.mine, and try again; what you changed belongs into a drop-in (systemctl edit)`,
      'Conflict',
    )
}

export const writeDefinition = async (file: string, text: string, before: OwnFile): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await replaceOwn(file, { text: Buffer.from(text).toString('latin1'), before, lock: false })
}
