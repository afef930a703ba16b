import { readFile } from 'node:fs/promises'

/** The file that a VM's process was started with, as its command line names it: `… _boot-vm FOLDER/boot-config.json`. Undefined: it is no VM. */
export const bootConfigOf = async (pid: number): Promise<string | undefined> => {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const at = words.indexOf('_boot-vm')
  return at < 0 ? undefined : words[at + 1]
}
