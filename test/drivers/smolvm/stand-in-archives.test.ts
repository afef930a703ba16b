import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FAKE_SMOLVM } from '../../helpers/smolvm.ts'
import { suite } from '../../helpers/suite.ts'
import { createBench } from '../../conformance/machines/bench.ts'
import { refuses } from '../../conformance/docker/bench.ts'
import { createSmolvmWorld } from './world.ts'

const test = suite('archives of the stand-in')

test('an archive of several images starts no guest, as with the real smolvm; one of a single image does', async () => {
  const world = await createSmolvmWorld(FAKE_SMOLVM, 'played')
  const bench = createBench(world)
  try {
    const archive = async (count: number): Promise<string> => {
      const folder = join(world.folder, `images-${count}`)
      await mkdir(folder)
      await writeFile(
        join(folder, 'manifest.json'),
        JSON.stringify(Array.from({ length: count }, () => ({ Layers: [] }))),
      )
      execFileSync('tar', ['-C', folder, '-cf', `${folder}.tar`, 'manifest.json'])
      return `${folder}.tar`
    }
    for (const count of [0, 2]) {
      const name = await bench.create({
        name: `${bench.tag}-${count}`,
        source: { kind: 'archive', path: await archive(count) },
      })
      await refuses('StartFailed', () => bench.machines.start(name))
    }
    const one = await bench.create({ name: `${bench.tag}-1`, source: { kind: 'archive', path: await archive(1) } })
    await bench.machines.start(one)
  } finally {
    for (const { name } of await bench.machines.list()) await bench.machines.remove(name)
    await world.cleanup()
  }
})

test.run()
