import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Check } from './bench.ts'
import { refuses } from './bench.ts'

/** Requests that every driver of the port Machines refuses. `readsFiles`: the files named in a request are opened. */
export const refusalPromises = (check: Check, readsFiles: boolean): void => {
  check('an invalid name is an InvalidRequest, and nothing is created', async (bench) => {
    for (const name of ['', '-a', 'a--b', 'a-', '.a', 'a.b', 'a/b', 'a b', 'a'.repeat(129)])
      await refuses('InvalidRequest', () => bench.create({ name }))
    assert.equal(await bench.machines.list(), [])
  })

  check('invalid sizes are an InvalidRequest, and nothing is created', async (bench) => {
    for (const size of [{ cpus: 0 }, { memoryMiB: 10 }, { storageGiB: 0 }])
      await refuses('InvalidRequest', () => bench.create(size))
    assert.equal(await bench.machines.list(), [])
  })

  check('looking into a missing machine is NotFound', async (bench) => {
    await refuses('NotFound', () => bench.machines.hasCopy(bench.tag, '/workspace'))
    await refuses('NotFound', () => bench.machines.copyIn(bench.tag, bench.folder, '/workspace'))
    assert.equal(await bench.machines.list(), [])
  })

  check('a removal leaves the others unchanged', async (bench) => {
    await bench.create()
    const other = await bench.found(await bench.create({ name: `${bench.tag}-b` }))
    await bench.machines.remove(bench.tag)
    assert.equal(await bench.machines.list(), [other])
  })

  check('calls with an already aborted signal do nothing: Aborted', async (bench) => {
    const name = await bench.create()
    const signal = AbortSignal.abort()
    await refuses('Aborted', () => bench.machines.find(name, signal))
    await refuses('Aborted', () => bench.machines.start(name, signal))
    await refuses('Aborted', () => bench.machines.remove(name, signal))
    assert.is((await bench.found(name)).state, 'created')
  })

  if (!readsFiles) return

  check('an archive, a folder and a command are accepted', async (bench) => {
    const path = bench.archive ?? join(bench.folder, 'agent.tar')
    if (bench.archive === undefined) await writeFile(path, 'only the guest opens an archive')
    await bench.create({ source: { kind: 'archive', path }, command: ['sleep', '-x', 'infinity'] })
    await bench.create({ name: `${bench.tag}-folder`, source: { kind: 'folder', path: bench.folder } })
    assert.is((await bench.machines.list()).length, 2)
  })

  check('a missing Smolfile is SourceUnavailable, an invalid one an InvalidRequest, in one line', async (bench) => {
    await refuses('SourceUnavailable', () => bench.create({ smolfile: join(bench.folder, 'missing.toml') }))
    const smolfile = join(bench.folder, 'wrong.toml')
    const texts = [
      'env = [',
      'hostname = "x"\n',
      '[network]\ndns = "1.1.1.1"\n',
      '[network]\nallow_cidrs = ["nonsense"]\n',
      '[secrets]\nK = { from_file = "relative" }\n',
      '[secrets]\nK = "inline"\n',
    ]
    for (const text of texts) {
      await writeFile(smolfile, text)
      const error = await bench.create({ smolfile }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      await refuses('InvalidRequest', () => Promise.reject(error as Error))
      assert.not.match(String(error), '\n')
    }
    assert.equal(await bench.machines.list(), [])
  })

  check('an invalid artifact is an InvalidRequest', async (bench) => {
    const path = join(bench.folder, 'junk.smolmachine')
    await writeFile(path, 'no pack at all, though it is longer than the sixty-four bytes that a footer has')
    await refuses('InvalidRequest', () => bench.create({ source: { kind: 'artifact', path } }))
  })
}
