import * as assert from 'uvu/assert'
import { isDriverError } from '../../../drivers/errors.ts'
import type { Paths, Place } from '../../../drivers/paths.ts'
import { suite } from '../../helpers/suite.ts'

/** A folder in which tests make what they look at. */
export interface PathsWorld {
  readonly paths: Paths
  /** Absolute and canonical. */
  readonly folder: string
  /** Below `folder`, like all that follows. */
  makeFolder(name: string): Promise<void>
  makeFile(name: string): Promise<void>
  makeSocket(name: string): Promise<void>
  makeFifo(name: string): Promise<void>
  makeLink(name: string, target: string): Promise<void>
  cleanup(): Promise<void>
}

/** The suite of the port Paths: an adapter is correct if it passes. */
export const pathsConformance = ({
  name,
  make,
}: {
  readonly name: string
  readonly make: () => Promise<PathsWorld>
}): void => {
  const test = suite(`paths: ${name}`)
  const check = (title: string, body: (world: PathsWorld) => Promise<void>): void =>
    test(title, async () => {
      const world = await make()
      try {
        await body(world)
      } finally {
        await world.cleanup()
      }
    })

  check('a folder, a file, a socket and a FIFO are told apart, and lead to themselves', async (world) => {
    const { paths, folder } = world
    await world.makeFolder('folder')
    await world.makeFile('file')
    await world.makeSocket('socket')
    await world.makeFifo('fifo')
    for (const [entry, kind] of Object.entries({ folder: 'folder', file: 'file', socket: 'socket', fifo: 'other' })) {
      const place = await paths.look(`${folder}/${entry}`)
      assert.equal({ ...place, above: [] }, { ...place, above: [], canonical: `${folder}/${entry}`, kind, via: [] })
      assert.match(place.device, /^\d+$/)
      assert.ok(place.links >= 1 && place.mode > 0)
    }
  })

  check('a place knows the folders above it by what they are, nearest first', async ({ paths, folder, makeFolder }) => {
    await makeFolder('a')
    await makeFolder('a/b')
    const [outer, inner] = [await paths.look(`${folder}/a`), await paths.look(`${folder}/a/b`)]
    const top = await paths.look('/')
    assert.equal(inner.above, [`${outer.device}:${outer.inode}`, ...outer.above])
    assert.is(inner.above.at(-1), `${top.device}:${top.inode}`)
    assert.equal(top.above, [])
    assert.is(top.canonical, '/')
  })

  check('links are followed at the end and in the middle, relative ones too, and each is named', async (world) => {
    const { paths, folder } = world
    await world.makeFolder('real')
    await world.makeFile('real/file')
    await world.makeLink('absolute', `${folder}/real`)
    await world.makeLink('relative', 'absolute')
    const place = await paths.look(`${folder}/relative/./file`)
    assert.is(place.canonical, `${folder}/real/file`)
    assert.is(place.kind, 'file')
    assert.equal(pathsOf(place.via), [`${folder}/relative`, `${folder}/absolute`])
    const here = await paths.look(folder)
    assert.equal(place.via[0]?.above, [`${here.device}:${here.inode}`, ...here.above])
  })

  check('what a link enters and leaves by .. is named: a link put there would turn the way', async (world) => {
    const { paths, folder } = world
    for (const name of ['a', 'a/b', 'c']) await world.makeFolder(name)
    await world.makeLink('link', 'a/b/../../c')
    const place = await paths.look(`${folder}/link`)
    assert.is(place.canonical, `${folder}/c`)
    assert.equal(pathsOf(place.via), [`${folder}/link`, `${folder}/a/b`, `${folder}/a`])
    const a = await paths.look(`${folder}/a`)
    assert.equal(place.via[1]?.above, [`${a.device}:${a.inode}`, ...a.above])
  })

  check('.. behind a link leaves the folder that the link leads to', async (world) => {
    const { paths, folder } = world
    for (const name of ['a', 'a/b', 'a/c', 'c']) await world.makeFolder(name)
    await world.makeLink('link', 'a/b')
    assert.is((await paths.look(`${folder}/link/../c`)).canonical, `${folder}/a/c`)
  })

  check('what is missing is at the real path of the deepest folder that exists, and the rest', async (world) => {
    const { paths, folder } = world
    await world.makeFolder('real')
    await world.makeFile('file')
    await world.makeLink('link', 'real')
    await world.makeLink('dangling', 'real/later/deep')
    const cases = { 'link/none/deeper': 'real/none/deeper', dangling: 'real/later/deep', 'file/none': 'file/none' }
    for (const [written, canonical] of Object.entries(cases)) {
      const place = await paths.look(`${folder}/${written}`)
      assert.is(place.canonical, `${folder}/${canonical}`)
      assert.equal([place.kind, place.device, place.inode, place.links], ['missing', '', '', 0])
    }
    const real = await paths.look(`${folder}/real`)
    assert.equal((await paths.look(`${folder}/dangling`)).above, [`${real.device}:${real.inode}`, ...real.above])
  })

  check('links in a circle are an error, and never "missing"', async (world) => {
    await world.makeLink('one', 'two')
    await world.makeLink('two', 'one')
    const error = await world.paths.look(`${world.folder}/one`).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isDriverError(error, 'SourceUnavailable'), String(error))
    assert.match(error.message, /more than 40 symbolic links/)
  })

  check('a look that was cancelled says so', async ({ paths, folder }) => {
    const error = await paths.look(folder, AbortSignal.abort()).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(isDriverError(error, 'Aborted'), String(error))
  })

  test.run()
}

const pathsOf = (via: Place['via']): readonly string[] => via.map(({ path }) => path)
