import { shellWord } from '../../drivers/shell-word.ts'
import { listFiles } from '../bottles/files.ts'
import type { Check } from './check.ts'

/** Whether there is anything to run. */
export const bottles: Check = {
  name: 'bottles',
  run: async ({ root }) => {
    const { paths } = await listFiles(root)
    return [
      paths.length === 0
        ? {
            check: 'bottles',
            level: 'warn',
            message: `no YAML or JSON file lies below ${root}`,
            command: `bottled init ${shellWord(root)}`,
            hint: 'it writes a first Bottle, and overwrites nothing',
          }
        : {
            check: 'bottles',
            level: 'ok',
            message: `${paths.length} ${paths.length === 1 ? 'file' : 'files'} below ${root}`,
          },
    ]
  },
}
