import { createDocker } from '../../../drivers/docker/docker.ts'
import { ownImage, ownImageMissing } from '../../bundle/image/own-image.ts'
import { bundlesConformance } from '../../conformance/bundles/bundles.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { suite } from '../../helpers/suite.ts'

const missing = ownImageMissing()
if (missing === undefined) {
  bundlesConformance({
    name: 'Docker Engine',
    images: { own: await ownImage(), other: await bundleImage() },
    ca: makeCertificates().bottle,
    // What one remembers, another doesn't.
    make: async () => ({ ...createDocker({ host: undefined, env: process.env }), cleanup: async () => {} }),
  })
} else {
  const test = suite('bundles: Docker Engine')
  test.skip('the conformance suite', missing)
  test.run()
}
