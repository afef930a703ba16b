import { execFileSync } from 'node:child_process'
import { releasedSmolvm } from '../../helpers/smolvm.ts'
import { suite } from '../../helpers/suite.ts'
import { machinesConformance } from '../../conformance/machines/machines.ts'
import { createSmolvmWorld } from './world.ts'

const released = releasedSmolvm()
if ('path' in released) {
  const version = execFileSync(released.path, ['--version']).toString().trim()
  machinesConformance({
    name: `${version} as released`,
    boots: false,
    make: () => createSmolvmWorld(released.path, 'none'),
  })
} else {
  const test = suite('machines: smolvm as released')
  test.skip('every promise without a guest', released.missing)
  test.run()
}
