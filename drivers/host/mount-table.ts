import { join, relative } from 'node:path/posix'

/** The kernel's table of mounts, /proc/PID/mountinfo. Pure. */
export interface MountLine {
  /** `major:minor` of the file system. */
  readonly device: string
  /** The folder or file of that file system that is mounted. */
  readonly root: string
  /** Where, as the process sees it. */
  readonly point: string
}

export const parseMounts = (text: string): readonly MountLine[] =>
  text.split('\n').flatMap((line) => {
    const [, , device, root, point] = line.split(' ')
    return device === undefined || root === undefined || point === undefined
      ? []
      : [{ device, root: unescape(root), point: unescape(point) }]
  })

/** The paths at which the machine's own table shows what is mounted there. */
export const pathsOf = (mount: MountLine, machine: readonly MountLine[]): readonly string[] =>
  machine.flatMap(({ device, root, point }) => {
    if (device !== mount.device || !`${mount.root}/`.startsWith(root === '/' ? '/' : `${root}/`)) return []
    return [join(point, relative(root, mount.root))]
  })

/** Spaces and the like are written as octal numbers. */
const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
