import { createSmolvm } from '../../drivers/smolvm/smolvm.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { Check } from './check.ts'
import { messageOf } from '../../drivers/message.ts'

/** As README.md has it: the wheel puts nothing on PATH, and smolvm finds its libraries beside itself. */
const INSTALL = [
  'pip install --upgrade --target ~/.local/lib/smolvm smolmachines',
  'ln -f ~/.local/lib/smolvm/smol/smol-vmm ~/.local/lib/smolvm/smol/smolvm',
  'mkdir -p ~/.local/bin',
  'ln -sf ~/.local/lib/smolvm/smol/smolvm ~/.local/bin/smolvm',
].join(' && ')

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
      const hint = isDriverError(error) ? error.hint : undefined
      const other = 'bottled run --runtime container needs none'
      const said = hint === undefined ? other : `${hint}; ${other}`
      return [{ check: 'smolvm', level: 'fail', message: messageOf(error), command: INSTALL, hint: said }]
    }
  },
}
