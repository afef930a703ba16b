import { readFile, readlink } from 'node:fs/promises'

/** A word that distinguishes this process from any other, even from a later one with the same pid. */
export const processMark = async (pid: number = process.pid): Promise<string> =>
  `${await namespace()}-${pid}-${(await startTimeOf(pid)) ?? '0'}`

/** True only if it is certain: a process of another PID namespace can't be examined. */
export const isDead = async (mark: string): Promise<boolean> => {
  const [space, pid, start] = mark.split('-')
  return space === (await namespace()) && space !== '0' && (await startTimeOf(Number(pid))) !== start
}

const namespace = async (): Promise<string> =>
  /\d+/.exec(await readlink('/proc/self/ns/pid').catch(() => ''))?.[0] ?? '0'

/** In clock ticks since boot; undefined if the process doesn't exist or is a zombie. */
export const startTimeOf = async (pid: number): Promise<string | undefined> => (await timesOf(pid))?.start

/** In clock ticks: its start, since boot, and the processor time it used; undefined as above. */
export const timesOf = async (pid: number): Promise<ProcessTimes | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is a name in parentheses that may contain any characters.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [start, used] = [fields[19], Number(fields[11]) + Number(fields[12])]
  return fields[0] === 'Z' || fields[0] === 'X' || start === undefined ? undefined : { start, used }
}

interface ProcessTimes {
  readonly start: string
  readonly used: number
}
