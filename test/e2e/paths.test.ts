import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { inspectContainer, killContainer } from './engine.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e paths')

test('Docker gets the canonical path of a mount; where a link was turned, the bundle is recreated at its next start', async (rig) => {
  const [link, one, two] = ['link', 'one', 'two'].map((name) => join(rig.base, name)) as [string, string, string]
  for (const folder of [one, two]) mkdirSync(folder)
  symlinkSync(one, link)
  rig.write('a.yaml', rig.bottle('a', 'bundle:', `  mounts: [{source: ${link}, target: /x}]`))
  rig.start('--resync', '1s')
  const first = await rig.ready('a')
  const name = `bottle-${rig.slug('a')}-bundle`
  const sources = async () => (await inspectContainer(name))?.Mounts.map(({ Source }) => Source)
  assert.equal(await sources(), [one])
  rmSync(link)
  symlinkSync(two, link)
  // It stays as it was judged while it runs.
  const events = rig.events('a').length
  await sleep(2_500)
  assert.equal([rig.events('a').length, await sources()], [events, [one]])
  await killContainer(name)
  await rig.until('it is another container', async () => {
    const status = rig.status('a')
    return status?.phase === 'Ready' && status.bundle?.id !== first.bundle?.id
  })
  assert.equal(await sources(), [two])
})

test.run()
