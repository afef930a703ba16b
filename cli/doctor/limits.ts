import { readFile } from 'node:fs/promises'
import { listFiles } from '../bottles/files.ts'
import type { Check, Finding } from './check.ts'

/** inotify: one watch per folder; without one only the sweep notices a change. */
export const limits: Check = {
  name: 'inotify',
  run: async ({ root }) => {
    const read = async (name: string): Promise<number> =>
      Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => 'NaN'))
    const [watches, instances] = await Promise.all([read('max_user_watches'), read('max_user_instances')])
    const { paths } = await listFiles(root)
    const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1))).size + 1
    const low = (name: string, value: number, wanted: number): readonly Finding[] =>
      value >= wanted || Number.isNaN(value)
        ? []
        : [
            {
              check: 'inotify',
              level: 'warn',
              message: `${name} is ${value}: changes may be noticed late, by the periodic sweep`,
              command: `sudo sysctl fs.inotify.${name}=${wanted}`,
            },
          ]
    const found = [
      ...low('max_user_watches', watches, Math.max(8_192, folders * 4)),
      ...low('max_user_instances', instances, 128),
    ]
    return found.length > 0
      ? found
      : [{ check: 'inotify', level: 'ok', message: `${watches} watches for ${folders} folders` }]
  },
}
