import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createContainerSeals } from '../../../../drivers/container/seals/engine-seals.ts'
import { createConnection } from '../../../../drivers/docker/connection.ts'
import { createDocker } from '../../../../drivers/docker/docker.ts'
import { baseImage, ownImageMissing } from '../../../bundle/image/own-image.ts'
import { containerSealsConformance } from '../../../conformance/container-seals/container-seals.ts'
import { suite } from '../../../helpers/suite.ts'

const run = promisify(execFile)
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', [...args])).stdout.trim()

/** The same, but what is at the place of nft can't be run. */
const withoutNft = async (base: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-nft-'))
  try {
    await writeFile(join(folder, 'nft'), '', { mode: 0o644 })
    await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nCOPY nft /usr/sbin/nft\n`)
    return await docker('build', '--quiet', '--force-rm', folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const missing = ownImageMissing()
if (missing === undefined) {
  const image = await baseImage()
  const imageWithoutNft = await withoutNft(image)
  const choice = { host: undefined, env: process.env }
  const asleep = ['node', '-e', 'setInterval(()=>{},2**30)']
  containerSealsConformance({
    name: 'Docker Engine',
    image,
    make: async () => ({
      ...createDocker(choice),
      seals: createContainerSeals(createConnection(choice)),
      imageWithoutNft,
      kill: async (name) => void (await docker('kill', name)),
      flush: async (name) => void (await docker('exec', name, 'nft', 'flush', 'ruleset')),
      letOut: async (name, ip) =>
        void (await docker('exec', name, 'nft', 'insert', 'rule', 'inet', 'seal', 'out', 'ip', 'daddr', ip, 'accept')),
      join: async (name, holder) =>
        void (await docker(
          'run',
          '-d',
          '--init',
          '--name',
          name,
          '--network',
          `container:${holder}`,
          image,
          ...asleep,
        )),
      cleanup: async () => {},
    }),
  })
  process.once('beforeExit', () => void docker('rmi', imageWithoutNft))
} else {
  const test = suite('container seals: Docker Engine')
  test.skip('the conformance suite', missing)
  test.run()
}
