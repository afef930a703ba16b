import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { createDocker } from '../../../drivers/docker/docker.ts'
import { baseImage, bundleBuild, ownImageMissing } from '../../bundle/image/own-image.ts'
import { bundlesConformance } from '../../conformance/bundles/bundles.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { suite } from '../../helpers/suite.ts'

const missing = ownImageMissing()
if (missing === undefined) {
  const own = `bottled-test-own:${randomBytes(4).toString('hex')}`
  const built = await bundleBuild('--base', await baseImage(), '--tag', own)
  if (built.code !== 0) throw new Error(built.stderr)
  bundlesConformance({
    name: 'Docker Engine',
    images: { own, other: await bundleImage() },
    ca: makeCertificates().bottle,
    // What one remembers, another doesn't.
    make: async () => ({ ...createDocker({ host: undefined, env: process.env }), cleanup: async () => {} }),
  })
  process.once('beforeExit', () => void promisify(execFile)('docker', ['rmi', own]))
} else {
  const test = suite('bundles: Docker Engine')
  test.skip('the conformance suite', missing)
  test.run()
}
