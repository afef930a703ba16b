import { machinesConformance } from '../../conformance/machines/machines.ts'
import { containersWorld } from '../../conformance/containers/world.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { suite } from '../../helpers/suite.ts'

const why = dockerMissing()
if (why === undefined) {
  machinesConformance({
    name: 'containers',
    boots: true,
    make: () => containersWorld({ shared: true }),
    deadlineMs: 60_000,
  })
} else {
  const test = suite('machines: containers')
  test.skip('the conformance suite', why)
  test.run()
}
