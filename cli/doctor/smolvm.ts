import { createSmolvm } from '../../drivers/smolvm/smolvm.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { Check } from './check.ts'
import { messageOf } from '../../drivers/message.ts'

export const smolvm: Check = {
  name: 'smolvm',
  ofVms: true,
  run: async ({ smolvm: path, env }) => {
    const driver = createSmolvm({ path, env })
    try {
      const version = await driver.version()
      return [
        { check: 'smolvm', level: 'ok', message: `smolvm ${version} (${path}), its data in ${driver.dataFolder()}` },
      ]
    } catch (error) {
      const hint =
        (isDriverError(error) ? error.hint : undefined) ??
        'pip install smolmachines, or pass its path with --smolvm PATH'
      const other = 'bottled run --runtime container needs none'
      return [{ check: 'smolvm', level: 'fail', message: messageOf(error), hint: `${hint}; ${other}` }]
    }
  },
}
