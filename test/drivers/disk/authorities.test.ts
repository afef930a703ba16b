import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createAuthorities } from '../../../drivers/disk/authorities.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createGuestFolders } from '../../../drivers/disk/guest-folders.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import type { Authorities } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('authorities')
const NOW = Date.parse('2026-12-01T12:00:00Z')
const YEAR_MS = 365 * 86_400_000

interface Bench {
  readonly file: string
  readonly folder: string
  readonly stateDir: string
  /** As after a restart. */
  make(nowMs?: number | (() => number)): Authorities
}

const onDisk = async (body: (bench: Bench) => Promise<void>): Promise<void> => {
  const base = await mkdtemp(join(tmpdir(), 'bottle-t-authorities-'))
  const stateDir = join(base, 'state')
  await mkdir(join(stateDir, 'bottles', 'a'), { recursive: true, mode: 0o700 })
  const folders = createGuestFolders({ base: join(base, 'guests'), owner: 'own1' })
  try {
    await body({
      stateDir,
      folder: folders.path('a'),
      file: join(stateDir, 'bottles', 'a', 'ca.pem'),
      make: (nowMs = NOW) =>
        createAuthorities({
          stateDir,
          disk: createDisk({ within: stateDir }),
          folders,
          nowMs: typeof nowMs === 'function' ? nowMs : () => nowMs,
        }),
    })
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

test('it is made once, for the bundle; the guest has the certificate, and nobody but us the key', () =>
  onDisk(async ({ file, folder, make }) => {
    const authorities = make()
    const [one, other] = await Promise.all([authorities.ensure('a'), authorities.ensure('a')])
    assert.equal(one, other)
    assert.equal(await make().ensure('a'), one)
    assert.is(await readFile(file, 'utf8'), one.cert + one.key)
    assert.is(((await lstat(file)).mode & 0o777).toString(8), '600')
    assert.is(authorities.guestFolder('a'), folder)
    assert.equal(await readdir(folder), ['ca.pem'])
    const given = await readFile(join(folder, 'ca.pem'), 'utf8')
    assert.ok(given.startsWith(one.cert))
    assert.not.ok(given.includes(one.key.split('\n')[1] ?? 'no key'))
  }))

test('each bottle has its own', () =>
  onDisk(async ({ stateDir, make }) => {
    const authorities = make()
    await mkdir(join(stateDir, 'bottles', 'b'))
    const [one, other] = [await authorities.ensure('a'), await authorities.ensure('b')]
    assert.is.not(one.cert, other.cert)
    assert.is.not(one.key, other.key)
  }))

/** What may have become of the file while no controller ran. */
const SPOILED: Readonly<Record<string, (file: string, stateDir: string) => Promise<void>>> = {
  'it is gone': (file) => rm(file),
  'it is cut short': async (file) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 1_500)),
  'it is empty': (file) => writeFile(file, ''),
  "it is another bottle's": async (file, stateDir) => rename(join(stateDir, 'bottles', 'b', 'ca.pem'), file),
  'others could read it': (file) => chmod(file, 0o640),
  'it has a second name': (file) => link(file, `${file}.copy`),
  'it is a link to what was it': async (file) => {
    await rename(file, `${file}.moved`)
    await symlink(`${file}.moved`, file)
  },
  'it is larger than one can be': async (file) =>
    writeFile(file, `${await readFile(file, 'utf8')}${'x'.repeat(20_000)}`),
}

for (const [what, spoil] of Object.entries(SPOILED)) {
  test(`another is made, and never this one used: ${what}`, () =>
    onDisk(async ({ file, folder, stateDir, make }) => {
      await mkdir(join(stateDir, 'bottles', 'b'))
      await make().ensure('b')
      const before = await make().ensure('a')
      await spoil(file, stateDir)
      const after = await make().ensure('a')
      assert.is.not(after.key, before.key)
      assert.is(await readFile(file, 'utf8'), after.cert + after.key)
      assert.equal([(await lstat(file)).isFile(), (await lstat(file)).mode & 0o777], [true, 0o600])
      assert.ok((await readFile(join(folder, 'ca.pem'), 'utf8')).startsWith(after.cert))
      assert.equal(await make().ensure('a'), after)
    }))

  test(`under a controller that runs its bundle's own is written again: ${what}`, () =>
    onDisk(async ({ file, stateDir, make }) => {
      const authorities = make()
      await mkdir(join(stateDir, 'bottles', 'b'))
      await authorities.ensure('b')
      const before = await authorities.ensure('a')
      await spoil(file, stateDir)
      assert.equal(await authorities.ensure('a'), before)
      assert.equal(await make().ensure('a'), before)
    }))
}

test('another is made in the year before its end, by a controller that runs, too', () =>
  onDisk(async ({ folder, make }) => {
    const first = await make().ensure('a')
    assert.equal(await make(NOW + 8.9 * YEAR_MS).ensure('a'), first)
    const second = await make(NOW + 9.1 * YEAR_MS).ensure('a')
    assert.is.not(second.key, first.key)
    const clock = { nowMs: NOW + 9.1 * YEAR_MS }
    const authorities = make(() => clock.nowMs)
    assert.equal(await authorities.ensure('a'), second)
    clock.nowMs += 9.1 * YEAR_MS
    const third = await authorities.ensure('a')
    assert.is.not(third.key, second.key)
    // Its bundle has the second until it is told the third.
    for (let times = 0; times < 2; times++) {
      await authorities.ensure('a')
      assert.ok((await readFile(join(folder, 'ca.pem'), 'utf8')).startsWith(third.cert + second.cert))
    }
  }))

test("what the guest has is put right each time, and the folder's absence is no reason for another key", () =>
  onDisk(async ({ folder, make }) => {
    const authorities = make()
    const before = await authorities.ensure('a')
    await rm(folder, { recursive: true })
    assert.equal(await authorities.ensure('a'), before)
    assert.equal(await readdir(folder), ['ca.pem'])
  }))

test('both are gone with the bottle, twice is harmless, and a later bottle of the name has another', () =>
  onDisk(async ({ file, folder, stateDir, make }) => {
    const authorities = make()
    const before = await authorities.ensure('a')
    await authorities.remove('a')
    await authorities.remove('a')
    for (const path of [file, folder]) assert.is(await lstat(path).catch(() => undefined), undefined, path)
    await mkdir(join(stateDir, 'bottles', 'a'), { recursive: true })
    assert.is.not((await authorities.ensure('a')).key, before.key)
  }))

test('without its state folder nothing is made; no name leads out of it; an abort leaves nothing', () =>
  onDisk(async ({ file, folder, stateDir, make }) => {
    const authorities = make()
    for (const name of ['..', 'a/b', '']) await rejects(() => authorities.ensure(name), 'InvalidRequest')
    await rejects(() => authorities.ensure('a', AbortSignal.abort()), 'Aborted')
    assert.is(await lstat(file).catch(() => undefined), undefined)
    await rm(stateDir, { recursive: true })
    await rejects(() => authorities.ensure('a'), 'Failed')
    assert.is(await lstat(folder).catch(() => undefined), undefined)
  }))

const rejects = async (work: () => Promise<unknown>, code: 'InvalidRequest' | 'Aborted' | 'Failed'): Promise<void> => {
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(isDriverError(error, code), String(error))
  assert.not.match(String(error), / KEY-/)
}

test.run()
