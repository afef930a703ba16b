import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createFolder } from '../../../controller/folder/folder.ts'
import { createMountMemory } from '../../../controller/folder/mount-memory.ts'
import { createMounts, mountsBelow } from '../../../controller/folder/mounts-below.ts'
import { createClock } from '../../../controller/time/clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('mounts below the root')

const points = (...each: readonly string[]): ReadonlyMap<string, string> =>
  new Map(each.map((point) => [point, '8:1 /']))
const seen = new Set(['a.yaml', 'sub/b.yaml'])
const files = (...paths: readonly string[]): ReadonlyMap<string, string> => new Map(paths.map((path) => [path, '']))

test('a mount that goes with files that were seen there is told until it is back', () => {
  const { changed, accept } = createMounts()
  assert.equal(changed(points('sub/', 'empty/'), new Set(), files(...seen)), [])
  assert.equal(changed(points(), seen, files('a.yaml')), ['sub/'])
  assert.equal(changed(points(), seen, files('a.yaml')), ['sub/'])
  assert.equal(changed(points('sub/'), seen, files(...seen)), [])
  assert.is(accept(), false)
  assert.equal(changed(points('sub/'), seen, files('a.yaml')), [], 'files that go from a mount that stays are gone')
})

test('one that comes over files is told, another one in its place as well; one with the same files is not', () => {
  const { changed } = createMounts()
  assert.equal(changed(points(), new Set(), files(...seen)), [])
  assert.equal(changed(points('sub/'), seen, files('a.yaml')), ['sub/'])
  assert.equal(changed(points(), seen, files(...seen)), [])
  assert.equal(changed(points('sub/'), seen, files(...seen)), [])
  assert.equal(changed(new Map([['sub/', '8:2 /']]), seen, files('a.yaml')), ['sub/'])
})

test('what an earlier run knew counts as it was then', () => {
  const { changed, known } = createMounts(points('sub/'))
  assert.equal([...known()], [...points('sub/')])
  assert.equal(changed(points('new/'), seen, files('a.yaml')), ['sub/'])
  assert.equal([...known()].toSorted(), [...points('new/', 'sub/')])
  assert.equal(changed(points('new/', 'sub/'), seen, files(...seen)), [])
})

test('what is kept for the next run is only what has files, and is written only if it changed', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-mounts-'))
  try {
    const nothing = { points: new Map(), files: new Set() }
    const memory = createMountMemory(parent)
    assert.equal(await memory.recall(), nothing)
    await memory.note({ points: points('empty/'), files: seen })
    assert.equal(await readdir(parent), [])
    await memory.note({ points: points('empty/', 'sub/'), files: seen })
    const kept = { points: points('sub/'), files: new Set(['sub/b.yaml']) }
    assert.equal(await createMountMemory(parent).recall(), kept)
    const file = join(parent, 'mounts')
    await rm(file)
    await memory.note(kept)
    assert.equal(await readdir(parent), [], 'nothing changed')
    for (const text of [
      '',
      '[]',
      '{"version":2,"points":{},"files":[]}',
      '{"version":1,"points":{"a/":7},"files":[7]}',
    ]) {
      await writeFile(file, text)
      assert.equal(await createMountMemory(parent).recall(), nothing, text)
    }
  } finally {
    await rm(parent, { recursive: true })
  }
})

test('what a person accepts is told no more', () => {
  const { changed, accept } = createMounts()
  assert.equal(changed(points('sub/'), new Set(), files(...seen)), [])
  assert.equal(changed(points(), seen, files('a.yaml')), ['sub/'])
  assert.is(accept(), true)
  assert.equal(changed(points(), seen, files('a.yaml')), [])
})

test("the kernel's table is read with its escapes, the later of two mounts on a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-mounts-'))
  try {
    const table = join(folder, 'table')
    const line = (point: string, device = '8:1'): string =>
      `36 35 ${device} /in ${point} rw,noatime - ext4 /dev/sda1 rw\n`
    await writeFile(
      table,
      line('/r') + line('/r/a\\040b') + line('/r/s\u00fcb/c') + line('/root') + line('/r/a\\040b', '0:9'),
    )
    assert.equal(
      [...(await mountsBelow('/r', table))],
      [
        ['a b/', '0:9 /in'],
        ['s\u00fcb/c/', '8:1 /in'],
      ],
    )
    assert.equal([...(await mountsBelow('/r', join(folder, 'none')))], [])
  } finally {
    await rm(folder, { recursive: true })
  }
})

const asRoot = process.getuid?.() === 0
const REAL = 'a folder whose mount went is unreadable and not empty, by a real mount of the same file system'
if (!asRoot) test.skip(REAL, 'only root may mount')
else
  test(REAL, async () => {
    const parent = await realpath(await mkdtemp(join(tmpdir(), 'bottle-t-mounts-')))
    const [root, shown] = [join(parent, 'root'), join(parent, 'shown')]
    const point = join(root, 'sub')
    await mkdir(point, { recursive: true })
    for (const each of [shown, join(parent, 'state')]) await mkdir(each)
    await writeFile(join(root, 'a.yaml'), 'a: 1\n')
    await writeFile(join(shown, 'b.yaml'), 'b: 1\n')
    const mount = (): void => void execFileSync('mount', ['--bind', shown, point])
    const unmount = (): void => void execFileSync('umount', ['-l', point])
    const stateDir = join(parent, 'state')
    let folder = createFolder({ root, stateDir, clock: createClock() })
    /** As the next run does. */
    const restart = (): void => void (folder = createFolder({ root, stateDir, clock: createClock() }))
    const sweep = async (): Promise<readonly unknown[]> => {
      const swept = await folder.sweep()
      return swept.ok ? [[...swept.files.keys()], swept.unreadable.map(({ path }) => path)] : [swept.why]
    }
    mount()
    try {
      assert.equal(await sweep(), [['a.yaml', 'sub/b.yaml'], []])
      unmount()
      assert.equal(await sweep(), [['a.yaml'], ['sub/']])
      assert.equal(await sweep(), [['a.yaml'], ['sub/']])
      mount()
      assert.equal(await sweep(), [['a.yaml', 'sub/b.yaml'], []])
      unmount()
      for (let run = 0; run < 3; run += 1) {
        restart()
        assert.equal(await sweep(), [['a.yaml'], ['sub/']], `${run}`)
      }
      mount()
      restart()
      assert.equal(await sweep(), [['a.yaml', 'sub/b.yaml'], []])
      await rm(join(shown, 'b.yaml'))
      restart()
      assert.equal(await sweep(), [['a.yaml'], []], 'a file that goes from a mount that stays is gone')
      await writeFile(join(shown, 'b.yaml'), 'b: 1\n')
      assert.equal(await sweep(), [['a.yaml', 'sub/b.yaml'], []])
      unmount()
      assert.equal(await sweep(), [['a.yaml'], ['sub/']])
      assert.is(await folder.accept(), true)
      assert.equal(await sweep(), [['a.yaml'], []])
      restart()
      assert.equal(await sweep(), [['a.yaml'], []])
    } finally {
      execFileSync('sh', ['-c', 'umount -l "$1" 2>/dev/null || true', 'sh', point])
      await rm(parent, { recursive: true })
    }
  })

test.run()
