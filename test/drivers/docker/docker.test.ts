import { createDocker } from '../../../drivers/docker/docker.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { suite } from '../../helpers/suite.ts'
import { dockerConformance } from '../../conformance/docker/docker.ts'

const missing = dockerMissing()
if (missing === undefined) {
  const docker = createDocker({ host: undefined, env: process.env })
  dockerConformance({
    name: 'Docker Engine',
    make: async () => ({ ...docker, cleanup: async () => {} }),
    image: await bundleImage(),
  })
} else {
  const test = suite('docker ports: Docker Engine')
  test.skip('the conformance suite', missing)
  test.run()
}
